/**
 * Why: whoever is about to spend a tenant's small quota wants to know the price first, and must not pay for the answer.
 * Tenant: rows that would be found. Requests: none, to the service and to the sign-in; then as many as the cap allows.
 */
import { afterEach, describe, expect, test } from 'vitest';

import type { ScriptedServer } from '../fakes/scripted-server.js';
import { startScriptedServer } from '../fakes/scripted-server.js';
import { canary } from '../secrets/canary.js';
import { traceOf } from './read-answer.js';
import { cellsOf } from './read-csv.js';
import { runMailcheck } from './run-mailcheck.js';
import type { ServedTenant } from './serve-tenant.js';
import { rowsBetween, serveTenant, thisSecond } from './serve-tenant.js';

const open: (ServedTenant | ScriptedServer)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(rows: number): Promise<ServedTenant> {
  const now = thisSecond();
  const population = rowsBetween(now, [20, 200], rows, (index) => ({
    status: index % 3 === 0 ? 'pending' : 'delivered',
  }));
  const tenant = await serveTenant(now, population, { quirks: { quota: null } });
  open.push(tenant);
  return tenant;
}

interface JsonPlan {
  readonly schema: string;
  readonly summary: { readonly requests: object };
  readonly data: readonly object[];
  readonly incomplete: readonly object[];
  readonly outcome: object;
}

test('what is free of the quota is known, with the kept past and without', async () => {
  const tenant = await serve(0);
  const env = { ...tenant.env, AZURE_TENANT_ID: '11111111-2222-4333-8444-555555555555' };
  for (const args of [[], ['--no-history']]) {
    const run = await runMailcheck(['trace', '--plan', '--format', 'json', ...args], { env });
    const { summary } = JSON.parse(run.stdout) as JsonPlan;
    expect(summary).toMatchObject({ quota: { requests: 90, forThisRun: 75, left: 75 } });
  }
});

describe('a plan asks nothing', () => {
  test.each([
    [['trace']],
    [['trace', '--since', '25d', '--sample', 'all', '--sender', 'a@x.example', '--sender', 'b@x.example']],
    [['trace', '--resend-list']],
    [['trace', '--by', 'party']],
    [['trace', 'show', '<a1@contoso.example>', '--since', '90d']],
  ])('%j', async (args) => {
    const tenant = await serve(30);
    const authority = await startScriptedServer([]);
    open.push(authority);
    const env = {
      ...{ MAILCHECK_GRAPH_URL: tenant.graphUrl, AZURE_AUTHORITY_HOST: authority.origin },
      ...{ AZURE_TENANT_ID: 'contoso.example', AZURE_CLIENT_ID: 'x', AZURE_CLIENT_SECRET: canary('secret') },
    };
    const run = await runMailcheck([...args, '--plan', '--format', 'json'], { env });
    expect(run.exitCode).toBe(0);
    expect(tenant.lines).toEqual([]);
    expect(authority.connections()).toBe(0);
    const plan = JSON.parse(run.stdout) as JsonPlan;
    expect(plan).toMatchObject({
      schema: 'mailcheck.plan/1',
      source: { requests: 0 },
      incomplete: [],
      outcome: { level: 'ok', exitCode: 0 },
    });
    expect(plan.data.length).toBeGreaterThan(0);
  });

  test('without any credentials, in every format', async () => {
    for (const format of ['table', 'json', 'ndjson', 'csv', 'markdown']) {
      const run = await runMailcheck(['trace', '--plan', '--format', format]);
      expect([format, run.exitCode]).toEqual([format, 0]);
      expect(run.stdout).not.toBe('');
    }
    const csv = await runMailcheck(['trace', '--plan', '--format', 'csv']);
    expect(cellsOf(csv.stdout).map(([step, kind]) => [step, kind])).toEqual([
      ['step', 'kind'],
      ['1', 'list'],
      ['2', 'details'],
    ]);
  });
});

