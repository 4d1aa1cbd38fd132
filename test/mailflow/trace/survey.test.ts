import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createRandom } from '#mailflow/sampling/random.js';
import type { Delivery, TraceEntry } from '#mailflow/trace/delivery.js';
import { type Survey, survey, type SurveyOptions, type SurveyProgress } from '#mailflow/trace/survey.js';
import type { DeliveryKey, DetailAnswer, TraceSource } from '#mailflow/trace/trace-source.js';

import { ANYTHING, event, fakeSource, judgeByWord, NOON, numbered, row } from './rows.js';

const HOUR_MS = 3_600_000;
const DEFER: DetailAnswer = {
  kind: 'events',
  events: [event('Defer', { description: 'mx.fabrikam.example' })],
};
const QUOTA: DetailAnswer = {
  kind: 'gap',
  gap: { what: 'one detail', reason: 'quota', remedy: 'Ask again later.', retryAfterSeconds: 120 },
};

interface Finished {
  readonly rows: readonly Delivery[];
  readonly result: Survey;
}

async function run(
  source: TraceSource,
  options: Partial<SurveyOptions> = {},
  signal?: AbortSignal,
): Promise<Finished> {
  const walk = survey(
    source,
    {
      query: ANYTHING,
      judge: judgeByWord,
      sample: 60,
      ownDomains: null,
      expirationHours: null,
      chance: () => createRandom(1),
      hashSeed: 1,
      now: NOON,
      ...options,
    },
    signal ?? new AbortController().signal,
  );
  const rows: Delivery[] = [];
  for (;;) {
    const next = await walk.next();
    if (next.done === true) return { rows, result: next.value };
    rows.push(...next.value);
  }
}

const held = (count: number): TraceEntry[] =>
  Array.from({ length: count }, (_, index) => numbered(index, { status: 'Pending' }));

