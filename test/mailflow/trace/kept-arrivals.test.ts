/** What the kept past may tell of earlier weeks: only what was listed whole, and late enough. */
import { describe, expect, test } from 'vitest';

import type { CoveredSpan } from '#mailflow/trace/coverage.js';
import { guardHistory } from '#mailflow/trace/guarded-history.js';
import { inboundHistory } from '#mailflow/trace/kept-arrivals.js';
import { ALL_MAIL } from '#mailflow/trace/question-shape.js';
import type { TraceHistory } from '#mailflow/trace/trace-history.js';

import { memoryTraceHistory } from '../../fakes/memory-trace-history.js';
import { NOON, numbered } from './rows.js';

const MINUTE_MS = 60_000;
const minutes = (count: number): Date => new Date(NOON.getTime() + count * MINUTE_MS);
/** An hour from noon on. */
const SPAN = { fromMs: NOON.getTime(), endMs: minutes(60).getTime() };
const QUESTION = { span: SPAN, ownDomains: null, settledAfterMs: 15 * MINUTE_MS };

function covered(from: number, end: number, observed: number, facts: Partial<CoveredSpan> = {}): CoveredSpan {
  return {
    fromMs: minutes(from).getTime(),
    endMs: minutes(end).getTime(),
    observedAtMs: minutes(observed).getTime(),
    state: 'complete',
    ...facts,
  };
}

async function kept(proven: readonly CoveredSpan[], shape = ALL_MAIL): Promise<TraceHistory> {
  const history = memoryTraceHistory();
  const entries = [10, 20, 50].map((minute) =>
    numbered(minute, { receivedAt: minutes(minute), fromIp: '192.0.2.7' }),
  );
  await history.keepPage({ shape, entries, seenAt: minutes(90), proven });
  return history;
}

const told = (history: TraceHistory) =>
  inboundHistory(guardHistory(history, () => undefined)).arrivals(QUESTION);

describe('arrivals', () => {
  const rows: [why: string, proven: readonly CoveredSpan[], shape: string, isTold: boolean][] = [
    ['listed whole, a quarter of an hour later', [covered(0, 60, 75)], ALL_MAIL, true],
    ['listed in parts that fit', [covered(-10, 30, 45), covered(30, 90, 75)], ALL_MAIL, true],
    ['rows may have come after that', [covered(0, 60, 70)], ALL_MAIL, false],
    ['a part was not listed', [covered(0, 30, 90), covered(31, 60, 90)], ALL_MAIL, false],
    ['a part was not finished', [covered(0, 60, 90, { state: 'partial' })], ALL_MAIL, false],
    ['only some mail was asked for', [covered(0, 60, 90)], '[["ana@contoso.example"]]', false],
    ['nothing was listed', [], ALL_MAIL, false],
  ];
  test.each(rows)('%s', async (_why, proven, shape, isTold) => {
    const arrivals = await told(await kept(proven, shape));
    expect(arrivals?.map(({ inbound }) => inbound) ?? null).toEqual(isTold ? [1, 1, 1] : null);
  });

  test('a history that cannot be read tells nothing, once', async () => {
    const troubles: unknown[] = [];
    const broken: TraceHistory = {
      ...memoryTraceHistory(),
      covered: () => Promise.reject(new Error('gone')),
    };
    const history = inboundHistory(guardHistory(broken, (trouble) => troubles.push(trouble)));
    expect(await history.arrivals(QUESTION)).toBeNull();
    expect(await history.latenessMs(NOON)).toBeNull();
    expect(troubles).toHaveLength(1);
  });
});
