/** What a source that remembers asks, gives, keeps, and what it does when one of its two sides fails. */
import { describe, expect, test } from 'vitest';

import type { Gap } from '#mailflow/finding.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { GRAPH_TERMS } from '#mailflow/trace/question.js';
import { type RememberingOptions, rememberingSource } from '#mailflow/trace/remembering-source.js';
import type { TraceHistory } from '#mailflow/trace/trace-history.js';
import type { DetailAnswer, TraceBatch, TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';

import { memoryTraceHistory } from '../../fakes/memory-trace-history.js';
import { ANYTHING, event, NOON, numbered } from './rows.js';

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): Date => new Date(NOON.getTime() - hours * HOUR_MS);
const SIGNAL = new AbortController().signal;
const GAP: Gap = { what: 'the rest', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: 60 };

class Refusal extends Error {}

interface Service extends TraceSource {
  /** `from..to` of each listing in hours ago, with what else was asked. */
  readonly asked: string[];
  rows: readonly TraceEntry[];
  /** Thrown in place of an answer. */
  failure: Error | null;
  detail: DetailAnswer;
  /** The service's clock. */
  now: Date;
}

function told({ window, statuses, messageTraceIds, senders }: TraceQuery): string {
  const hours = (date: Date): number => Math.round(((NOON.getTime() - date.getTime()) / HOUR_MS) * 100) / 100;
  const span = window === null ? 'ever' : `${hours(window.from)}..${hours(window.to)}`;
  return [span, ...senders, ...statuses, ...messageTraceIds].join(' ');
}

/** One page a listing. */
function service(rows: readonly TraceEntry[]): Service {
  let requests = 0;
  const asked: string[] = [];
  const self: Service = {
    kind: 'graph',
    tenant: 'contoso.example',
    requestCount: () => requests,
    asOf: () => null,
    deliveries: async function* (query): AsyncGenerator<TraceBatch> {
      await Promise.resolve();
      requests += 1;
      asked.push(told(query));
      if (self.failure !== null) throw self.failure;
      const { window } = query;
      if (window === null) return;
      const entries = self.rows
        .filter((row) => row.receivedAt >= window.from && row.receivedAt <= window.to)
        .filter((row) => query.statuses.length === 0 || query.statuses.includes(row.status))
        .filter(
          (row) =>
            query.messageTraceIds.length === 0 || query.messageTraceIds.includes(row.messageTraceId ?? ''),
        )
        .toSorted((one, other) => other.receivedAt.getTime() - one.receivedAt.getTime());
      yield {
        entries,
        gaps: [],
        notes: [],
        page: { window, beganAt: self.now, seenAt: self.now, isLast: true },
      };
    },
    details: async (key) => {
      await Promise.resolve();
      requests += 1;
      asked.push(`details ${key.messageTraceId}`);
      return self.detail;
    },
    asked,
    rows,
    failure: null,
    detail: { kind: 'events', events: [event('Fail')] },
    now: NOON,
  };
  return self;
}

interface Bench {
  readonly inner: Service;
  readonly history: TraceHistory;
  readonly troubles: unknown[];
  readonly open: (changes?: Partial<RememberingOptions>) => TraceSource;
}

function bench(rows: readonly TraceEntry[], history: TraceHistory = memoryTraceHistory()): Bench {
  const inner = service(rows);
  const troubles: unknown[] = [];
  const open = (changes: Partial<RememberingOptions> = {}): TraceSource =>
    rememberingSource({
      ...{ source: inner, history, terms: GRAPH_TERMS, now: () => inner.now },
      gapOf: (failure) => (failure instanceof Refusal ? null : GAP),
      onHistoryTrouble: (error) => troubles.push(error),
      ...changes,
    });
  return { inner, history, troubles, open };
}