describe('what is listed', () => {
  test('counts by state, messages and deliveries', async () => {
    const entries = [
      row({ status: 'delivered' }),
      row({ status: 'Pending', recipient: 'cleo@fabrikam.example' }),
      numbered(2, { status: 'FAILED' }),
      numbered(3, { status: 'Resolved' }),
      numbered(4, { status: 'recalled' }),
    ];
    const { result } = await run(fakeSource([{ entries }]));
    expect(result).toMatchObject({ deliveries: 5, messages: 4, held: 1, failed: 1 });
    expect(result.counts).toEqual({
      delivered: 1,
      pending: 1,
      bounced: 1,
      expanded: 1,
      quarantined: 0,
      filtered: 0,
      recalled: 1,
      unknown: 0,
    });
  });

  test('each delivery comes out once, however rows repeat and batches are cut', async () => {
    const entry = fc
      .tuple(fc.nat(12), fc.nat(3), fc.constantFrom('Delivered', 'Pending', 'Failed', 'Sideways'))
      .map(([message, recipient, status]) =>
        row({ messageTraceId: `m${message}`, recipient: `R${recipient}@fabrikam.example`, status }),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(entry, { maxLength: 10 }), { maxLength: 8 }),
        fc.boolean(),
        async (batches, looksUp) => {
          const listed = batches.map((entries) => ({ entries }));
          const { rows, result } = await run(
            fakeSource(listed, looksUp ? (): DetailAnswer => DEFER : undefined),
          );
          const keyOf = ({
            messageTraceId,
            recipient,
          }: Pick<Delivery, 'messageTraceId' | 'recipient'>): string =>
            `${messageTraceId ?? ''} ${recipient}`;
          const expected = [...new Set(batches.flat().map(keyOf))].sort();
          expect(rows.map(keyOf).sort()).toEqual(expected);
          expect(result.deliveries).toBe(expected.length);
          expect(Object.values(result.counts).reduce((sum, count) => sum + count, 0)).toBe(expected.length);
          expect(result.messages).toBe(new Set(batches.flat().map((each) => each.messageTraceId)).size);
        },
      ),
    );
  });

  const doubles: [string, TraceEntry, TraceEntry, number][] = [
    ['the recipient in another case', row(), row({ recipient: 'BEN@Fabrikam.Example' }), 1],
    ['the trace id without hyphens', row(), row({ messageTraceId: '5F0C3C1E000040008000000000000001' }), 1],
    ['a status that changed between two pages', row({ status: 'Pending' }), row(), 1],
    [
      'no trace id: the message id tells',
      row({ messageTraceId: null }),
      row({ messageTraceId: null, subject: 'x' }),
      1,
    ],
    ['two messages that look alike but for their ids', row(), row({ messageTraceId: 'other' }), 2],
    [
      'a separator inside an address forges nothing',
      numbered(1, { recipient: 'a\u0000b' }),
      numbered(1, { recipient: 'a' }),
      2,
    ],
  ];
  test.each(doubles)('doubles: %s', async (_why, first, second, expected) => {
    const { rows } = await run(fakeSource([{ entries: [first] }, { entries: [second] }]));
    expect(rows).toHaveLength(expected);
  });

  test('rows without any id that look alike are one, and the note says so', async () => {
    const bare = { messageTraceId: null, messageId: null };
    const entries = [row(bare), row(bare), row({ ...bare, sizeBytes: 1 })];
    const { rows, result } = await run(fakeSource([{ entries }]));
    expect(rows).toHaveLength(2);
    expect(result.notes).toEqual([expect.stringContaining('1 rows without any message id')]);
  });

  test('rows that were not asked for are left out and counted', async () => {
    const entries = [row(), numbered(2, { sender: 'mallory@contoso.example' })];
    const { rows, result } = await run(fakeSource([{ entries }]), {
      query: { ...ANYTHING, senders: ['ana@contoso.example'] },
    });
    expect(rows.map(({ sender }) => sender)).toEqual(['ana@contoso.example']);
    expect(result).toMatchObject({ deliveries: 1, mismatchedRows: 1 });
  });

  test('unknown status words stay as they came, most frequent first, ten at most', async () => {
    const words = Array.from({ length: 12 }, (_, index) => `Word${index}`);
    const entries = [...words, 'Word11'].map((status, index) => numbered(index, { status }));
    const { rows, result } = await run(fakeSource([{ entries }]));
    expect(rows.every(({ state }) => state === 'unknown')).toBe(true);
    expect(result.statusWordsUnknown).toHaveLength(10);
    expect(result.statusWordsUnknown[0]).toEqual({ word: 'Word11', count: 2 });
  });

  test('the window is the one asked for, else what the rows span', async () => {
    const later = new Date(NOON.getTime() + HOUR_MS);
    const source = fakeSource([{ entries: [numbered(1, { receivedAt: later }), numbered(2)] }]);
    const asked = { from: new Date(NOON.getTime() - HOUR_MS), to: later };
    expect((await run(source)).result).toMatchObject({
      window: { from: NOON, to: later },
      newestReceivedAt: later,
    });
    expect((await run(source, { query: { ...ANYTHING, window: asked } })).result.window).toEqual(asked);
    expect((await run(fakeSource([]))).result).toMatchObject({ window: null, newestReceivedAt: null });
  });

  test('gaps and notes of the batches are passed on once', async () => {
    const gap = { what: 'pages after 3', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: 30 };
    const source = fakeSource([
      { gaps: [gap], notes: ['Zone assumed.'] },
      { gaps: [gap], notes: ['Zone assumed.'] },
    ]);
    expect((await run(source)).result).toMatchObject({ gaps: [gap], notes: ['Zone assumed.'] });
  });
});

describe('held mail', () => {
  const at = (hoursAgo: number): Date => new Date(NOON.getTime() - hoursAgo * HOUR_MS);
  const entries = [1, 19.9, 20, 23.9, 24, 30].map((hours, index) =>
    numbered(index, { status: 'Pending', receivedAt: at(hours) }),
  );
  const delivered = numbered(9, { receivedAt: at(40) });

  test('oldest, expiring within four hours, past expiry: by the assumed day', async () => {
    const { result } = await run(fakeSource([{ entries: [...entries, delivered] }]));
    expect(result).toMatchObject({ expiringWithin4h: 2, pastExpiry: 2 });
    expect(result.oldestHeld).toMatchObject({ receivedAt: at(30), expiresAtBasis: 'assumed-24h' });
  });

  test('by the expiration of the tenant where it is known', async () => {
    const { result } = await run(fakeSource([{ entries }]), { expirationHours: 12 });
    expect(result).toMatchObject({ expiringWithin4h: 0, pastExpiry: 5 });
    expect(result.oldestHeld?.expiresAtBasis).toBe('transport-config');
  });

  test('nothing held, nothing old', async () => {
    expect((await run(fakeSource([{ entries: [delivered] }]))).result.oldestHeld).toBeNull();
  });
});

