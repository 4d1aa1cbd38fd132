import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type ListingNeed, planListing, planRefresh, type RowCount } from '#mailflow/trace/listing-plan.js';
import { common, contains, isEmpty, type Span, spanOf, subtract } from '#mailflow/trace/span.js';
import type { OpenRow, OpenRows } from '#mailflow/trace/trace-history.js';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY = { fromMs: 0, endMs: 24 * 60 * MINUTE_MS + 1 };
const NOTHING_OPEN: OpenRows = { rows: [], total: 0, span: null };

/** So many rows in each quarter of the day. */
function evenly(rows: number, range: Span = DAY): readonly RowCount[] {
  const quarters = Math.ceil((range.endMs - range.fromMs) / QUARTER_MS);
  return Array.from({ length: quarters }, (_, index) => ({
    fromMs: range.fromMs + index * QUARTER_MS,
    endMs: range.fromMs + (index + 1) * QUARTER_MS,
    rows,
  }));
}

function openAt(minutes: readonly number[], facts: Partial<OpenRow> = {}): OpenRows {
  const rows = minutes.map((minute) => ({
    messageTraceId: `trace-${minute}`,
    receivedAt: new Date(minute * MINUTE_MS),
    status: 'pending',
    ...facts,
  }));
  const times = rows.map(({ receivedAt }) => receivedAt.getTime());
  const span = times.length === 0 ? null : { fromMs: Math.min(...times), endMs: Math.max(...times) + 1 };
  return { rows, total: rows.length, span };
}

function minutesOf(from: number, end: number): Span {
  return { fromMs: from * MINUTE_MS, endMs: end * MINUTE_MS };
}

function need(facts: Partial<ListingNeed>): ListingNeed {
  return { range: DAY, missing: [], open: NOTHING_OPEN, density: [], rowsPerPage: 1000, ...facts };
}

/** `08:00:00-12:00:00` for each window, and `#1` for each message. */
function told(facts: Partial<ListingNeed>): readonly string[] {
  const { windows, messages } = planListing(need(facts));
  const time = (date: Date): string => date.toISOString().slice(11, 19);
  return [
    ...windows.map(({ from, to }) => `${time(from)}-${time(to)}`),
    ...messages.map(({ messageTraceId }) => messageTraceId),
  ];
}

const TWENTY = Array.from({ length: 20 }, (_, index) => 60 + index);

