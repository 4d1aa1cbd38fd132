/** What every kept past promises, wherever it lies. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { CoveredSpan } from '#mailflow/trace/coverage.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { ALL_MAIL } from '#mailflow/trace/question-shape.js';
import type { OpenRowsQuestion, PageToKeep, RollUp, TraceHistory } from '#mailflow/trace/trace-history.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import { ANYTHING, event, numbered, row } from '../mailflow/trace/rows.js';

export interface OpenedHistory {
  readonly history: TraceHistory;
  /** The past of another tenant in the same place. */
  readonly other: TraceHistory;
  readonly close: () => Promise<void>;
}

const NOON_MS = Date.parse('2026-06-02T12:00:00Z');
const HOUR_MS = 3_600_000;
const at = (hours: number): Date => new Date(NOON_MS + hours * HOUR_MS);
const ALWAYS = { fromMs: 0, endMs: NOON_MS + 1000 * HOUR_MS };

function covered(from: number, end: number, observed: number, facts: Partial<CoveredSpan> = {}): CoveredSpan {
  return {
    fromMs: at(from).getTime(),
    endMs: at(end).getTime(),
    observedAtMs: at(observed).getTime(),
    state: 'complete',
    ...facts,
  };
}

function page(entries: readonly TraceEntry[], seen: number, facts: Partial<PageToKeep> = {}): PageToKeep {
  return { shape: ALL_MAIL, entries, seenAt: at(seen), proven: [], ...facts };
}

const KEY = { messageTraceId: 'trace-1', recipient: 'r1@fabrikam.example' };
const seen = (status: string): TraceEntry => numbered(1, { status });

