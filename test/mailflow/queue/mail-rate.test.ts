/** How much mail there is beside the held: one page tells it, and a page that is cut short tells nothing. */
import { describe, expect, test } from 'vitest';

import { judgeHeld } from '#mailflow/queue/judge-held.js';
import { hourlyOf, type MailRate, readMailPage, withRate } from '#mailflow/queue/mail-rate.js';
import type { TraceBatch } from '#mailflow/trace/trace-source.js';

import { memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { ANYTHING, NOON, numbered, row } from '../trace/rows.js';
import { deliveriesOf, type Load, tallyOf } from './mail.js';

const SIGNAL = new AbortController().signal;
const minutesAgo = (minutes: number): Date => new Date(NOON.getTime() - minutes * 60_000);
const WINDOW = { from: minutesAgo(120), to: NOON };
const GAP = { what: 'a page', reason: 'throttled', remedy: 'Ask again.', retryAfterSeconds: null };
/** One a minute. */
const ROWS = Array.from({ length: 120 }, (_, index) => numbered(index, { receivedAt: minutesAgo(index) }));

function paged(batches: readonly TraceBatch[]) {
  const source = memoryTraceSource({ rows: [] });
  let given = 0;
  return {
    given: () => given,
    source: {
      ...source,
      deliveries: async function* () {
        await Promise.resolve();
        for (const batch of batches) {
          given += 1;
          yield batch;
        }
      },
    },
  };
}

const batchOf = (entries: TraceBatch['entries'], isLast: boolean): TraceBatch => ({
  ...{ entries, gaps: [], notes: [] },
  page: { window: WINDOW, beganAt: NOON, seenAt: NOON, isLast },
});

describe('a page of all mail', () => {
  const read = (batches: readonly TraceBatch[]) => {
    const { source, given } = paged(batches);
    return readMailPage(source, { ...ANYTHING, window: WINDOW }, SIGNAL).then((page) => ({ page, given }));
  };

  test('that is not the last tells the rate of the time that it fills, and no other is asked for', async () => {
    const { page, given } = await read([batchOf(ROWS.slice(0, 31), false), batchOf(ROWS.slice(31), true)]);
    expect([page?.deliveries.length, page?.minutes, given()]).toEqual([31, 30, 1]);
  });

  test('that is the last tells that of all of the window', async () => {
    const { page } = await read([batchOf(ROWS.slice(0, 30), true)]);
    expect([page?.minutes, page === null ? null : hourlyOf(page)]).toEqual([120, 15]);
  });

  test('from what is kept comes without places, in no order, and is read to its end', async () => {
    const plain = (entries: TraceBatch['entries']): TraceBatch => ({ entries, gaps: [], notes: [] });
    const { page } = await read([plain(ROWS.slice(60)), plain(ROWS.slice(0, 60)), plain(ROWS.slice(0, 5))]);
    expect([page?.deliveries.length, page?.minutes]).toEqual([120, 120]);
  });

  test.each<[string, readonly TraceBatch[]]>([
    ['with a gap', [{ entries: ROWS, gaps: [GAP], notes: [] }]],
    ['of a single second', [batchOf([row({ receivedAt: NOON })], false)]],
  ])('%s tells nothing', async (_why, batches) => {
    expect((await read(batches)).page).toBeNull();
  });
});

test('spans that reach further back than the page are filled up at its rate; held mail is known already', () => {
  const tally = tallyOf(
    deliveriesOf([
      { kind: 'delivered', count: 40, minutes: 19, toMinutes: 0 },
      { kind: 'by-service', count: 10, minutes: 110, toMinutes: 0 },
    ]),
  );
  const filled = withRate(tally, { deliveries: [], minutes: 20 });
  const counts = filled.recent.map(({ minutes, deliveries, held }) => [minutes, deliveries - held.held]);
  const young = tally.recent.map(({ deliveries, held }) => deliveries - held.held);
  expect(counts).toEqual([
    [15, young[0]],
    [30, 60],
    [60, 120],
    [120, 240],
  ]);
});

describe('what a rate changes in the verdict', () => {
  const levelsOf = (loads: readonly Load[], rate: MailRate | null): readonly string[] =>
    judgeHeld(tallyOf(deliveriesOf(loads)), { mail: null, rate, source: 'graph' })
      .map(({ id, level }) => `${id} ${level}`)
      .filter((words) => !words.endsWith('info'));
  const DEAD: Load = { kind: 'refused', count: 60, minutes: 1400, toMinutes: 40, domains: 60 };
  const OUTAGE: Load = { kind: 'by-service', count: 300, minutes: 400, toMinutes: 121, domains: 20 };
  const RECENT: readonly Load[] = [
    { kind: 'delivered', count: 100, minutes: 30, toMinutes: 0 },
    { kind: 'closed-abruptly', count: 30, minutes: 29, toMinutes: 1, domains: 10 },
  ];

  test.each<[readonly Load[], MailRate | null, readonly string[], string]>([
    [[DEAD], null, ['held-mail-waiting warning'], 'nobody knows whether it is much'],
    [[DEAD], { hourly: 100, daily: 2_400 }, ['held-mail-waiting warning'], 'more than a hundredth of a day'],
    [[DEAD], { hourly: 1_000, daily: 24_000 }, [], 'a few dead servers of a large tenant'],
    [[DEAD], { hourly: 100, daily: 24_000 }, [], 'night in a large tenant: its day counts'],
    [[OUTAGE], null, ['held-mail-waiting critical'], 'the service says so itself'],
    [[OUTAGE], { hourly: 1_000, daily: 24_000 }, ['held-mail-waiting critical'], 'a fifth of an hour'],
    [
      [OUTAGE],
      { hourly: 50_000, daily: 900_000 },
      ['held-mail-waiting warning'],
      'little of the hour of a giant',
    ],
    [RECENT, null, [], 'nothing is old, and no share can be told'],
    [
      RECENT,
      { hourly: 260, daily: 3_000 },
      ['mail-deferred-now critical'],
      'a quarter of the mail of just now',
    ],
  ])('%#: %j: %j, for %s', (loads, rate, expected) => {
    expect(levelsOf(loads, rate)).toEqual(expected);
  });
});
