import type { TraceSource } from './trace-source.js';

export interface Abandonable {
  readonly source: TraceSource;
  /** From now on every list ends at once with that failure, and nobody is asked. */
  readonly abandon: (failure: unknown) => void;
  readonly isAbandoned: () => boolean;
}

/** A source that can be given up for good, so that what is kept of it may answer in its place. */
export function abandonable(source: TraceSource): Abandonable {
  let end: { readonly failure: unknown } | null = null;
  return {
    source: {
      ...source,
      deliveries: async function* (query, signal) {
        if (end !== null) throw end.failure;
        yield* source.deliveries(query, signal);
      },
    },
    abandon: (failure) => {
      end = { failure };
    },
    isAbandoned: () => end !== null,
  };
}
