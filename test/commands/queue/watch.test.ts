/** `queue --diff` and `queue --watch`: looks that follow each other, on a clock that only the pauses move. */
import { describe, expect, test } from 'vitest';

import type { Ports } from '#cli/ports.js';
import { queue } from '#commands/queue/queue.js';
import type { QueueTick } from '#commands/queue/queue-tick.js';
import { watchViews } from '#commands/queue/watch.view.js';
import { Failure } from '#failure.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import { memoryQueueLookHistory } from '../../fakes/memory-queue-look-history.js';
import { type MemoryTrace, memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { numbered } from '../../mailflow/trace/rows.js';
import { pageOf } from '../../render/pages.js';
import { NOW, runCommand } from '../run-command.js';
import { STEADY } from '../trace/outage.js';

const minutesFromNow = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

/** Held for one to five hours before noon, of which so many have been delivered. */
function mailOf(held: number, delivered = 0): MemoryTrace['rows'] {
  return Array.from({ length: held + delivered }, (_, index) =>
    numbered(index, {
      receivedAt: minutesFromNow(-60 - (index % 240)),
      status: index < delivered ? 'delivered' : 'pending',
      recipient: `r${index}@d${index % 9}.example`,
    }),
  );
}

/** Mail of just now, which has gone through. */
const fresh = (minutes: number): MemoryTrace['rows'][number] =>
  numbered(9000 + minutes, { receivedAt: minutesFromNow(minutes - 5), status: 'delivered' });

interface Scene {
  /** What the tenant has at each look. */
  readonly looks: readonly (Partial<MemoryTrace> | Failure)[];
  readonly args?: readonly string[];
  /** Minutes that a pause takes; what was asked for when absent. */
  readonly pauseTakes?: readonly (number | null)[];
}

interface Watched {
  readonly ticks: readonly QueueTick[];
  readonly failure: unknown;
  readonly queries: readonly TraceQuery[];
  readonly pausedMinutes: readonly number[];
}

/** Stopped by Ctrl-C in the pause after the last look. */
async function watched({ looks, args = ['--watch', '60s'], pauseTakes = [] }: Scene): Promise<Watched> {
  const controller = new AbortController();
  const queries: TraceQuery[] = [];
  const ticks: QueueTick[] = [];
  const pausedMinutes: number[] = [];
  let passedMs = 0;
  let number = 0;
  const now = (): Date => new Date(NOW.getTime() + passedMs);
  const ports: Partial<Ports> = {
    ...{ now, random: STEADY, signal: controller.signal },
    queueLooks: (() => {
      const history = memoryQueueLookHistory();
      return () => Promise.resolve(history);
    })(),
    traces: () => {
      const scene = looks[number] ?? {};
      number += 1;
      if (scene instanceof Failure) return Promise.reject(scene);
      const source = memoryTraceSource({ rows: [], asOf: now(), batchSize: 500, ...scene });
      return Promise.resolve({
        ...source,
        asOf: now,
        deliveries: (query, signal) => {
          queries.push(query);
          return source.deliveries(query, signal);
        },
      });
    },
    pause: (ms) => {
      pausedMinutes.push(ms / 60_000);
      if (number >= looks.length) {
        controller.abort(new Failure('interrupted', 'Interrupted.', { remedy: '' }));
        return Promise.reject(new Error('stopped'));
      }
      const taken = pauseTakes[pausedMinutes.length - 1];
      passedMs += taken === null || taken === undefined ? ms : taken * 60_000;
      return Promise.resolve();
    },
  };
  const onRow = (row: unknown): void => void ticks.push(row as QueueTick);
  const failure = await runCommand(queue, args, ports, { onRow }).then(
    () => null,
    (error: unknown) => error,
  );
  return { ticks, failure, queries, pausedMinutes };
}

const THROTTLED = new Failure('throttled', 'Too many requests.', { remedy: 'Wait.', retryAfterSeconds: 240 });
const UNREACHABLE = new Failure('unreachable', 'No route.', { remedy: 'Look at the network.' });
const REFUSED = new Failure('permission', 'Not allowed.', { remedy: 'Ask for the right.' });

describe('--watch', () => {
  test('looks again and again, and ends with the code of the signal', async () => {
    const { ticks, failure, pausedMinutes } = await watched({
      looks: [{ rows: mailOf(200) }, { rows: [...mailOf(150, 50), fresh(1)] }],
    });
    expect(ticks).toMatchObject([
      { kind: 'look', held: 200, diff: null, missed: 0 },
      { kind: 'look', held: 150, diff: { before: 200, new: 0, after: 150 }, at: minutesFromNow(1) },
    ]);
    expect(pausedMinutes).toEqual([1, 1]);
    expect(failure).toMatchObject({ kind: 'interrupted', message: 'The watch has ended.' });
  });

  test('each look asks for a window that ends now, and lists nothing once more', async () => {
    const { queries } = await watched({ looks: [{ rows: mailOf(3) }, { rows: mailOf(3) }] });
    const held = queries.filter(({ statuses }) => statuses.length > 0);
    expect(held.map(({ window }) => window?.to)).toEqual([minutesFromNow(0), minutesFromNow(1)]);
    expect(queries).toHaveLength(2);
  });

  test('a drain is told from two looks, with its end', async () => {
    const { ticks } = await watched({
      looks: [{ rows: mailOf(400) }, { rows: [...mailOf(300, 100), fresh(10)] }],
      args: ['--watch', '10m'],
    });
    expect(ticks[1]).toMatchObject({
      trend: { basis: 'looks', phase: 'drain', emptyAt: expect.anything() as object },
    });
  });

  test('of a trace that shows no new mail at all no recovery is told', async () => {
    const { ticks } = await watched({
      looks: [{ rows: mailOf(400) }, { rows: mailOf(300, 100) }],
      args: ['--watch', '10m'],
    });
    expect(ticks[1]).toMatchObject({ trend: { phase: 'unclear', emptyAt: null } });
  });

  test.each([
    ['throttled: as long as the service asks for', THROTTLED, 4],
    ['unreachable: twice as long', UNREACHABLE, 2],
  ])('a look that fails is a blind one, and the next comes later; %s', async (_what, failure, pause) => {
    const { ticks, pausedMinutes } = await watched({
      looks: [{ rows: mailOf(30) }, failure, { rows: mailOf(30) }],
    });
    expect(ticks.map(({ kind }) => kind)).toEqual(['look', 'blind', 'look']);
    expect(ticks[1]).toMatchObject({ reason: failure.kind, lastSeenAt: NOW });
    expect(pausedMinutes).toEqual([1, pause, 1]);
  });

  test('pages that are missing count as blind for the rhythm, and tell no trend', async () => {
    const gap = { what: 'older pages', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: null };
    const { ticks, pausedMinutes } = await watched({ looks: [{ rows: mailOf(30), gaps: [gap] }, {}] });
    expect(ticks[0]).toMatchObject({ kind: 'look', level: 'unknown', trend: null, incomplete: [gap] });
    expect(pausedMinutes[0]).toBe(2);
  });

  test('what a laptop has slept through is one look', async () => {
    const { ticks } = await watched({
      looks: [{ rows: mailOf(30) }, { rows: mailOf(30) }, { rows: mailOf(30) }],
      pauseTakes: [481],
    });
    expect(ticks.map(({ missed }) => missed)).toEqual([0, 480, 0]);
    expect(ticks[1]?.at).toEqual(minutesFromNow(481));
  });

  test('without the right to ask it ends at once; a refusal later is a blind look', async () => {
    const first = await watched({ looks: [REFUSED] });
    expect([first.ticks, first.failure]).toEqual([[], REFUSED]);
    const later = await watched({ looks: [{ rows: mailOf(2) }, REFUSED] });
    expect(later.ticks.map(({ kind }) => kind)).toEqual(['look', 'blind']);
  });
});

describe('--diff', () => {
  const diffOf = async (looks: Scene['looks']): Promise<QueueTick | undefined> =>
    (await watched({ looks, args: ['--watch', '60s', '--diff'] })).ticks.at(-1);

  test('what became of those that left is listed once more, the rest is unknown', async () => {
    const [before, later] = [mailOf(40), mailOf(28, 12).slice(0, 38)];
    const tick = await diffOf([{ rows: before }, { rows: [...later, fresh(1)] }]);
    expect(tick).toMatchObject({
      diff: { before: 40, new: 0, left: { delivered: 12, bounced: 0, unknown: 2 }, after: 26, isWhole: true },
    });
  });

  test('pages that are missing are told in the diff', async () => {
    const gap = { what: 'older pages', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: null };
    const tick = await diffOf([{ rows: mailOf(40) }, { rows: mailOf(40).slice(0, 10), gaps: [gap] }]);
    expect(tick).toMatchObject({ diff: { before: 40, left: { unknown: 30 }, after: 10, isWhole: false } });
  });

  test.each([
    ['--diff', 'the look before', { before: 20, left: { unknown: 10 }, after: 10 }],
    ['--diff=2m', 'a look of two minutes ago', { before: 40, left: { unknown: 30 }, after: 10 }],
  ])('%s compares with %s', async (flag, _with, diff) => {
    const looks = [40, 20, 10].map((count) => ({ rows: mailOf(40).slice(0, count) }));
    const run = await watched({ looks, args: ['--watch', '60s', flag] });
    expect(run.ticks.at(-1)).toMatchObject({ diff });
  });

  test('where no look is so long ago the oldest stands in, and that is said', async () => {
    const history = memoryQueueLookHistory();
    const lookAt = (minutes: number) => {
      const now = new Date(NOW.getTime() + minutes * 60_000);
      const ports: Partial<Ports> = {
        ...{ now: () => now, random: STEADY, queueLooks: () => Promise.resolve(history) },
        traces: () => Promise.resolve(memoryTraceSource({ rows: mailOf(3), asOf: now })),
      };
      return runCommand(queue, ['--diff=2h'], ports, { context: { now, localTimeZone: 'UTC' } });
    };
    await lookAt(0);
    const { conclusion, notes } = await lookAt(10);
    expect(conclusion.summary).toMatchObject({ diff: { since: NOW, before: 3, after: 3 } });
    expect(notes).toContain(
      'No look of 2 h ago after the same mail is kept; the oldest that is kept is compared with.',
    );
  });

  test('the first look has nothing to compare with, and says so', async () => {
    const run = await runCommand(queue, ['--diff'], {
      ...{ random: STEADY, queueLooks: () => Promise.resolve(memoryQueueLookHistory()) },
      traces: () => Promise.resolve(memoryTraceSource({ rows: mailOf(3), asOf: NOW })),
    });
    expect(run.conclusion.summary).not.toHaveProperty('diff');
    expect(run.notes).toContain(
      'There is no earlier look after the same mail to compare with; this one is kept for the next.',
    );
  });
});

test.each([
  [['--diff', '--file', 'a.csv'], '--diff and --file do not go together'],
  [['--watch', '60s', '--to', '2026-06-02T12:00'], '--watch and --to do not go together'],
  [['--watch', '60s', '--plan'], '--watch and --plan do not go together'],
  [['--diff=2'], '--diff cannot be "2"'],
  [['--diff', '2h'], 'queue takes no word; "2h" was given'],
  [['--watch', '5s'], '--watch cannot be "5s"'],
  [['--watch', '60s', '--format', 'json'], '--watch has no end, and json is written at the end'],
])('%j is refused: %s', async (args, message) => {
  const refused = await runCommand(queue, args).catch((error: unknown) => error);
  expect(refused).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) as string });
});

describe('the screen', () => {
  const TICKS: Scene = {
    looks: [{ rows: mailOf(400) }, { rows: [...mailOf(300, 100), fresh(10)] }, UNREACHABLE],
    args: ['--watch', '10m', '--diff'],
    pauseTakes: [null, 45],
  };
  const shown = async (columns: number, redraw?: string): Promise<string> => {
    const page = { ...pageOf(columns), ...(redraw === undefined ? {} : { redraw }) };
    const head = { schema: '', drill: 'june-2026' };
    return (await watched(TICKS)).ticks.map((tick) => watchViews.line?.(tick, page, head) ?? '').join('');
  };

  test.each([40, 80, 120])('at %i columns, one block under the other', async (columns) => {
    await expect(await shown(columns)).toMatchFileSnapshot(`../golden/queue-watch-${columns}.txt`);
  });

  test('where the screen can be taken back each look begins it anew', async () => {
    expect((await shown(80, '<clear>')).split('<clear>DRILL')).toHaveLength(4);
  });
});