describe('what is listed', () => {
  test.each<[string, Partial<ListingNeed>, readonly string[]]>([
    ['nothing, when nothing is missing', {}, []],
    ['everything, when nothing is known', { missing: [DAY] }, ['00:00:00-00:00:00']],
    [
      'what is missing, with a second of its neighbours',
      { missing: [minutesOf(60, 120)] },
      ['00:59:59-02:00:01'],
    ],
    ['whole seconds', { missing: [{ fromMs: 3_600_123, endMs: 3_600_124 }] }, ['00:59:59-01:00:02']],
    [
      'two holes in one window, when little lies between',
      { missing: [minutesOf(60, 70), minutesOf(600, 610)], density: evenly(1) },
      ['00:59:59-10:10:01'],
    ],
    [
      'two windows, newest first, when more than a page lies between',
      { missing: [minutesOf(60, 70), minutesOf(600, 610)], density: evenly(100) },
      ['09:59:59-10:10:01', '00:59:59-01:10:01'],
    ],
    [
      'of filtered mail nobody counts: one window',
      { missing: [minutesOf(60, 70), minutesOf(600, 610)], density: [] },
      ['00:59:59-10:10:01'],
    ],
    ['a single open row by its id', { open: openAt([60]), density: evenly(100) }, ['trace-60']],
    [
      'two open rows in one window, when all of it fits on a page',
      { open: openAt([60, 62]), density: evenly(1) },
      ['00:59:59-01:02:01'],
    ],
    [
      'two open rows far apart by their ids',
      { open: openAt([60, 600]), density: evenly(100) },
      ['trace-60', 'trace-600'],
    ],
    [
      'open rows beside what is missing, in one window when asking for them would cost more',
      { missing: [minutesOf(1380, 1440)], open: openAt([1320]), density: evenly(5) },
      ['21:59:59-00:00:00'],
    ],
    [
      'open rows without an id by their second',
      { open: openAt([60], { messageTraceId: null }), density: evenly(100) },
      ['00:59:59-01:00:01'],
    ],
    [
      'twenty and more by their window',
      { open: openAt(TWENTY), density: evenly(100) },
      ['00:59:59-01:19:01'],
    ],
    [
      'all the time of those that are too many to be named',
      { open: { ...openAt([60]), total: 5000, span: minutesOf(60, 600) }, density: evenly(100) },
      ['00:59:59-10:00:01'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(told(facts)).toEqual(expected);
  });
});

describe('what is listed by status first', () => {
  const spread = Array.from({ length: 40 }, (_, index) => 60 + index * 12);
  test.each<[string, Partial<ListingNeed>, readonly string[] | null]>([
    [
      'held and failed mail, when its window has many pages and there is room',
      { open: openAt(spread), density: evenly(200) },
      ['pending', 'failed'],
    ],
    [
      'mail that has no status yet, as well',
      { open: openAt(spread, { status: 'GettingStatus' }), density: evenly(200) },
      ['pending', 'failed', 'gettingStatus'],
    ],
    [
      'nothing by a word that nobody knows',
      { open: openAt(spread, { status: 'heldForReview' }), density: evenly(200) },
      null,
    ],
    ['nothing, when few rows are open', { open: openAt([60, 600]), density: evenly(200) }, null],
    ['nothing, when the window is a page anyhow', { open: openAt(spread), density: evenly(5) }, null],
    [
      'nothing, when the whole day is full of them: it could cost more than all of it',
      { open: openAt(Array.from({ length: 96 }, (_, index) => index * 15)), density: evenly(200) },
      null,
    ],
    ['nothing, when nothing is open', { density: evenly(200) }, null],
  ])('%s', (_, facts, expected) => {
    expect(planRefresh(need(facts))?.statuses ?? null).toEqual(expected);
  });
});

describe('whatever is known', () => {
  const PAGE = 7;
  const quarters = 40;
  const range = { fromMs: 0, endMs: quarters * QUARTER_MS + 1 };
  const instant = fc.integer({ min: 0, max: quarters * QUARTER_MS });
  const rowTimes = fc.array(instant, { maxLength: 150 });
  const missing = fc.array(
    fc.tuple(instant, fc.integer({ min: 1, max: 3 * QUARTER_MS })).map(([fromMs, length]) => ({
      fromMs,
      endMs: Math.min(fromMs + length, range.endMs),
    })),
    { maxLength: 5 },
  );
  const pages = (rows: number): number => Math.max(1, Math.ceil(rows / PAGE));
  const within = (times: readonly number[], span: Span): number =>
    times.filter((time) => contains(span, time)).length;

  test('all that is missing or open is asked for, at no more requests than for everything', () => {
    fc.assert(
      fc.property(rowTimes, missing, fc.array(fc.nat(), { maxLength: 30 }), (times, holes, picks) => {
        // Rows within holes are not known beforehand; open rows are some of those that are.
        const known = times.filter((time) => !holes.some((hole) => contains(hole, time)));
        const open = [...new Set(picks.map((pick) => known[pick % Math.max(1, known.length)] ?? 0))].filter(
          (time) => known.includes(time),
        );
        const density = evenly(0, range).map((quarter) => ({ ...quarter, rows: within(known, quarter) }));
        const asked = need({
          ...{ range, missing: holes, density, rowsPerPage: PAGE },
          open: openAt(open.map((time) => time / MINUTE_MS)),
        });
        const { windows, messages } = planListing(asked);
        const spans = windows.map(spanOf);
        expect(subtract(holes, spans)).toEqual([]);
        for (const row of asked.open.rows) {
          const isListed = spans.some((span) => contains(span, row.receivedAt.getTime()));
          const isNamed = messages.some(({ messageTraceId }) => messageTraceId === row.messageTraceId);
          expect(isListed || isNamed).toBe(true);
        }
        expect(spans.every((span) => isEmpty(common(span, { fromMs: range.endMs, endMs: Infinity })))).toBe(
          true,
        );
        const listed = spans.reduce((sum, span) => sum + pages(within(times, span)), 0);
        expect(listed + messages.length).toBeLessThanOrEqual(pages(times.length));
        const refresh = planRefresh(asked);
        if (refresh === null) return;
        // The worst that can be: nothing is found by status, and all is listed after all.
        const all = planListing({ ...asked, open: { ...asked.open, total: 1e6 } });
        const allListed = all.windows.map(spanOf).reduce((sum, span) => sum + pages(within(times, span)), 0);
        expect(refresh.statuses.length + Math.min(listed, allListed)).toBeLessThanOrEqual(
          pages(times.length),
        );
      }),
      { numRuns: 500 },
    );
  });
});
