/** Grants one request at a time. Shared by every source that asks the same service from this process. */
export interface RequestBudget {
  readonly take: () => Grant;
}

export type Grant =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** After this time one more request is free. */
      readonly waitMs: number;
    };

/** The service allows 100 in 5 minutes to a whole tenant; ten are left to everybody else. */
export const GRAPH_TRACE_BUDGET = { limit: 90, windowMs: 300_000 } as const;

/** At most `limit` grants in any span of `windowMs`, both of its ends included. */
export function rollingBudget(
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
  monotonicMs: () => number,
): RequestBudget {
  let grantedAtMs: readonly number[] = [];
  return {
    take: () => {
      const nowMs = monotonicMs();
      grantedAtMs = grantedAtMs.filter((atMs) => nowMs - atMs <= windowMs);
      const oldestMs = grantedAtMs[0];
      if (grantedAtMs.length >= limit && oldestMs !== undefined) {
        return { granted: false, waitMs: oldestMs + windowMs + 1 - nowMs };
      }
      grantedAtMs = [...grantedAtMs, nowMs];
      return { granted: true };
    },
  };
}
