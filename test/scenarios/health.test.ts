/**
 * Why: a monitoring system asks for service health and acts on the exit code alone. Tenant: a server that speaks
 * Microsoft's service communications in either of its two spellings; around it a status page and a control host.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Reply, Script, ScriptedServer } from '../fakes/scripted-server.js';
import { startScriptedServer } from '../fakes/scripted-server.js';
import { READY_TOKEN } from '../secrets/canary.js';
import { type Run, runMailcheck } from './run-mailcheck.js';

interface JsonHealth {
  readonly schema: string;
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly findings: readonly { readonly level: string; readonly title: string }[];
  readonly incomplete: readonly { readonly reason: string }[];
  readonly outcome: object;
  readonly summary: object;
}

const healthOf = (run: Run): JsonHealth => JSON.parse(run.stdout) as JsonHealth;

const servers: ScriptedServer[] = [];
const serve = async (script: Script): Promise<ScriptedServer> => {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
};
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

let home = '';
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'mailcheck-health-'))));
afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));

const EXCHANGE = { id: 'Exchange', service: 'Exchange Online', status: 'serviceOperational' };
const SERVICES: readonly object[] = [
  EXCHANGE,
  { id: 'OrgLiveID', service: 'Microsoft Entra', status: 'serviceOperational' },
  { id: 'OSDPPlatform', service: 'Microsoft 365 suite', status: 'ServiceOperational' },
  { id: 'microsoftteams', service: 'Microsoft Teams', status: 'serviceRestored' },
];

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

function issue(changes: object = {}): object {
  return {
    id: 'EX1331830',
    title: 'Mail from outside may arrive late',
    service: 'Exchange Online',
    feature: 'Mailflow - delayed delivery from Internet',
    featureGroup: 'E-Mail timely delivery',
    classification: 'incident',
    origin: 'microsoft',
    status: 'serviceDegradation',
    isResolved: false,
    highImpact: null,
    startDateTime: minutesAgo(180),
    endDateTime: null,
    lastModifiedDateTime: minutesAgo(20),
    impactDescription: 'Mail may be put off.',
    details: [],
    posts: [
      {
        createdDateTime: minutesAgo(90),
        postType: 'regular',
        description: { contentType: 'html', content: 'Title: Late mail\n\nUser impact: Mail may be late.' },
      },
    ],
    ...changes,
  };
}

/** Answers as Graph does: both lists, whatever the filter; one issue by its id. */
function tenant(issues: readonly object[], services: readonly object[] = SERVICES): Script {
  return ({ url }) => {
    if (url.includes('/healthOverviews')) return { body: { value: services } };
    if (url.includes('/issues/')) {
      const found = issues.find((one) => url.endsWith((one as { id: string }).id));
      return found === undefined
        ? { status: 404, body: { error: { code: 'ResourceNotFound', message: 'no' } } }
        : { body: found };
    }
    return { body: { value: issues } };
  };
}

async function environment(script: Script): Promise<Readonly<Record<string, string>>> {
  const [graph, page, control] = await Promise.all([
    serve(script),
    serve(() => ({ headers: { 'content-type': 'text/html' }, body: '<html></html>' })),
    serve(() => ({ status: 204 })),
  ]);
  return {
    MAILCHECK_GRAPH_URL: graph.origin,
    MAILCHECK_GRAPH_TOKEN: READY_TOKEN,
    MAILCHECK_STATUS_URL: page.origin,
    MAILCHECK_CONTROL_URL: control.origin,
    MAILCHECK_EXCHANGE_URL: control.origin,
    AZURE_TENANT_ID: 'contoso.example',
  };
}

async function asking(script: Script, ...flags: readonly string[]): Promise<Run> {
  return runMailcheck(['health', '--format', 'json', '--timeout', '10s', ...flags], {
    env: await environment(script),
  });
}

const CALENDAR = { feature: 'Calendar', featureGroup: 'E-Mail and calendar access' };
const SUITE = { id: 'MO1221364', service: 'Microsoft 365 suite', feature: 'Access', featureGroup: 'Access' };

describe('the exit code', () => {
  test.each<[string, Script, number]>([
    ['calm', tenant([]), 0],
    ['resolved, though the filter was not heeded', tenant([issue({ isResolved: true })]), 0],
    ['an advisory on calendars', tenant([issue({ ...CALENDAR, classification: 'Advisory' })]), 0],
    ['an incident on calendars', tenant([issue(CALENDAR)]), 1],
    ['an advisory on mail delivery', tenant([issue({ classification: 'advisory' })]), 1],
    ['a status of tomorrow', tenant([], [{ ...EXCHANGE, status: 'quantumFlux' }]), 1],
    ['an incident on mail flow', tenant([issue()]), 2],
    [
      'the same in the other spelling',
      tenant([issue({ classification: 'Incident', status: 'Investigating' })]),
      2,
    ],
    ['the same in a status of tomorrow', tenant([issue({ status: 'quantumFlux' })]), 2],
    [
      'mail flow under the suite',
      tenant([issue({ ...SUITE, title: 'Users cannot send or receive email' })]),
      2,
    ],
    ['a tenant without Exchange', tenant([], SERVICES.slice(1)), 3],
    ['a service that is out of order', () => ({ status: 503, headers: { 'retry-after': '0' } }), 3],
    ['a page of HTML', () => ({ headers: { 'content-type': 'text/html' }, body: '<html></html>' }), 3],
    [
      'a permission that is missing',
      () => ({ status: 403, body: { error: { code: 'Forbidden', message: 'no' } } }),
      4,
    ],
  ])('%s', async (_why, script, code) => {
    const run = await asking(script);
    expect([run.exitCode, healthOf(run).schema]).toEqual([code, 'mailcheck.health/1']);
  });
});

test('the answer that was kept is told when nobody answers, and is neither fine nor critical', async () => {
  const state: { reply: Reply | null } = { reply: null };
  const script = tenant([issue()]);
  const env = {
    ...(await environment((request, index) => {
      if (state.reply !== null) return state.reply;
      return typeof script === 'function' ? script(request, index) : {};
    })),
    MAILCHECK_HOME: home,
  };
  const ask = (...flags: readonly string[]): Promise<Run> =>
    runMailcheck(['health', '--format', 'json', '--timeout', '5s', ...flags], { env });
  expect((await ask()).exitCode).toBe(2);
  state.reply = { reset: true };
  const [short, whole] = [await ask(), await ask('--cache-ok')];
  expect([short.exitCode, whole.exitCode]).toEqual([3, 3]);
  expect(healthOf(short)).toMatchObject({
    data: [],
    summary: { statusPage: { portal: 'unknown' }, lastKnown: { openIssues: ['EX1331830'] } },
  });
  expect(healthOf(whole)).toMatchObject({
    data: [{ id: 'EX1331830', isStale: true }],
    findings: [{ level: 'warning' }],
  });
});

describe('health show', () => {
  const showing = async (id: string): Promise<Run> =>
    runMailcheck(['health', 'show', id, '--format', 'json'], { env: await environment(tenant([issue()])) });

  test('tells the lag from first impact to first post', async () => {
    const run = await showing('ex1331830');
    expect(run.exitCode).toBe(0);
    const { data, summary } = healthOf(run);
    expect(data).toHaveLength(1);
    expect(summary).toMatchObject({ firstPostLagSeconds: 5400, touches: 'mail-flow' });
  });

  test('of an issue that nobody knows says what ids look like', async () => {
    const run = await showing('EX9999999');
    expect([run.exitCode, run.stderr]).toEqual([
      64,
      expect.stringContaining('Service health knows no issue EX9999999'),
    ]);
  });
});
