/**
 * Why: the first thing that anybody sees of mailcheck is a drill, and what it says of the simulated outage must be the
 * truth. Tenant: the drill of the program itself, and the same scenario in this process with its oracle.
 * Requests: pages of the list, then 60 details at most.
 */
import { describe, expect, test } from 'vitest';

import { startDrill } from '#simulator/drill.js';

import type { JsonTrace } from './read-answer.js';
import { traceOf } from './read-answer.js';
import { runMailcheck } from './run-mailcheck.js';
import { keyOf } from './serve-tenant.js';

/** The program's own drill began a little before or after the moment that its answer names. */
const SLACK_SECONDS = 8;
const HELD: ReadonlySet<string> = new Set(['pending', 'gettingStatus']);

interface Truth {
  /** Status by delivery, for all that the trace must show whatever the slack. */
  readonly certain: ReadonlyMap<string, string>;
  /** All that it may show, with every status that it may have. */
  readonly possible: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a trace of four hours can say at that instant, told by the simulator without mailcheck. */
async function truthOf(scenario: string, trace: JsonTrace, at: string | null): Promise<Truth> {
  const asOf = new Date(trace.source.asOf);
  const drill = await startDrill({ scenario, at, seed: 1, clock: () => asOf, log: null });
  // Every second of the slack: a status may last for seconds only.
  const shifts = Array.from({ length: 2 * SLACK_SECONDS + 1 }, (_, index) => index - SLACK_SECONDS);
  const views = shifts.map((shift) => {
    const rows = drill.oracle(new Date(asOf.getTime() + shift * 1000));
    const from = asOf.getTime() - 4 * 3_600_000 + shift * 1000;
    const inside = rows.filter(({ delivery }) => delivery.receivedAt.getTime() >= from);
    return new Map(inside.map((row) => [keyOf(row.delivery.id, row.delivery.recipient), row.status]));
  });
  await drill.close();
  const [first = new Map<string, string>()] = views;
  const possible = new Map<string, Set<string>>();
  for (const [key, status] of views.flatMap((view) => [...view]))
    possible.set(key, (possible.get(key) ?? new Set()).add(status));
  return {
    certain: new Map([...first].filter(([key, status]) => views.every((view) => view.get(key) === status))),
    possible,
  };
}

function countsOf(words: Iterable<string>): { readonly held: number; readonly failed: number } {
  const all = [...words];
  return {
    held: all.filter((word) => HELD.has(word)).length,
    failed: all.filter((word) => word === 'failed').length,
  };
}

function expectWithin(count: number, low: number, high: number): void {
  expect(count).toBeGreaterThanOrEqual(low);
  expect(count).toBeLessThanOrEqual(high);
}

describe.each([
  ['june-2026', ['--drill=june-2026'], null],
  ['january-2026', ['--drill=january-2026'], null],
  ['calm', ['--drill=calm'], null],
  ['june-2026', ['--drill'], null],
  ['june-2026', ['--drill=june-2026', '--at', '+9h30m'], '+9h30m'],
  ['january-2026', ['--drill=january-2026', '--at', '14:50'], '14:50'],
  ['june-2026', ['--drill=june-2026', '--at=2026-06-02T12:00Z'], '2026-06-02T12:00Z'],
])('%s by %j', (scenario, args, at) => {
  test('the answer is what the simulator knows', async () => {
    const run = await runMailcheck(['trace', ...args, '--format', 'json']);
    const trace = traceOf(run);
    const truth = await truthOf(scenario, trace, at);
    expect(run.exitCode).toBe(0);
    expect(trace.source.kind).toBe('drill');
    expect(trace.window.complete).toBe(true);

    const told = new Map(trace.data.map((row) => [keyOf(row.messageTraceId, row.recipient), row.status]));
    expect(told.size).toBe(trace.data.length);
    expect([...told].filter(([key, status]) => !truth.possible.get(key)?.has(status))).toEqual([]);
    expect([...truth.certain].filter(([key, status]) => told.get(key) !== status)).toEqual([]);
    expect(countsOf(told.values())).toEqual({ held: trace.summary['held'], failed: trace.summary['failed'] });

    const listed = Math.ceil(trace.data.length / 5000);
    const examined = trace.summary.reasons.held.examined + trace.summary.reasons.failed.examined;
    expect(examined).toBeGreaterThan(0);
    // One more asks when held mail expires.
    expectWithin(trace.source.requests, listed + examined + 1, listed + 60 + 1);
  });
});

test.each([['june-2026'], ['january-2026'], ['calm']])('the screen of %s', async (scenario) => {
  const run = await runMailcheck(['trace', `--drill=${scenario}`]);
  expect(run.exitCode).toBe(0);
  const [first, blank, second = '', third] = run.stdout.split('\n');
  expect([first, blank]).toEqual([`DRILL ${scenario}: simulated tenant`, '']);
  const [, held = '', failed = ''] =
    /^([\d,]+) held \(4\.x\) and ([\d,]+) failed \(5\.x\) of /u.exec(second) ?? [];
  expect(run.stdout).toContain(`\nHeld (4.x, tried again): ${held}; `);
  expect(run.stdout).toContain(`\nFailed (5.x, final): ${failed}; `);
  expect(third).toMatch(/^Still pending: the oldest for \d/u);
  expect(run.stdout).toMatch(/\nMail +Reason +Deliveries +95 % range +Side +Class\n/u);
  expect(run.stdout).toMatch(/\nTo +Held +Failed +Of +Oldest held +Mostly/u);
  expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(run.stderr).toMatch(/^Window \S+Z to \S+Z\n$/u);
});

test('an outage is told from an ordinary day by what is held and why', async () => {
  const [calm, june] = await Promise.all(
    ['calm', 'june-2026'].map(async (name) =>
      traceOf(await runMailcheck(['trace', `--drill=${name}`, '--format', 'json'])),
    ),
  );
  expect(june?.summary['held']).toBeGreaterThan(10 * (calm?.summary['held'] ?? Infinity));
  const reasons = june?.summary.reasons.held.by.map(({ reason }) => reason) ?? [];
  expect(reasons).toEqual(expect.arrayContaining(['connection-failed', 'service-error']));
  for (const share of [june?.summary.reasons.held, june?.summary.reasons.failed]) {
    for (const { low, estimate, high } of share?.by ?? []) {
      expect(low).toBeLessThanOrEqual(estimate);
      expect(estimate).toBeLessThanOrEqual(high);
    }
    expect(share?.by.reduce((sum, { estimate }) => sum + estimate, 0)).toBe(share?.population);
  }
});

describe('--drill-exit', () => {
  const nothing = ['trace', '--drill=calm', '--subject', 'no such subject', '--format', 'json'];

  test('gives the code that a real tenant would have given', async () => {
    const run = await runMailcheck([...nothing, '--drill-exit']);
    expect([run.exitCode, traceOf(run).outcome]).toEqual([3, { level: 'unknown', exitCode: 3 }]);
  });

  test('and without it a drill that ran is a success, which the envelope says too', async () => {
    const run = await runMailcheck(nothing);
    expect([run.exitCode, traceOf(run).outcome]).toEqual([0, { level: 'unknown', exitCode: 0 }]);
  });
});

test.each([
  [['trace', '--drill=june-2026', '--at', 'noon'], /\+2h30m.*14:50/su, 'a moment that is none'],
  [['trace', '--drill=june-2025'], /calm, january-2026, june-2026/u, 'a scenario that is none'],
  [['trace', '--drill', '--graph-url', 'http://127.0.0.1:9'], /Give one of them/u, 'two services'],
])('%j is refused before anything is asked: %s', async (args, cure) => {
  const run = await runMailcheck(args);
  expect([run.exitCode, run.stdout]).toEqual([64, '']);
  expect(run.stderr).toMatch(cure);
});
