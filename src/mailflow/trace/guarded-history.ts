import type { TraceEntry } from './delivery.js';
import type { Span } from './span.js';
import type { TraceHistory } from './trace-history.js';
import type { TraceQuery } from './trace-source.js';

/**
 * The history as far as it works. After a trouble nothing more is written, so that no proof gets a hole; what can be
 * read is still read. The trouble is told once.
 */
export interface GuardedHistory {
  readonly read: <T>(ask: (history: TraceHistory) => Promise<T>, otherwise: T) => Promise<T>;
  readonly write: (keep: (history: TraceHistory) => Promise<unknown>) => Promise<void>;
  /** Ends with null when not all of them could be read. */
  readonly rows: (query: TraceQuery, spans: readonly Span[]) => AsyncIterable<readonly TraceEntry[] | null>;
}

export function guardHistory(history: TraceHistory, onTrouble: (error: unknown) => void): GuardedHistory {
  let isReadable = true;
  let isWritable = true;
  const fail = (error: unknown): void => {
    if (isReadable && isWritable) onTrouble(error);
    isWritable = false;
  };
  return {
    read: async (ask, otherwise) => {
      if (!isReadable) return otherwise;
      try {
        return await ask(history);
      } catch (error) {
        fail(error);
        isReadable = false;
        return otherwise;
      }
    },
    rows: async function* (query, spans) {
      try {
        if (isReadable) yield* history.rows(query, spans);
      } catch (error) {
        fail(error);
        isReadable = false;
      }
      if (!isReadable) yield null;
    },
    write: async (keep) => {
      if (!isWritable) return;
      try {
        await keep(history);
      } catch (error) {
        fail(error);
      }
    },
  };
}
