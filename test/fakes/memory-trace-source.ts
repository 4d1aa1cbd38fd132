/** A trace source in memory: rows and events as they are declared, and each habit of real sources by name. */
import type { Gap } from '#mailflow/finding.js';
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';
import { createMatcher } from '#mailflow/trace/matches.js';
import type { DeliveryKey, SourceKind, TraceBatch, TraceSource } from '#mailflow/trace/trace-source.js';

export interface MemoryTrace {
  readonly kind?: SourceKind;
  readonly tenant?: string | null;
  readonly rows: readonly TraceEntry[];
  /** By `trace id recipient`; absent: the source cannot look up details. */
  readonly eventsByDelivery?: ReadonlyMap<string, readonly TraceEvent[]>;
  /** Told after the rows, as for pages that could not be had. */
  readonly gaps?: readonly Gap[];
  readonly notes?: readonly string[];
  /** Told in place of the details. */
  readonly detailGap?: Gap;
  /** Thrown in place of the first batch. */
  readonly failure?: Error;
  readonly asOf?: Date | null;
  /** Rows come this many at a time; 2 when absent. */
  readonly batchSize?: number;
  /** The last row of a batch comes again with the next one. */
  readonly repeatsRows?: boolean;
  /** Conditions are not evaluated, as the service does with those that it does not know. */
  readonly ignoresConditions?: boolean;
}

export function memoryTraceSource(trace: MemoryTrace): TraceSource {
  const { rows, batchSize = 2, eventsByDelivery, gaps = [], notes = [] } = trace;
  let requests = 0;
  let hasAnswered = false;
  const ask = async (signal: AbortSignal): Promise<void> => {
    await Promise.resolve();
    signal.throwIfAborted();
    requests += 1;
  };
  return {
    kind: trace.kind ?? 'graph',
    tenant: trace.tenant ?? 'contoso.example',
    requestCount: () => requests,
    asOf: () => (hasAnswered ? (trace.asOf ?? null) : null),
    deliveries: async function* (query, signal): AsyncGenerator<TraceBatch> {
      await ask(signal);
      if (trace.failure !== undefined) throw trace.failure;
      const matches = createMatcher(query);
      const found = trace.ignoresConditions === true ? rows : rows.filter(matches);
      const overlap = trace.repeatsRows === true ? 1 : 0;
      for (let from = 0; from < found.length; from += batchSize) {
        if (from > 0) await ask(signal);
        hasAnswered = true;
        yield { entries: found.slice(Math.max(0, from - overlap), from + batchSize), gaps: [], notes: [] };
      }
      hasAnswered = true;
      yield { entries: [], gaps, notes };
    },
    ...(eventsByDelivery === undefined
      ? {}
      : {
          details: async (key, signal) => {
            await ask(signal);
            if (trace.detailGap !== undefined) return { kind: 'gap', gap: trace.detailGap };
            return { kind: 'events', events: eventsByDelivery.get(deliveryName(key)) ?? [] };
          },
        }),
  };
}

export function deliveryName({ messageTraceId, recipient }: DeliveryKey): string {
  return `${messageTraceId} ${recipient}`;
}
