import { describe, expect, test } from 'vitest';

import type { Gap } from '#mailflow/finding.js';
import { abandonable } from '#mailflow/trace/abandonable-source.js';
import { fallingBackSource } from '#mailflow/trace/falling-back-source.js';
import { GRAPH_TERMS } from '#mailflow/trace/question.js';
import { rememberingSource } from '#mailflow/trace/remembering-source.js';
import type { TraceHistory } from '#mailflow/trace/trace-history.js';
import type { TraceBatch, TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';

import { memoryTraceHistory } from '../../fakes/memory-trace-history.js';
import { deliveryName, type MemoryTrace, memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { ANYTHING, event, NOON, numbered } from './rows.js';

/** Of the first service alone. */
class OwnTrouble extends Error {}
/** Of both. */
const SHARED = new Error('no network');
const OWN = new OwnTrouble('first is down');

const GAP: Gap = { what: 'the rest', reason: 'timeout', remedy: 'Ask again.', retryAfterSeconds: null };
const QUERY: TraceQuery = {
  ...ANYTHING,
  window: { from: new Date(NOON.getTime() - 3_600_000), to: NOON },
};
const ROWS = [numbered(1), numbered(2), numbered(3)];

const events = (word: string): NonNullable<MemoryTrace['eventsByDelivery']> =>
  new Map(
    ROWS.map((row) => [
      deliveryName({ messageTraceId: `${row.messageTraceId}`, recipient: row.recipient }),
      [event(word)],
    ]),
  );

function firstOf(facts: Partial<MemoryTrace>): TraceSource {
  return memoryTraceSource({ kind: 'graph', rows: ROWS, eventsByDelivery: events('first'), ...facts });
}

function secondOf(facts: Partial<MemoryTrace> = {}): TraceSource {
  return memoryTraceSource({
    ...{ kind: 'exchange', rows: ROWS, tenant: 'guid', asOf: NOON, eventsByDelivery: events('second') },
    ...facts,
  });
}

const noteOf = (failure: unknown): string | null =>
  failure instanceof OwnTrouble ? `${failure.message}; asked the second.` : null;
const failureOfBoth = (one: unknown, other: unknown): unknown =>
  new Error([one, other].map((each) => (each instanceof Error ? each.message : '')).join(' and '));

function fallingBack(first: TraceSource, second: TraceSource | Error): TraceSource {
  const { source, abandon } = abandonable(first);
  return fallingBackSource({
    first: source,
    abandonFirst: abandon,
    openSecond: () => (second instanceof Error ? Promise.reject(second) : Promise.resolve(second)),
    noteOf,
    failureOfBoth,
  });
}

interface Answer {
  readonly rows: number;
  readonly notes: readonly string[];
  readonly gaps: readonly string[];
  readonly failure: unknown;
}

async function ask(source: TraceSource, query: TraceQuery = QUERY): Promise<Answer> {
  const batches: TraceBatch[] = [];
  let failure: unknown = null;
  try {
    for await (const batch of source.deliveries(query, new AbortController().signal)) batches.push(batch);
  } catch (error) {
    failure = error;
  }
  return {
    rows: new Set(batches.flatMap(({ entries }) => entries.map(({ recipient }) => recipient))).size,
    notes: batches.flatMap(({ notes }) => notes),
    gaps: batches.flatMap(({ gaps }) => gaps.map(({ what }) => what)),
    failure,
  };
}

/** Gives one batch, and then fails. */
function failingAfter(batch: Partial<TraceBatch>): TraceSource {
  return {
    ...firstOf({}),
    deliveries: async function* () {
      await Promise.resolve();
      yield { entries: [], gaps: [], notes: [], ...batch };
      throw OWN;
    },
  };
}

describe('two services', () => {
  test.each<[string, TraceSource, TraceSource | Error, Partial<Answer>, string]>([
    ['the first answers', firstOf({}), SHARED, { rows: 3, notes: [], failure: null }, 'graph'],
    ['it has no mail', firstOf({ rows: [] }), SHARED, { rows: 0, failure: null }, 'graph'],
    [
      'it fails, the second answers',
      firstOf({ failure: OWN }),
      secondOf(),
      { rows: 3, failure: null },
      'exchange',
    ],
    [
      'and says why it was asked',
      firstOf({ failure: OWN }),
      secondOf({ notes: ['remark'] }),
      { notes: ['first is down; asked the second.', 'remark'] },
      'exchange',
    ],
    [
      'the second has no mail',
      firstOf({ failure: OWN }),
      secondOf({ rows: [] }),
      { rows: 0, failure: null },
      'exchange',
    ],
    [
      'what both would meet is no reason',
      firstOf({ failure: SHARED }),
      secondOf(),
      { rows: 0, failure: SHARED },
      'graph',
    ],
    [
      'a gap stays a gap',
      firstOf({ gaps: [GAP] }),
      secondOf(),
      { rows: 3, gaps: ['the rest'], notes: [] },
      'graph',
    ],
    [
      'also where nothing but the gap came',
      firstOf({ rows: [], gaps: [GAP] }),
      secondOf(),
      { gaps: ['the rest'] },
      'graph',
    ],
    [
      'a failure behind rows stays one',
      failingAfter({ entries: ROWS }),
      secondOf(),
      { rows: 3, notes: [], failure: OWN },
      'graph',
    ],
    [
      'so does one behind a gap',
      failingAfter({ gaps: [GAP] }),
      secondOf(),
      { rows: 0, gaps: ['the rest'], failure: OWN },
      'graph',
    ],
    [
      'a remark is no answer',
      failingAfter({ notes: ['slow today'] }),
      secondOf(),
      { rows: 3, notes: ['slow today', 'first is down; asked the second.'], failure: null },
      'exchange',
    ],
    [
      'a gap of the second is one too',
      firstOf({ failure: OWN }),
      secondOf({ gaps: [GAP] }),
      { rows: 3, gaps: ['the rest'] },
      'exchange',
    ],
  ])('%s', async (_why, first, second, expected, kind) => {
    const source = fallingBack(first, second);
    expect(await ask(source)).toMatchObject(expected);
    expect(source.kind).toBe(kind);
  });

  test.each<[string, TraceSource | Error]>([
    ['fails as well', secondOf({ failure: new Error('second is down') })],
    ['cannot be opened', new Error('second is down')],
  ])('where the second %s, both are told', async (_why, second) => {
    const source = fallingBack(firstOf({ failure: OWN }), second);
    const { failure, rows } = await ask(source);
    expect([failure, rows]).toEqual([new Error('first is down and second is down'), 0]);
    expect(source.kind).toBe('graph');
    // Whoever asks again hears the same, and neither service does.
    const sent = source.requestCount();
    expect((await ask(source)).failure).toBe(failure);
    expect(source.requestCount()).toBe(sent);
  });

  test('what is told of the source is told of the one that answers; requests are those to both', async () => {
    const source = fallingBack(
      firstOf({ failure: OWN, tenant: 'contoso.example' }),
      secondOf({ batchSize: 9 }),
    );
    expect([source.kind, source.tenant, source.asOf()]).toEqual(['graph', 'contoso.example', null]);
    await ask(source);
    expect([source.kind, source.tenant, source.asOf()]).toEqual(['exchange', 'guid', NOON]);
    expect(source.requestCount()).toBe(2);
  });

  test.each<[string, TraceSource, string]>([
    ['of the first', firstOf({}), 'first'],
    ['of the second, where that one had listed', firstOf({ failure: OWN }), 'second'],
  ])('details are asked %s', async (_why, first, word) => {
    const source = fallingBack(first, secondOf());
    // As a survey takes it: before the list.
    const { details } = source;
    await ask(source);
    const [row] = ROWS;
    const key = {
      messageTraceId: row?.messageTraceId ?? '',
      recipient: row?.recipient ?? '',
      receivedAt: NOON,
    };
    expect(await details?.(key, new AbortController().signal)).toMatchObject({
      kind: 'events',
      events: [{ event: word }],
    });
  });

  test('once one has answered, it is asked to the end', async () => {
    let failure: Error | null = OWN;
    const shaky: TraceSource = {
      ...firstOf({}),
      deliveries: (...asked) => firstOf(failure === null ? {} : { failure }).deliveries(...asked),
    };
    const fallen = fallingBack(shaky, secondOf());
    await ask(fallen);
    failure = null;
    await ask(fallen);
    expect(fallen.kind).toBe('exchange');

    const steady = fallingBack(shaky, secondOf());
    await ask(steady);
    failure = OWN;
    expect([(await ask(steady)).failure, steady.kind]).toEqual([OWN, 'graph']);
  });
});

describe('two services and what is kept of each', () => {
  interface Pasts {
    readonly ofFirst: TraceHistory;
    readonly ofSecond: TraceHistory;
  }

  const gapOf = (failure: unknown): Gap => ({
    ...GAP,
    what: failure instanceof Error ? failure.message : '',
  });

  function remembering(
    source: TraceSource,
    history: TraceHistory,
    isTakenOver: (failure: unknown) => boolean,
  ) {
    const onHistoryTrouble = (error: unknown): never => {
      throw error;
    };
    const options = { terms: GRAPH_TERMS, now: () => NOON, gapOf, isTakenOver, onHistoryTrouble };
    return rememberingSource({ source, history, ...options });
  }

  function both(first: TraceSource, second: TraceSource, { ofFirst, ofSecond }: Pasts): TraceSource {
    const { source, abandon, isAbandoned } = abandonable(first);
    const isTakenOver = (failure: unknown): boolean => !isAbandoned() && noteOf(failure) !== null;
    return fallingBackSource({
      first: remembering(source, ofFirst, isTakenOver),
      abandonFirst: abandon,
      openSecond: () => Promise.resolve(remembering(second, ofSecond, () => true)),
      noteOf,
      failureOfBoth,
    });
  }

  /** Most of the window, listed whole ten minutes ago. */
  async function pastOf(count: number): Promise<TraceHistory> {
    const history = memoryTraceHistory();
    const [fromMs, endMs] = [NOON.getTime() - 7200_000, NOON.getTime() - 1200_000];
    await history.keepPage({
      shape: '',
      entries: ROWS.slice(0, count).map((row) => ({ ...row, receivedAt: new Date(fromMs + 4000_000) })),
      seenAt: new Date(NOON.getTime() - 600_000),
      proven: [{ fromMs, endMs, observedAtMs: NOON.getTime() - 600_000, state: 'complete' }],
    });
    return history;
  }

  test('the second is asked though something is kept of the first: half a past is no answer', async () => {
    const pasts = { ofFirst: await pastOf(2), ofSecond: memoryTraceHistory() };
    const source = both(firstOf({ failure: OWN }), secondOf(), pasts);
    expect(await ask(source)).toMatchObject({ rows: 3, gaps: [], failure: null });
    expect(source.kind).toBe('exchange');
  });

  test('where neither answers, what is kept of the first is given, with a gap that tells of both', async () => {
    const pasts = { ofFirst: await pastOf(2), ofSecond: await pastOf(1) };
    const source = both(firstOf({ failure: OWN }), secondOf({ failure: SHARED }), pasts);
    expect(await ask(source)).toMatchObject({
      rows: 2,
      gaps: ['first is down and no network'],
      failure: null,
    });
  });

  test('a trouble that both would meet leaves what is kept of the first, and asks nobody else', async () => {
    const pasts = { ofFirst: await pastOf(2), ofSecond: memoryTraceHistory() };
    const second = secondOf();
    const source = both(firstOf({ failure: SHARED }), second, pasts);
    expect(await ask(source)).toMatchObject({ rows: 2, gaps: ['no network'], notes: [expect.any(String)] });
    expect(second.requestCount()).toBe(0);
  });

  test('what fails behind rows of the first leaves a gap, and asks nobody else', async () => {
    let asked = 0;
    const first: TraceSource = {
      ...firstOf({}),
      deliveries: (...question) => {
        asked += 1;
        return firstOf(asked === 1 ? {} : { failure: OWN }).deliveries(...question);
      },
    };
    const second = secondOf();
    const pasts = { ofFirst: memoryTraceHistory(), ofSecond: memoryTraceHistory() };
    // Two questions for the service.
    const window = { from: new Date(NOON.getTime() - 12 * 86_400_000), to: NOON };
    const answer = await ask(both(first, second, pasts), { ...QUERY, window });
    expect(answer).toMatchObject({ rows: 3, gaps: ['first is down'], failure: null });
    expect([asked, second.requestCount()]).toEqual([2, 0]);
  });

  test('rows of one are never kept as those of the other', async () => {
    const pasts = { ofFirst: memoryTraceHistory(), ofSecond: memoryTraceHistory() };
    const paged: TraceSource = {
      ...secondOf(),
      deliveries: async function* (query) {
        await Promise.resolve();
        const window = query.window ?? { from: NOON, to: NOON };
        yield {
          entries: ROWS,
          gaps: [],
          notes: [],
          page: { window, beganAt: NOON, seenAt: NOON, isLast: true },
        };
      },
    };
    await ask(both(firstOf({ failure: OWN }), paged, pasts));
    const [row] = ROWS;
    const key = { messageTraceId: row?.messageTraceId ?? '', recipient: row?.recipient ?? '' };
    expect(await pasts.ofFirst.row(key)).toBeNull();
    expect(await pasts.ofSecond.row(key)).not.toBeNull();
  });
});
