/**
 * Why: an admin's machine has any zone, and an outage does not wait for the clocks to change; data must be the same
 * everywhere, only screens follow the zone. Tenant: five rows around one hour, and an export. Requests: the list, with
 * its bounds in UTC.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { traceOf } from './read-answer.js';
import type { Run } from './run-mailcheck.js';
import { runMailcheck } from './run-mailcheck.js';
import type { ServedTenant } from './serve-tenant.js';
import { rowAt, serveTenant, thisSecond } from './serve-tenant.js';

/** The far side of the date line, half of the year an hour off; and a zone whose midnight is skipped once a year. */
const ZONES = ['UTC', 'Pacific/Apia', 'America/Havana'] as const;

let tenant: ServedTenant;
let folder = '';
beforeAll(async () => {
  const now = thisSecond();
  const rows = [30, 50, 70, 90, 110].map((minutes) =>
    rowAt(now, minutes, { id: `5f0c3c1e-0000-4000-8000-${String(minutes).padStart(12, '0')}` }),
  );
  tenant = await serveTenant(now, rows, { quirks: { quota: null } });
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  // The night in which Havana has no midnight, and the one in which it has one o'clock twice.
  const times = ['2026-03-08T04:30:00', '2026-03-08T05:30:00', '2026-11-01T04:30:00', '2026-11-01T05:30:00'];
  const lines = times.map(
    (at, index) => `${at}.0000000,a@contoso.example,b${index}@fabrikam.example,x,Failed`,
  );
  await writeFile(
    join(folder, 'trace.csv'),
    ['Received,SenderAddress,RecipientAddress,Subject,Status', ...lines].join('\r\n'),
  );
});
afterAll(async () => {
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(ZONES)('in %s', (zone) => {
  const run = (args: readonly string[]): Promise<Run> =>
    runMailcheck(args, { env: { ...tenant.env, TZ: zone }, cwd: folder });

  test('the first screen of a drill', async () => {
    const { exitCode, stdout } = await run(['trace', '--drill=june-2026', '--sample', 'none']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^DRILL june-2026: [^\n]+\n\n[\d,]+ held \(4\.x\) and [\d,]+ failed \(5\.x\) of /u,
    );
    const offsets = new Set(stdout.match(/\d\d:\d\d (?:UTC|[+-]\d\d:\d\d)/gu)?.map((text) => text.slice(6)));
    expect(offsets.size).toBe(1);
    expect([...offsets][0]).toBe(offsetOf(zone, tenant.now));
  });

  test('wall time without offset is time of the zone, and is asked in UTC', async () => {
    const from = wallTime(zone, new Date(tenant.now.getTime() - 80 * 60_000));
    const answer = await run(['trace', '--from', from, '--format', 'json']);
    const trace = traceOf(answer);
    expect([answer.exitCode, trace.data.length]).toEqual([0, 3]);
    expect(trace.data.every((row) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/u.test(row.receivedAt))).toBe(
      true,
    );
    expect(tenant.lines.at(-1)?.path).toMatch(/ge \S+Z and receivedDateTime le \S+Z&/u);
  });

  test('an export is the same data as anywhere, and the screen says its zone', async () => {
    const args = ['trace', '--file', 'trace.csv'];
    const { data } = traceOf(await run([...args, '--format', 'json']));
    expect(data.map((row) => row.receivedAt).toSorted()).toEqual([
      '2026-03-08T04:30:00.000Z',
      '2026-03-08T05:30:00.000Z',
      '2026-11-01T04:30:00.000Z',
      '2026-11-01T05:30:00.000Z',
    ]);
    const { stdout } = await run(args);
    expect(stdout).toContain(SCREEN_TIME[zone]);
  });

  test('an explanation', async () => {
    const { exitCode, stdout } = await run(['explain', '550 5.1.1 User unknown']);
    expect([exitCode, stdout.split('\n')[0]]).toEqual([
      0,
      'PERMANENT: bounced, recipient-unknown (550 5.1.1)',
    ]);
  });
});

test.each([
  ['GMT+5', '2026-03-07 23:30', 'ICU calls it GMT+05:00, which Intl takes for no zone'],
  ['Nowhere/City', '2026-03-08 04:30', 'a zone that there is not is UTC'],
])('a machine in %s, a zone without a name, shows times too', async (zone, shown) => {
  const run = await runMailcheck(['trace', '--file', 'trace.csv'], {
    env: { ...tenant.env, TZ: zone },
    cwd: folder,
  });
  expect([run.exitCode, run.stdout.includes(shown)]).toEqual([0, true]);
});

test('a machine in a zone without a name reads logs that name none, too', async () => {
  const line =
    'Jun  2 10:00:00 relay postfix/qmgr[8]: 4kXq2Z1abcz3f: from=<ben@fabrikam.example>, size=100, nrcpt=1';
  const run = await runMailcheck(['relay', '--file', '-'], {
    env: { TZ: 'GMT+5' },
    input: `${line} (queue active)\n`,
  });
  expect([run.exitCode, run.stderr.includes('bug')]).toEqual([0, false]);
  expect(run.stdout).toContain('-05:00');
});

/** The first row of the export, as a screen of that zone shows it. */
const SCREEN_TIME: Readonly<Record<(typeof ZONES)[number], string>> = {
  UTC: '2026-03-08 04:30',
  'Pacific/Apia': '2026-03-08 17:30',
  'America/Havana': '2026-03-07 23:30',
};

/** `2026-06-02T14:00:05` as a clock on the wall would show it. */
function wallTime(zone: string, at: Date): string {
  return at.toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');
}

function offsetOf(zone: string, at: Date): string {
  const minutes = (Date.parse(`${wallTime(zone, at)}Z`) - at.getTime()) / 60_000;
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