describe('reasons', () => {
  test('reads as many details as asked for, four at a time, and leaves the other verdicts null', async () => {
    const source = fakeSource([{ entries: held(200) }], () => DEFER);
    const { rows, result } = await run(source, { sample: 60 });
    expect(source.asked).toHaveLength(60);
    expect(source.mostAtOnce()).toBe(4);
    expect(rows).toHaveLength(200);
    expect(rows.filter(({ verdict }) => verdict !== null)).toHaveLength(60);
    expect(result.reasons.held).toMatchObject({ population: 200, examined: 60 });
    expect(result.reasons.held.by).toMatchObject([{ reason: 'connection-failed', estimate: 200, high: 200 }]);
    expect(result.reasons.failed).toEqual({ population: 0, examined: 0, confidence: 0.95, by: [] });
  });

  test('asks by the ids of the rows, and the verdict goes to the row it belongs to', async () => {
    const source = fakeSource([{ entries: held(10) }], ({ recipient }) => ({
      kind: 'events',
      events: [event('Defer', { description: `hop of ${recipient}` })],
    }));
    const { rows } = await run(source);
    for (const { recipient, nextHop } of rows) expect(nextHop).toBe(`hop of ${recipient}`);
    expect(source.asked).toContainEqual(
      expect.objectContaining({ messageTraceId: 'trace-3', recipient: 'r3@fabrikam.example' }),
    );
  });

  test('shares the details between held and failed', async () => {
    const failed = Array.from({ length: 100 }, (_, index) => numbered(1000 + index, { status: 'Failed' }));
    const source = fakeSource([{ entries: [...held(100), ...failed] }], () => DEFER);
    const { result } = await run(source);
    expect([result.reasons.held.examined, result.reasons.failed.examined]).toEqual([30, 30]);
  });

  const untouched: [string, SurveyOptions['sample']][] = [
    ['none', 'none'],
    ['zero', 0],
  ];
  test.each(untouched)(
    'sample %s asks nothing, and every row comes as it is listed',
    async (_why, sample) => {
      const source = fakeSource([{ entries: held(3) }, { entries: [numbered(7)] }], () => DEFER);
      const { rows, result } = await run(source, { sample });
      expect(source.asked).toEqual([]);
      expect(rows.map(({ held: isHeld }) => isHeld)).toEqual([true, true, true, false]);
      expect(result.reasons.held).toMatchObject({ population: 3, examined: 0, by: [] });
    },
  );

  test('sample all reads every one and is exact', async () => {
    const source = fakeSource([{ entries: held(150) }], () => DEFER);
    const { result } = await run(source, { sample: 'all' });
    expect(result.reasons.held.by).toMatchObject([{ low: 150, estimate: 150, high: 150 }]);
  });

  test('events that came with the rows are judged at once, all of them, without asking', async () => {
    const entries = [
      ...held(3).map((entry) => ({ ...entry, events: [event('DEFER')] })),
      numbered(8, { status: 'FAIL', events: [event('FAIL')] }),
    ];
    const source = fakeSource([{ entries }], () => DEFER);
    const { rows, result } = await run(source);
    expect(source.asked).toEqual([]);
    expect(rows.every(({ verdict }) => verdict !== null)).toBe(true);
    expect(result.reasons.held).toMatchObject({ examined: 3, by: [{ low: 3, estimate: 3, high: 3 }] });
    expect(result.reasons.failed.by).toMatchObject([{ reason: 'recipient-unknown', estimate: 1 }]);
  });

  test('a source without details leaves the reasons unexamined', async () => {
    const { result } = await run(fakeSource([{ entries: held(5) }]));
    expect(result.reasons.held).toMatchObject({ population: 5, examined: 0, by: [] });
  });

  test('the quota ends the asking; one gap says how many details are missing', async () => {
    const source = fakeSource([{ entries: held(200) }], (_key, question) => (question > 10 ? QUOTA : DEFER));
    const { rows, result } = await run(source);
    expect(source.asked.length).toBeLessThanOrEqual(14);
    expect(rows).toHaveLength(200);
    expect(result.reasons.held.examined).toBe(10);
    expect(result.gaps).toEqual([
      {
        what: 'the details of 50 of 60 sampled deliveries',
        reason: 'quota',
        remedy: 'Ask again later.',
        retryAfterSeconds: 120,
      },
    ]);
  });

  test('kept details are judged without asking, also those behind the one that the quota ends at', async () => {
    const asking = fakeSource([{ entries: held(60) }], (_key, question) => (question > 4 ? QUOTA : DEFER));
    const keptDetails = ({ messageTraceId }: DeliveryKey) =>
      Promise.resolve(Number(messageTraceId.slice('trace-'.length)) < 40 ? [event('Fail')] : null);
    const seen: number[] = [];
    const { result } = await run(
      { ...asking, keptDetails },
      { sample: 'all', onProgress: ({ detailsRead }) => seen.push(detailsRead) },
    );
    expect(asking.asked.every(({ messageTraceId }) => Number(messageTraceId.slice(6)) >= 40)).toBe(true);
    expect(result.reasons.held.examined).toBe(44);
    expect(result.gaps).toMatchObject([
      { what: 'the details of 16 of 60 sampled deliveries', reason: 'quota' },
    ]);
    expect(seen.find((count) => count > 0)).toBe(40);
  });

  test('another gap costs only the detail that it belongs to', async () => {
    const timeout: DetailAnswer = {
      kind: 'gap',
      gap: { ...QUOTA.gap, reason: 'timeout', retryAfterSeconds: null },
    };
    const source = fakeSource([{ entries: held(200) }], (_key, question) =>
      question % 10 === 0 ? timeout : DEFER,
    );
    const { result } = await run(source);
    expect(source.asked).toHaveLength(60);
    expect(result.reasons.held).toMatchObject({ population: 200, examined: 54 });
    expect(result.gaps).toMatchObject([
      { what: 'the details of 6 of 60 sampled deliveries', retryAfterSeconds: null },
    ]);
  });

  test('a delivery without events is not examined, and a note says so', async () => {
    const empty: DetailAnswer = { kind: 'events', events: [] };
    const source = fakeSource([{ entries: held(20) }], (_key, question) => (question <= 2 ? empty : DEFER));
    const { result } = await run(source);
    expect(result.reasons.held.examined).toBe(18);
    expect(result.notes).toEqual([expect.stringContaining('no events for 2')]);
  });

  test('rows that cannot be looked up leave the interval open', async () => {
    const entries = [
      ...held(10),
      ...[1, 2].map((number) =>
        numbered(number, { messageTraceId: null, messageId: `<${number}>`, status: 'Pending' }),
      ),
    ];
    const { rows, result } = await run(fakeSource([{ entries }], () => DEFER));
    expect(rows).toHaveLength(12);
    expect(result.reasons.held.by).toMatchObject([{ low: 10, estimate: 12, high: 12 }]);
  });
});

