/** Service health, the status page and reach as a run opens them, against the simulated tenant on a day of outage. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { parseArguments } from '#cli/arguments.js';
import { readCommonOptions } from '#cli/common-options.js';
import { COMMANDS } from '#commands/index.js';
import { isOpen } from '#mailflow/health/is-open.js';
import { startDrill } from '#simulator/drill.js';
import type { RequestLogLine } from '#simulator/request-log.js';

import { healthSource } from '../../src/world/health-source.js';
import { reachSource, statusPageSource } from '../../src/world/outside-sources.js';
import { openRoad, type Road } from '../../src/world/road.js';
import { CONTEXT } from '../commands/run-command.js';

const { signal } = new AbortController();
const REQUEST = { timeoutSeconds: 20, ownDomains: [] };

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

async function roadTo(
  habits: Partial<Parameters<typeof startDrill>[0]> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<{ road: Road; log: readonly RequestLogLine[]; issueId: string | null; notes: readonly string[] }> {
  const log: RequestLogLine[] = [];
  const drill = await startDrill({
    ...{ scenario: 'june-2026', at: null, seed: 1, rows: 200, clock: () => new Date() },
    log: (line) => void log.push(line),
    ...habits,
  });
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  undo.push(drill.close, () => rm(folder, { recursive: true }));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, drill.caPem);
  const asked = await parseArguments(['trace', '--verbose'], COMMANDS);
  if (asked.kind !== 'command') throw new Error('the arguments ask for help');
  const notes: string[] = [];
  const road = openRoad({
    options: readCommonOptions(asked.raw, CONTEXT),
    environment: { ...drill.environment(caFile), MAILCHECK_SOURCE_LABEL: 'drill:june-2026', ...env },
    onNotice: (text) => void notes.push(text),
    onCountdown: () => undefined,
    signal: new AbortController().signal,
  });
  return { road, log, notes, issueId: drill.scenario.issueId };
}

describe('service health of the outage', () => {
  test('its issue is open, and what was resolved is there where it is wished for', async () => {
    const { road, issueId } = await roadTo();
    const source = await healthSource(REQUEST, road);
    const open = await source.health({ resolvedToo: false, since: null }, signal);
    const all = await source.health({ resolvedToo: true, since: null }, signal);
    expect([source.kind, open.gaps, all.gaps]).toEqual(['drill', [], []]);
    expect(open.services.map(({ id }) => id)).toContain('Exchange');
    expect(open.issues.map(({ id }) => id)).toContain(issueId);
    expect(open.issues.every(isOpen)).toBe(true);
    expect(all.issues.length).toBeGreaterThan(200);
    expect(await source.issue(issueId ?? '', signal)).toEqual(open.issues.find(({ id }) => id === issueId));
    expect(await source.issue('EX9999999', signal)).toBeNull();
    expect((await source.messages(null, signal)).messages.length).toBeGreaterThan(0);
  });

  test('one list that fails is a gap, and a missing permission is named', async () => {
    const partly = await roadTo({ quirks: { failingAnnouncements: ['issues'] } }, {});
    const source = await healthSource({ timeoutSeconds: 2 }, partly.road);
    const answer = await source.health({ resolvedToo: false, since: null }, signal);
    expect([answer.services.length > 0, answer.issues, answer.gaps.length]).toEqual([true, [], 1]);
    const { road } = await roadTo({ announcementOnboarding: 'health-missing' });
    const refused = healthSource(REQUEST, road).then((one) =>
      one.health({ resolvedToo: false, since: null }, signal),
    );
    await expect(refused).rejects.toMatchObject({ kind: 'permission' });
  });
});

test('one sign-in serves health and our own attempt', async () => {
  const { road, log } = await roadTo();
  const [health, reach] = await Promise.all([healthSource(REQUEST, road), reachSource(REQUEST, road)]);
  const [signIn] = await Promise.all([
    reach.signIn(signal),
    health.health({ resolvedToo: false, since: null }, signal),
    reach.probe(signal),
  ]);
  expect(signIn.kind).toBe('issued');
  expect(log.filter(({ path }) => path.includes('/oauth2/v2.0/token'))).toHaveLength(1);
});

test('a ready token is no attempt, and a wrong secret is ours', async () => {
  const ready = await roadTo({ tokenChecks: 'any' }, { MAILCHECK_GRAPH_TOKEN: 'x' });
  expect(await (await reachSource(REQUEST, ready.road)).signIn(signal)).toEqual({ kind: 'not-attempted' });
  const wrong = await roadTo({}, { AZURE_CLIENT_SECRET: 'wrong' });
  expect(await (await reachSource(REQUEST, wrong.road)).signIn(signal)).toMatchObject({
    kind: 'refused',
    text: expect.stringMatching(/AADSTS7000215/) as string,
  });
});

describe('what can be reached', () => {
  test('everything, and the mail host says what it says to senders', async () => {
    const { road, notes } = await roadTo();
    const readings = await (await reachSource(REQUEST, road)).probe(signal);
    expect(readings.map(({ target, outcome }) => [target, outcome.kind])).toEqual([
      ['control', 'reached'],
      ['sign-in', 'reached'],
      ['graph', 'reached'],
      ['exchange', 'reached'],
      ['inbound-mail', 'reached'],
    ]);
    const mail = readings.at(-1)?.outcome;
    expect(mail).toMatchObject({ greeting: expect.stringMatching(/^[24]2[01][ -]/) as string });
    expect(notes.filter((note) => note.startsWith('reach '))).toHaveLength(5);
  });

  test.each(['sign-in', 'graph', 'exchange', 'control'] as const)('%s alone is not there', async (server) => {
    const { road } = await roadTo({ unreachable: [server] });
    const readings = await (await reachSource(REQUEST, road)).probe(signal);
    const failed = readings.filter(({ outcome }) => outcome.kind === 'failed');
    expect(failed).toMatchObject([
      { target: server, outcome: { step: 'connect', reason: 'refused', text: 'ECONNREFUSED' } },
    ]);
  });
});

describe('the public status page', () => {
  test('says what it says', async () => {
    const { road } = await roadTo();
    expect(await (await statusPageSource(REQUEST, road)).read(signal)).toMatchObject({ kind: 'answered' });
  });

  test('is a page for people where its paths are gone', async () => {
    const { road } = await roadTo({ quirks: { statusPage: 'html' } });
    expect(await (await statusPageSource(REQUEST, road)).read(signal)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/other than JSON/) as string,
    });
  });
});

test.each([
  ['MAILCHECK_STATUS_URL', 'http://status.contoso.example', statusPageSource],
  ['MAILCHECK_CONTROL_URL', 'https://www.contoso.example/path', reachSource],
  ['MAILCHECK_MAIL_HOST', 'mx.contoso.example', reachSource],
])('%s cannot be %s', async (name, value, openSource) => {
  const { road } = await roadTo({}, { [name]: value });
  await expect(openSource(REQUEST, road)).rejects.toMatchObject({
    kind: 'configuration',
    remedy: expect.stringMatching(/, or leave it out\.$/) as string,
  });
});