interface Answer {
  readonly ids: readonly (string | null)[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}

async function ask(source: TraceSource, changes: Partial<TraceQuery> = {}): Promise<Answer> {
  const batches: TraceBatch[] = [];
  const query = { ...ANYTHING, window: { from: hoursAgo(48), to: hoursAgo(30) }, ...changes };
  for await (const batch of source.deliveries(query, SIGNAL)) batches.push(batch);
  const rows = batches.flatMap(({ entries }) => entries);
  return {
    ids: [
      ...new Set(rows.map(({ messageTraceId, status }) => `${messageTraceId ?? ''} ${status}`)),
    ].toSorted(),
    gaps: batches.flatMap(({ gaps }) => gaps),
    notes: batches.flatMap(({ notes }) => notes),
  };
}

const OLD = [40, 36, 32].map((hours, index) =>
  numbered(index + 1, { receivedAt: hoursAgo(hours), status: 'delivered' }),
);

describe('what is asked', () => {
  test('a settled window once', async () => {
    const { inner, open } = bench(OLD);
    const first = await ask(open());
    const again = open();
    expect(again.asOf()).toBeNull();
    expect((await ask(again)).ids).toEqual(first.ids);
    expect(inner.asked).toEqual(['48..30']);
    expect([again.kind, again.asOf()]).toEqual(['history', NOON]);
  });

  test('what is young each time, and a wider window only where it is wider', async () => {
    const { inner, open } = bench(OLD);
    inner.now = hoursAgo(34);
    await ask(open(), { window: { from: hoursAgo(44), to: hoursAgo(34) } });
    inner.now = NOON;
    const source = open();
    await ask(source, { window: { from: hoursAgo(46), to: hoursAgo(0) } });
    // Everything between was younger than a day when it was read, and is older now.
    expect(inner.asked).toEqual(['44..34', '46..0']);
    await ask(open(), { window: { from: hoursAgo(46), to: hoursAgo(0) } });
    expect(inner.asked.at(-1)).toBe('4..0');
    expect(source.kind).toBe('graph');
  });

  test('an open row by its id, and no more once it is final', async () => {
    const { inner, open } = bench([
      ...OLD.slice(1),
      numbered(1, { receivedAt: hoursAgo(40), status: 'pending' }),
    ]);
    await ask(open());
    inner.rows = OLD;
    expect((await ask(open())).ids).toContain('trace-1 delivered');
    await ask(open());
    expect(inner.asked).toEqual(['48..30', expect.stringMatching(/^40..40 trace-1$/u)]);
  });

  test('an open row no more when it was seen at the age of two days', async () => {
    const { inner, open } = bench([numbered(1, { receivedAt: hoursAgo(40), status: 'pending' })]);
    await ask(open());
    for (const hours of [7, 8, 9]) {
      inner.now = new Date(NOON.getTime() + hours * HOUR_MS);
      await ask(open());
    }
    expect(inner.asked).toEqual(['48..30', '40..40 trace-1', '40..40 trace-1']);
  });

  test('filtered mail from what is known of all mail; the other way round nothing is known', async () => {
    const { inner, open } = bench(OLD);
    expect((await ask(open(), { senders: ['ana@contoso.example'] })).ids).toHaveLength(3);
    await ask(open(), { senders: ['ANA@contoso.example'] });
    expect(inner.asked).toEqual(['48..30 ana@contoso.example']);
    await ask(open());
    expect(inner.asked).toHaveLength(2);
    expect((await ask(open(), { recipients: ['r2@fabrikam.example'] })).ids).toEqual(['trace-2 delivered']);
    expect(inner.asked).toHaveLength(2);
  });

  test('held mail by its status for two days, whatever was listed by status before', async () => {
    const { inner, open } = bench([numbered(1, { receivedAt: hoursAgo(40), status: 'pending' })]);
    for (const hours of [0, 1, 9, 30]) {
      inner.now = new Date(NOON.getTime() + hours * HOUR_MS);
      await ask(open(), { statuses: ['pending'] });
    }
    expect(inner.asked).toHaveLength(4);
    inner.rows = [];
    expect((await ask(open(), { statuses: ['pending'] })).ids).toEqual(['trace-1 pending']);
    expect(inner.asked).toHaveLength(4);
  });

  test('no held mail from the past when it was just listed anew', async () => {
    const { inner, open } = bench([numbered(1, { receivedAt: hoursAgo(40), status: 'pending' })]);
    await ask(open());
    inner.rows = [numbered(1, { receivedAt: hoursAgo(40), status: 'delivered' })];
    expect(
      (await ask(open(), { statuses: ['pending'] })).ids.filter((id) => id === 'trace-1 pending'),
    ).toEqual([]);
  });

  test('nothing of an export, which has no window', async () => {
    const { inner, open } = bench(OLD);
    await ask(open(), { window: null });
    expect(inner.asked).toEqual(['ever']);
  });

  test('more, where rows come later than is usual, and it says so', async () => {
    const history = memoryTraceHistory();
    const late = Array.from({ length: 200 }, (_, number) => numbered(number, { receivedAt: hoursAgo(40) }));
    const { inner, open } = bench(late.slice(0, 190), history);
    const window = { from: hoursAgo(48), to: hoursAgo(30) };
    inner.now = hoursAgo(38);
    await ask(open(), { window });
    inner.rows = late;
    inner.now = hoursAgo(34);
    await ask(open(), { window });
    const { notes } = await ask(open(), { window: { from: hoursAgo(48), to: hoursAgo(41) } });
    expect(notes.join()).toContain('The last 6 hours are asked for again each time.');
  });
});

describe('details', () => {
  const KEY = { messageTraceId: 'trace-1', recipient: 'r1@fabrikam.example', receivedAt: hoursAgo(40) };
  const detailed = async (status: string) => {
    const opened = bench([numbered(1, { receivedAt: hoursAgo(40), status })]);
    await ask(opened.open());
    await opened.open().details?.(KEY, SIGNAL);
    return { ...opened, again: () => opened.open().details?.(KEY, SIGNAL) };
  };
  const read = (inner: Service): number => inner.asked.filter((line) => line.startsWith('details')).length;

  test('of a final status hold for good', async () => {
    const { inner, again, open } = await detailed('failed');
    inner.now = new Date(NOON.getTime() + 1000 * HOUR_MS);
    expect(await again()).toEqual({ kind: 'events', events: [event('Fail')] });
    expect(await open().keptDetails?.(KEY)).toEqual([event('Fail')]);
    expect(read(inner)).toBe(1);
  });

  test('of open mail hold for some minutes', async () => {
    const { inner, again } = await detailed('pending');
    inner.now = new Date(NOON.getTime() + 179_000);
    await again();
    expect(read(inner)).toBe(1);
    inner.now = new Date(NOON.getTime() + 180_000);
    await again();
    expect(read(inner)).toBe(2);
  });

  test('hold no more when the status has changed', async () => {
    const { inner, again, open } = await detailed('pending');
    inner.rows = [numbered(1, { receivedAt: hoursAgo(40), status: 'failed' })];
    await ask(open());
    expect(await open().keptDetails?.(KEY)).toBeNull();
    await again();
    await again();
    expect(read(inner)).toBe(2);
  });

  test.each<[string, DetailAnswer]>([
    ['nothing known yet', { kind: 'events', events: [] }],
    ['could not be had', { kind: 'gap', gap: GAP }],
  ])('%s: asked again', async (_, answer) => {
    const { inner, open } = bench([numbered(1, { receivedAt: hoursAgo(40) })]);
    inner.detail = answer;
    await ask(open());
    expect(await open().details?.(KEY, SIGNAL)).toEqual(answer);
    await open().details?.(KEY, SIGNAL);
    expect(read(inner)).toBe(2);
  });
});

describe('when one side fails', () => {
  test('the service, with nothing kept: its failure', async () => {
    const { inner, open } = bench(OLD);
    inner.failure = new Error('throttled');
    await expect(ask(open())).rejects.toBe(inner.failure);
  });

  test('the service, with something kept: that and a gap', async () => {
    const { inner, open } = bench(OLD);
    await ask(open());
    inner.failure = new Error('throttled');
    const source = open();
    const { ids, gaps } = await ask(source, { window: { from: hoursAgo(60), to: hoursAgo(0) } });
    expect([ids.length, gaps]).toEqual([3, [GAP]]);
    expect(source.kind).toBe('graph');
  });

  test('a refusal ends it, whatever is kept', async () => {
    const { inner, open } = bench(OLD);
    await ask(open());
    inner.failure = new Refusal('no right');
    await expect(ask(open(), { window: { from: hoursAgo(60), to: hoursAgo(0) } })).rejects.toBe(
      inner.failure,
    );
  });

  const broken = (name: keyof TraceHistory): TraceHistory => {
    const history = memoryTraceHistory();
    const fail = () => Promise.reject(new Error(`disk, at ${name}`));
    return { ...history, [name]: fail };
  };

  test.each<[keyof TraceHistory]>([['keepPage'], ['covered'], ['openRows'], ['lateness']])(
    'the history at %s: the service answers all of it, and the trouble is told once',
    async (name) => {
      const { inner, open, troubles } = bench(OLD, broken(name));
      const source = open();
      for (let time = 0; time < 2; time += 1) expect((await ask(source)).ids).toHaveLength(3);
      expect(troubles).toEqual([new Error(`disk, at ${name}`)]);
      expect(inner.asked).toEqual(['48..30', '48..30']);
    },
  );

  test('the history, when it is to be read: a gap, for nothing else has these rows', async () => {
    const history = memoryTraceHistory();
    const { open } = bench(OLD, history);
    await ask(open());
    const rows = async function* (): AsyncGenerator<readonly TraceEntry[]> {
      yield await Promise.reject(new Error('disk'));
    };
    const { open: openBroken } = bench(OLD, { ...history, rows });
    expect((await ask(openBroken())).gaps).toMatchObject([{ reason: 'history' }]);
  });

  test('after a page that could not be kept, the pages behind it prove nothing', async () => {
    const history = memoryTraceHistory();
    let pages = 0;
    const keepPage: TraceHistory['keepPage'] = (page) => {
      pages += 1;
      return pages === 1 ? Promise.reject(new Error('full')) : history.keepPage(page);
    };
    const { open } = bench(OLD, { ...history, keepPage });
    const source = open();
    await ask(source);
    await ask(source);
    expect(await history.covered('', { fromMs: 0, endMs: NOON.getTime() })).toEqual([]);
  });
});