describe('rows that were not read', () => {
  const to = (domain: string, count: number, facts: Partial<TraceEntry> = {}): TraceEntry[] =>
    Array.from({ length: count }, (_, index) =>
      row({
        ...{ messageTraceId: `${domain}-${index}`, recipient: `r${index}@${domain}.example` },
        ...{ status: 'Pending', ...facts },
      }),
    );
  const FAIL: DetailAnswer = { kind: 'events', events: [event('Fail')] };

  test('say what most like them turned out to be, each destination for itself', async () => {
    const entries = [...to('fabrikam', 100), ...to('litware', 100)];
    const source = fakeSource([{ entries }], ({ recipient }) =>
      recipient.endsWith('litware.example') ? FAIL : DEFER,
    );
    const { rows } = await run(source, { sample: 40 });
    const read = rows.filter(({ verdict }) => verdict !== null);
    expect([read.length, read.filter(({ likely }) => likely !== undefined)]).toEqual([40, []]);
    const unread = rows.filter(({ verdict }) => verdict === null);
    for (const { recipient, likely } of unread) {
      const reason = recipient.endsWith('litware.example') ? 'recipient-unknown' : 'connection-failed';
      expect(likely).toEqual({ ...likely, reason, share: 1, examined: 20 });
    }
  });

  const deferEvery = (step: number) => (_key: unknown, question: number) =>
    question % step === 0 ? DEFER : FAIL;
  test.each<[string, number, (key: DeliveryKey, question: number) => DetailAnswer, boolean]>([
    ['three of four are alike', 40, deferEvery(4), true],
    ['a half is alike', 40, deferEvery(2), false],
    ['two were read', 2, (): DetailAnswer => DEFER, false],
  ])('%s', async (_why, sample, answer, isLikely) => {
    const { rows } = await run(fakeSource([{ entries: to('fabrikam', 100) }], answer), { sample });
    const likely = rows.filter((each) => each.likely !== undefined);
    expect(likely).toHaveLength(isLikely ? 100 - sample : 0);
  });

  test('of which the source had no events stay without', async () => {
    const empty: DetailAnswer = { kind: 'events', events: [] };
    const source = fakeSource([{ entries: to('fabrikam', 20) }], (_key, question) =>
      question > 5 ? empty : DEFER,
    );
    const { rows } = await run(source, { sample: 'all' });
    expect(rows.filter(({ likely }) => likely !== undefined)).toEqual([]);
  });

  test('only one population can be read', async () => {
    const entries = [...to('fabrikam', 5), ...to('litware', 5, { status: 'Failed' })];
    const source = fakeSource([{ entries }], () => FAIL);
    const { result } = await run(source, { sample: 'all', examines: ['failed'] });
    expect(source.asked.map(({ recipient }) => recipient.split('@')[1])).toEqual(
      Array.from({ length: 5 }, () => 'litware.example'),
    );
    expect([result.reasons.held.examined, result.reasons.failed.examined]).toEqual([0, 5]);
    expect(result.heldInnocent).toBeNull();
  });
});

