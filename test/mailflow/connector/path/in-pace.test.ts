/** How many at once, how few to each host, and what an end leaves: no time passes but on a clock of its own. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { inPace, type Pace } from '#mailflow/connector/path/in-pace.js';

import { virtualClock } from '../../../fakes/virtual-clock.js';

interface Job {
  readonly host: string;
  readonly tookMs: number;
}

interface Log {
  readonly starts: { readonly host: string; readonly atMs: number }[];
  mostOpen: number;
  mostOfAHost: number;
}

const NEVER = new AbortController().signal;

/** Runs on one virtual clock: whoever sleeps makes time pass for all. */
async function walk(jobs: readonly Job[], pace: Pace, signal = NEVER, onStart = (): void => undefined) {
  const clock = virtualClock('2026-06-02T17:30:00Z');
  const open = new Map<string, number>();
  const log: Log = { starts: [], mostOpen: 0, mostOfAHost: 0 };
  const results = await inPace(jobs, {
    ...{ pace, clock, signal },
    hostOf: ({ host }) => host,
    whenStopped: ({ host }) => `${host} stopped`,
    run: async ({ host, tookMs }) => {
      onStart();
      log.starts.push({ host, atMs: clock.monotonicMs() });
      open.set(host, (open.get(host) ?? 0) + 1);
      log.mostOpen = Math.max(
        log.mostOpen,
        [...open.values()].reduce((sum, count) => sum + count, 0),
      );
      log.mostOfAHost = Math.max(log.mostOfAHost, open.get(host) ?? 0);
      const endMs = clock.monotonicMs() + tookMs;
      while (clock.monotonicMs() < endMs) await clock.sleep(10);
      open.set(host, (open.get(host) ?? 1) - 1);
      return `${host} done`;
    },
  });
  return { results, log };
}

const PACE: Pace = { atOnce: 5, perHost: 2, gapMs: 1000 };

describe('politeness', () => {
  const jobs = fc.array(
    fc.record({
      host: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      tookMs: fc.integer({ min: 0, max: 3000 }),
    }),
    { maxLength: 30 },
  );

  test('never more at once, never more to a host, never sooner than a second, and each job once in its place', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, async (list) => {
        const { results, log } = await walk(list, PACE);
        expect(results).toEqual(list.map(({ host }) => `${host} done`));
        expect(log.mostOpen).toBeLessThanOrEqual(5);
        expect(log.mostOfAHost).toBeLessThanOrEqual(2);
        for (const host of new Set(list.map((job) => job.host))) {
          const times = log.starts.filter((start) => start.host === host).map(({ atMs }) => atMs);
          expect(times.every((atMs, index) => index === 0 || atMs - (times[index - 1] ?? 0) >= 1000)).toBe(
            true,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test('hosts that differ begin together', async () => {
    const { log } = await walk(
      ['a', 'b', 'c', 'd', 'e'].map((host) => ({ host, tookMs: 500 })),
      PACE,
    );
    expect(log.mostOpen).toBe(5);
  });

  test('a slow host keeps nobody else waiting', async () => {
    const slow = Array.from({ length: 4 }, () => ({ host: 'slow', tookMs: 20_000 }));
    const { log } = await walk([...slow, { host: 'quick', tookMs: 10 }], PACE);
    expect(log.starts.findIndex(({ host }) => host === 'quick')).toBe(1);
  });
});

test('what has not begun when all is stopped is told as stopped, and what is under way ends first', async () => {
  const stop = new AbortController();
  const jobs = ['a', 'a', 'a', 'b'].map((host) => ({ host, tookMs: 100 }));
  const { results } = await walk(jobs, PACE, stop.signal, () => stop.abort());
  expect(results).toEqual(['a done', 'a stopped', 'a stopped', 'b stopped']);
});

test('nothing to do is done', async () => {
  expect((await walk([], PACE)).results).toEqual([]);
});