describe('--max-requests 3', () => {
  test('the plan names what it cuts, with code 3', async () => {
    const tenant = await serve(30);
    const args = ['trace', '--max-requests', '3', '--format', 'json'];
    const plan = await runMailcheck([...args, '--plan'], { env: tenant.env });
    expect(plan.exitCode).toBe(3);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      incomplete: [{ what: 'up to 58 of 60 details, behind the cap of 3 requests', reason: 'quota' }],
      outcome: { level: 'unknown', exitCode: 3 },
    });
    expect(tenant.lines).toEqual([]);
  });

  test('the run cuts the same: a page, two details, and a gap for the rest', async () => {
    const tenant = await serve(30);
    const run = await runMailcheck(['trace', '--max-requests', '3', '--format', 'json'], { env: tenant.env });
    expect(run.exitCode).toBe(3);
    expect(tenant.lines).toHaveLength(3);
    expect(traceOf(run)).toMatchObject({
      source: { requests: 3 },
      window: { complete: true },
      incomplete: [{ what: 'the details of 8 of 10 sampled deliveries', reason: 'quota' }],
    });
  });

  test('pages that the cap cuts off are a gap, and so are all details', async () => {
    const tenant = await serve(20_001);
    const run = await runMailcheck(['trace', '--max-requests', '3', '--format', 'json', '--limit', '0'], {
      env: tenant.env,
    });
    expect(run.exitCode).toBe(3);
    expect(tenant.lines).toHaveLength(3);
    expect(traceOf(run)).toMatchObject({
      summary: { deliveries: 15_000 },
      window: { complete: false },
      incomplete: [
        {
          what: expect.stringMatching(/^Deliveries between .* in part: .*cap of 3/u) as string,
          reason: 'quota',
        },
        { what: 'the details of 60 of 60 sampled deliveries', reason: 'quota' },
      ],
    });
  });

  test('questions that the cap cuts off are a gap', async () => {
    const tenant = await serve(30);
    const senders = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => ['--sender', `${name}@fabrikam.example`]);
    const args = ['trace', ...senders, '--max-requests', '3', '--format', 'json'];
    const run = await runMailcheck(args, { env: tenant.env });
    expect(run.exitCode).toBe(3);
    expect(tenant.lines).toHaveLength(3);
    const { window, incomplete } = traceOf(run);
    expect(window.complete).toBe(false);
    expect(incomplete[0]).toMatchObject({ reason: 'quota' });
  });
});

test('two senders and three recipients are two requests', async () => {
  const tenant = await serve(30);
  const args = ['--sender', 'ben@fabrikam.example', '--sender', 'b@fabrikam.example'];
  const recipients = ['r0', 'r1', 'r5'].flatMap((name) => ['--recipient', `${name}@contoso.example`]);
  const run = await runMailcheck(['trace', ...args, ...recipients, '--sample', 'none', '--format', 'json'], {
    env: tenant.env,
  });
  expect(run.exitCode).toBe(0);
  expect(tenant.lines).toHaveLength(2);
  expect(
    traceOf(run)
      .data.map(({ recipient }) => recipient)
      .toSorted(),
  ).toEqual(['r0@contoso.example', 'r1@contoso.example', 'r5@contoso.example']);
});

describe('only held and failed mail is asked for', () => {
  test.each([[['--by', 'reason']], [['--by', 'party']], [['--resend-list']]])('%j', async (args) => {
    const tenant = await serve(30);
    const run = await runMailcheck(['trace', ...args, '--format', 'json'], { env: tenant.env });
    expect(run.exitCode).toBe(0);
    const lists = tenant.lines.map(({ path }) => path).filter((path) => !path.includes('getDetails'));
    expect(lists.map((path) => /status eq '(\w+)'/u.exec(path)?.[1])).toEqual([
      'failed',
      'pending',
      'gettingStatus',
    ]);
  });
});
