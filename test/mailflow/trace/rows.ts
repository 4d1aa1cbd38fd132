/** Rows, sources and judges for tests: plain values, everything declared. */
import type { Verdict } from '#mailflow/bounce/verdict.js';
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';
import type { JudgeEvents } from '#mailflow/trace/judgement.js';
import type {
  DeliveryKey,
  DetailAnswer,
  TraceBatch,
  TraceQuery,
  TraceSource,
} from '#mailflow/trace/trace-source.js';

export const NOON = new Date('2026-06-02T12:00:00Z');

export const ANYTHING: TraceQuery = {
  window: null,
  senders: [],
  recipients: [],
  subject: null,
  messageIds: [],
  messageTraceIds: [],
  statuses: [],
};

export function row(facts: Partial<TraceEntry> = {}): TraceEntry {
  return {
    messageTraceId: '5f0c3c1e-0000-4000-8000-000000000001',
    messageId: '<a1@contoso.example>',
    sender: 'ana@contoso.example',
    recipient: 'ben@fabrikam.example',
    subject: 'Quarterly figures',
    receivedAt: NOON,
    sizeBytes: 2048,
    fromIp: null,
    toIp: null,
    status: 'Delivered',
    directionHint: null,
    events: null,
    ...facts,
  };
}

/** A row of its own message. */
export function numbered(number: number, facts: Partial<TraceEntry> = {}): TraceEntry {
  return row({ messageTraceId: `trace-${number}`, recipient: `r${number}@fabrikam.example`, ...facts });
}

export function event(name: string, facts: Partial<TraceEvent> = {}): TraceEvent {
  return { at: NOON, event: name, description: '', data: '', ...facts };
}

export function verdict(facts: Partial<Verdict> = {}): Verdict {
  return {
    class: 'transient',
    state: 'deferred',
    replyCode: 450,
    enhancedStatus: '4.4.316',
    reason: 'connection-failed',
    party: 'network',
    retry: 'automatic',
    remedy: 'Wait.',
    text: '450 4.4.316 Connection refused',
    rule: 'connection-refused',
    basis: 'event',
    mismatch: false,
    ...facts,
  };
}

/** Judges by the last event's word; its description is taken for the next hop. No events, no verdict. */
export const judgeByWord: JudgeEvents = (events) => {
  const last = events.at(-1);
  if (last === undefined) return { verdict: null, lastAttemptAt: null, nextHop: null };
  const failed = last.event.toLowerCase() === 'fail';
  return {
    verdict: failed
      ? verdict({ class: 'permanent', state: 'bounced', reason: 'recipient-unknown', party: 'recipient' })
      : verdict(),
    lastAttemptAt: failed ? null : last.at,
    nextHop: last.description === '' ? null : last.description,
  };
};

export interface FakeSource extends TraceSource {
  /** The keys whose details were asked for, in order. */
  readonly asked: readonly DeliveryKey[];
  /** The most questions for details that were open at once. */
  readonly mostAtOnce: () => number;
}

/** A source that answers with these batches; with `detailOf` it can look up details too. */
export function fakeSource(
  batches: readonly (Partial<TraceBatch> | Error)[],
  detailOf?: (key: DeliveryKey, question: number) => DetailAnswer | Error,
): FakeSource {
  const asked: DeliveryKey[] = [];
  let open = 0;
  let most = 0;

  async function* deliveries(): AsyncGenerator<TraceBatch> {
    for (const batch of batches) {
      await Promise.resolve();
      if (batch instanceof Error) throw batch;
      yield { entries: [], gaps: [], notes: [], ...batch };
    }
  }

  async function details(key: DeliveryKey): Promise<DetailAnswer> {
    asked.push(key);
    open += 1;
    most = Math.max(most, open);
    const answer = detailOf?.(key, asked.length);
    await Promise.resolve();
    await Promise.resolve();
    open -= 1;
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no detail declared');
    return answer;
  }

  return {
    kind: 'graph',
    requestCount: () => asked.length,
    tenant: null,
    asOf: () => null,
    deliveries,
    ...(detailOf === undefined ? {} : { details }),
    asked,
    mostAtOnce: () => most,
  };
}