export function promisesOfTraceHistory(name: string, open: () => Promise<OpenedHistory>): void {
  describe(`${name} as a kept past`, () => {
    let opened: OpenedHistory;
    let history: TraceHistory;
    beforeEach(async () => {
      opened = await open();
      history = opened.history;
    });
    afterEach(() => opened.close());

    async function rows(query: Partial<TraceQuery> = {}, spans = [ALWAYS]): Promise<readonly TraceEntry[]> {
      const found: TraceEntry[] = [];
      for await (const portion of history.rows({ ...ANYTHING, ...query }, spans)) found.push(...portion);
      return found;
    }

    test('a row comes back as it was kept, whatever is in it', async () => {
      const entry = row({
        recipient: 'O\'Neil"; DROP TABLE delivery; --@fabrikam.example',
        subject: '📬 100 % _under_ ‮ \u001b[2J',
        fromIp: '192.0.2.7',
        toIp: null,
        sizeBytes: null,
        messageId: null,
        directionHint: 'inbound',
        receivedAt: new Date(NOON_MS + 123),
      });
      await history.keepPage(page([entry], 1));
      expect(await rows()).toEqual([entry]);
    });

    test.each<[string, readonly (readonly [status: string, seen: number])[], string, string[]]>([
      [
        'the later sighting counts',
        [
          ['pending', 1],
          ['delivered', 2],
        ],
        'delivered',
        ['pending>delivered'],
      ],
      [
        'also when it is kept first',
        [
          ['delivered', 2],
          ['pending', 1],
        ],
        'delivered',
        [],
      ],
      [
        'a final status may change',
        [
          ['quarantined', 1],
          ['delivered', 2],
        ],
        'delivered',
        ['quarantined>delivered'],
      ],
      [
        'later it may be open again',
        [
          ['failed', 1],
          ['pending', 2],
        ],
        'pending',
        ['failed>pending'],
      ],
      [
        'of one second the final one',
        [
          ['delivered', 1],
          ['pending', 1],
        ],
        'delivered',
        [],
      ],
      [
        'of one second the final one, kept last',
        [
          ['pending', 1],
          ['delivered', 1],
        ],
        'delivered',
        ['pending>delivered'],
      ],
      [
        'of one second and two final ones, always the same',
        [
          ['failed', 1],
          ['delivered', 1],
        ],
        'failed',
        [],
      ],
      [
        'of one second and two final ones, the other way',
        [
          ['delivered', 1],
          ['failed', 1],
        ],
        'failed',
        ['delivered>failed'],
      ],
      [
        'another spelling is no change',
        [
          ['Pending', 1],
          ['pending', 2],
        ],
        'pending',
        [],
      ],
      [
        'a word that nobody knows',
        [
          ['heldForReview', 1],
          ['delivered', 2],
        ],
        'delivered',
        ['heldForReview>delivered'],
      ],
    ])('%s', async (_, sightings, status, changes) => {
      for (const [word, hour] of sightings) await history.keepPage(page([seen(word)], hour));
      expect((await rows()).map((entry) => entry.status)).toEqual([status]);
      const told = (await history.changes(KEY)).map(({ from, to }) => `${from}>${to}`);
      expect(told).toEqual(changes);
    });

    test('it knows when a row was seen first and last, in whichever order', async () => {
      for (const hour of [3, 1, 2]) await history.keepPage(page([seen('pending')], hour));
      expect(await history.row(KEY)).toEqual({
        entry: seen('pending'),
        firstSeenAt: at(1),
        observedAt: at(3),
      });
      expect(await history.row({ ...KEY, recipient: 'nobody@fabrikam.example' })).toBeNull();
    });

    test('one delivery is one row, whatever its spelling', async () => {
      const id = '5F0C3C1E-0000-4000-8000-000000000001';
      await history.keepPage(page([row({ messageTraceId: id, recipient: 'Ada@Contoso.example' })], 1));
      await history.keepPage(
        page([row({ messageTraceId: `{${id.toLowerCase()}}`, recipient: 'ada@contoso.example' })], 2),
      );
      expect(await rows()).toHaveLength(1);
    });

    test('rows are found by time and by what is asked, newest first, each once', async () => {
      const many = Array.from({ length: 4100 }, (_, number) =>
        // Thousands in one second, around the size of any portion.
        numbered(number, { receivedAt: number < 4050 ? at(0) : at(-1), subject: `Order ${number % 2}` }),
      );
      await history.keepPage(page(many, 1));
      const found = await rows();
      expect(new Set(found.map(({ recipient }) => recipient)).size).toBe(4100);
      expect(found).toHaveLength(4100);
      const times = found.map(({ receivedAt }) => receivedAt.getTime());
      expect(times).toEqual(times.toSorted((one, other) => other - one));
      expect(await rows({ subject: 'order 1' })).toHaveLength(2050);
      expect(await rows({}, [{ fromMs: at(-2).getTime(), endMs: at(0).getTime() }])).toHaveLength(50);
      expect(await rows({}, [{ fromMs: at(-2).getTime(), endMs: at(0).getTime() + 1 }])).toHaveLength(4100);
      expect(await rows({ messageTraceIds: ['trace-7', 'TRACE-8', 'trace-7'] })).toHaveLength(2);
      expect(await rows({ window: { from: at(-1), to: at(-1) } })).toHaveLength(50);
    });

    test('what a page proves is kept with it, by shape, and of two readings the later counts', async () => {
      await history.keepPage(page([], 1, { proven: [covered(-4, 0, 0)] }));
      await history.keepPage(page([], 2, { proven: [covered(-2, 1, 1)] }));
      await history.keepPage(
        page([], 3, { shape: 'another', proven: [covered(-1, 0, 2, { state: 'partial' })] }),
      );
      expect(await history.covered(ALL_MAIL, ALWAYS)).toEqual([covered(-4, -2, 0), covered(-2, 1, 1)]);
      expect(await history.covered('another', ALWAYS)).toEqual([covered(-1, 0, 2, { state: 'partial' })]);
      expect(await history.covered('a third', ALWAYS)).toEqual([]);
      expect(await history.covered(ALL_MAIL, { fromMs: at(0).getTime(), endMs: at(0.5).getTime() })).toEqual([
        covered(-2, 1, 1),
      ]);
    });

    test('rows that may still change are found until they are stale', async () => {
      const entries = [
        numbered(1, { status: 'pending', receivedAt: at(-47) }),
        numbered(2, { status: 'gettingStatus', receivedAt: at(-2), sender: 'ben@fabrikam.example' }),
        numbered(3, { status: 'heldForReview', receivedAt: at(-1) }),
        numbered(4, { status: 'pending', receivedAt: at(-49) }),
        numbered(5, { status: 'delivered', receivedAt: at(-1) }),
      ];
      await history.keepPage(page(entries, 0));
      const asked: OpenRowsQuestion = { query: ANYTHING, spans: [ALWAYS], limit: 10, seenBefore: null };
      const ids = async (facts: Partial<OpenRowsQuestion>) => {
        const found = await history.openRows({ ...asked, ...facts });
        return found.rows.map(({ messageTraceId }) => messageTraceId);
      };
      expect(await ids({})).toEqual(['trace-1', 'trace-2', 'trace-3']);
      expect(await ids({ query: { ...ANYTHING, senders: ['ben@fabrikam.example'] } })).toEqual(['trace-2']);
      expect(await ids({ query: { ...ANYTHING, statuses: ['failed'] } })).toHaveLength(3);
      expect(await ids({ spans: [{ fromMs: at(-2).getTime(), endMs: at(-1).getTime() }] })).toEqual([
        'trace-2',
      ]);
      expect(await ids({ seenBefore: at(0) })).toEqual([]);
      await history.keepPage(page([numbered(1, { status: 'pending', receivedAt: at(-47) })], 1));
      expect(await ids({}), 'seen at the age of 48 hours').toEqual(['trace-2', 'trace-3']);
      expect(await history.openRows({ ...asked, limit: 1 })).toMatchObject({
        rows: [{ messageTraceId: 'trace-2', status: 'gettingStatus' }],
        total: 2,
        span: { fromMs: at(-2).getTime(), endMs: at(-1).getTime() + 1 },
      });
      expect(await history.openRows({ ...asked, spans: [] })).toEqual({ rows: [], total: 0, span: null });
    });

    test('details are kept with the status of their row; the newest reading counts', async () => {
      expect(await history.details(KEY)).toBeNull();
      await history.keepDetails({ key: KEY, events: [event('Defer')], readAt: at(1) });
      expect(await history.details(KEY), 'no such row').toBeNull();
      await history.keepPage(page([seen('pending')], 1));
      const defer = event('Defer', { description: '[{LED=450 4.4.316};{MSG=}]', data: '<root/>' });
      await history.keepDetails({ key: KEY, events: [defer], readAt: at(2) });
      await history.keepDetails({ key: KEY, events: [event('Receive')], readAt: at(1) });
      await history.keepPage(page([seen('failed')], 3));
      const key = { ...KEY, recipient: 'R1@Fabrikam.example' };
      expect(await history.details(key)).toEqual({
        events: [defer],
        readAt: at(2),
        status: 'pending',
        statusNow: 'failed',
      });
      await history.keepDetails({ key, events: [], readAt: at(4) });
      expect(await history.details(KEY)).toMatchObject({ events: [], status: 'failed' });
    });

    test('rows are counted by state as they are kept and as they change', async () => {
      const told = (counts: readonly RollUp[]) =>
        counts.map(
          ({ from, state, rows: number }) => `${from.toISOString().slice(8, 16)} ${state} ${number}`,
        );
      const quarter = (number: number, minutes: number, status: string) =>
        numbered(number, { status, receivedAt: new Date(NOON_MS + minutes * 60_000) });
      await history.keepPage(
        page([quarter(1, 0, 'pending'), quarter(2, 14, 'delivered'), quarter(3, 15, 'delivered')], 1),
      );
      await history.keepPage(page([quarter(1, 0, 'delivered'), quarter(2, 14, 'delivered')], 2));
      await history.keepPage(page([quarter(1, 0, 'pending')], 0));
      await history.keepPage(page([quarter(4, -1, 'failed')], 2));
      expect(told(await history.rollUps(ALWAYS, 900_000))).toEqual([
        '02T11:45 bounced 1',
        '02T12:00 delivered 2',
        '02T12:15 delivered 1',
      ]);
      expect(told(await history.rollUps(ALWAYS, 3_600_000))).toEqual([
        '02T11:00 bounced 1',
        '02T12:00 delivered 3',
      ]);
      expect(told(await history.rollUps(ALWAYS, 86_400_000))).toEqual([
        '02T00:00 bounced 1',
        '02T00:00 delivered 3',
      ]);
      const noon = { fromMs: NOON_MS + 1, endMs: NOON_MS + 2 };
      expect(told(await history.rollUps(noon, 900_000))).toEqual(['02T12:00 delivered 2']);
    });

    test('lateness is measured of rows that were not there when their time had been read', async () => {
      const batch = (from: number, count: number, facts: Partial<TraceEntry>) =>
        Array.from({ length: count }, (_, number) => numbered(from + number, facts));
      await history.keepPage(page(batch(0, 97, { receivedAt: at(0) }), 1, { proven: [covered(-1, 0.5, 1)] }));
      expect(await history.lateness(at(-24))).toEqual({ rows: 97, late: 0, p50Ms: null, p99Ms: null });
      await history.keepPage(page(batch(100, 3, { receivedAt: at(0) }), 6));
      const found = { rows: 100, late: 3, p50Ms: 0, p99Ms: 6 * HOUR_MS };
      expect(await history.lateness(at(-24))).toEqual(found);
      await history.keepPage(page(batch(0, 100, { receivedAt: at(0) }), 30));
      expect((await history.lateness(at(-24))).late, 'three of them are new').toBe(6);
      expect(await history.lateness(at(60))).toMatchObject({ rows: 0, p99Ms: null });
    });

    test('what is old is forgotten with all that hangs on it, and is not known any more', async () => {
      const old = numbered(1, { receivedAt: at(-100), status: 'pending' });
      const young = numbered(2, { receivedAt: at(-10) });
      await history.keepPage(
        page([old, young], 0, { proven: [covered(-200, -150, 0), covered(-120, 0, 1)] }),
      );
      await history.keepPage(page([{ ...old, status: 'failed' }], 1));
      await history.keepDetails({ key: KEY, events: [event('Fail')], readAt: at(2) });
      expect(await history.purge(at(-50))).toBe(false);
      expect((await rows()).map(({ messageTraceId }) => messageTraceId)).toEqual(['trace-2']);
      expect(await history.covered(ALL_MAIL, ALWAYS)).toEqual([covered(-50, 0, 1)]);
      expect(await history.details(KEY)).toBeNull();
      expect(await history.changes(KEY)).toEqual([]);
      expect((await history.rollUps(ALWAYS, 86_400_000)).map((count) => count.rows)).toEqual([1]);
      await history.keepPage(page([old], 3));
      expect(await history.details(KEY), 'not of its former life').toBeNull();
    });

    describe('arrivals', () => {
      const minutes = (count: number): Date => new Date(NOON_MS + count * 60_000);
      const ours = new Set(['contoso.example']);
      const mail = (number: number, facts: Partial<TraceEntry>): TraceEntry =>
        numbered(number, { sender: 'ben@fabrikam.example', recipient: 'ana@contoso.example', ...facts });
      const span = { fromMs: minutes(0).getTime(), endMs: minutes(15).getTime() };

      test('are counted by five minutes and by the domains that are ours', async () => {
        await history.keepPage(
          page(
            [
              mail(1, { receivedAt: minutes(0) }),
              mail(2, { receivedAt: new Date(minutes(5).getTime() - 1) }),
              mail(3, { receivedAt: minutes(5) }),
              mail(4, { receivedAt: minutes(4), sender: 'ana@contoso.example' }),
              mail(5, {
                receivedAt: minutes(4),
                sender: 'a@contoso.example',
                recipient: 'b@fabrikam.example',
              }),
              mail(6, { receivedAt: minutes(4), sender: '' }),
            ],
            1,
          ),
        );
        expect(await history.arrivals(span, ours)).toEqual([
          { fromMs: minutes(0).getTime(), inbound: 2, others: 3 },
          { fromMs: minutes(5).getTime(), inbound: 1, others: 0 },
        ]);
      });

      test('without our domains the addresses and words of the service tell', async () => {
        const facts = { receivedAt: minutes(1) };
        await history.keepPage(
          page(
            [
              mail(1, { ...facts, fromIp: '192.0.2.7' }),
              mail(2, { ...facts, toIp: '192.0.2.7' }),
              mail(3, facts),
              mail(4, { ...facts, directionHint: 'inbound' }),
            ],
            1,
          ),
        );
        expect(await history.arrivals(span, null)).toEqual([
          { fromMs: minutes(0).getTime(), inbound: 2, others: 2 },
        ]);
      });

      test('a message to many is one', async () => {
        const members = ['a', 'b', 'c'].map((name) =>
          mail(1, { receivedAt: minutes(1), recipient: `${name}@contoso.example` }),
        );
        await history.keepPage(page(members, 1));
        expect(await history.arrivals(span, ours)).toEqual([
          { fromMs: minutes(0).getTime(), inbound: 1, others: 0 },
        ]);
      });

      test('only within the span, over hours, and of this tenant', async () => {
        const day = { fromMs: minutes(-600).getTime(), endMs: minutes(600).getTime() };
        const times = [-601, -600, -1, 0, 599, 600];
        await history.keepPage(
          page(
            times.map((time, index) => mail(index, { receivedAt: minutes(time) })),
            11,
          ),
        );
        expect((await history.arrivals(day, ours)).map(({ fromMs }) => (fromMs - NOON_MS) / 60_000)).toEqual([
          -600, -5, 0, 595,
        ]);
        expect(await opened.other.arrivals(day, ours)).toEqual([]);
      });
    });

    test('tenants do not see each other', async () => {
      await history.keepPage(page([seen('pending')], 1, { proven: [covered(-1, 0, 0)] }));
      await history.keepDetails({ key: KEY, events: [event('Defer')], readAt: at(1) });
      expect(await opened.other.row(KEY)).toBeNull();
      expect(await opened.other.details(KEY)).toBeNull();
      expect(await opened.other.covered(ALL_MAIL, ALWAYS)).toEqual([]);
      expect(await opened.other.rollUps(ALWAYS, 86_400_000)).toEqual([]);
      await opened.other.purge(at(1000));
      expect(await rows()).toHaveLength(1);
    });
  });
}