describe('interruptions and progress', () => {
  test.each([
    ['while listing', fakeSource([{ entries: held(2) }, new Error('list gone')], () => DEFER), 'list gone'],
    [
      'while reading details',
      fakeSource([{ entries: held(2) }], () => new Error('detail gone')),
      'detail gone',
    ],
  ])('a failure %s passes through', async (_why, source, message) => {
    await expect(run(source)).rejects.toThrow(message);
  });

  test('an abort stops the asking', async () => {
    const stop = new AbortController();
    const source = fakeSource([{ entries: held(100) }], (_key, question) => {
      if (question === 5) stop.abort(new Error('enough'));
      return DEFER;
    });
    await expect(run(source, {}, stop.signal)).rejects.toThrow('enough');
    expect(source.asked.length).toBeLessThan(10);
  });

  test('progress grows with the list, then with the details', async () => {
    const seen: SurveyProgress[] = [];
    await run(
      fakeSource([{ entries: held(3) }, { entries: [numbered(9, { status: 'Failed' })] }], () => DEFER),
      {
        onProgress: (progress) => seen.push(progress),
      },
    );
    expect(seen[0]).toEqual({ deliveries: 3, held: 3, failed: 0, detailsRead: 0, detailsWanted: 0 });
    expect(seen.at(-1)).toEqual({ deliveries: 4, held: 3, failed: 1, detailsRead: 4, detailsWanted: 4 });
  });

  test('what needs no detail comes out before the list is complete', async () => {
    const source = fakeSource([{ entries: [numbered(1)] }, new Error('too late')], () => DEFER);
    const walk = survey(
      source,
      {
        query: ANYTHING,
        judge: judgeByWord,
        sample: 60,
        ownDomains: ['contoso.example'],
        expirationHours: null,
        chance: () => createRandom(1),
        hashSeed: 1,
        now: NOON,
      },
      new AbortController().signal,
    );
    expect(await walk.next()).toMatchObject({
      done: false,
      value: [{ direction: 'outbound', directionBasis: 'profile' }],
    });
  });
});
