/** What is kept of a tenant's set-up, in memory. */
import type { KeptSetUp, SetUpHistory } from '#mailflow/connector/kept-set-up.js';

export function memorySetUpHistory(first: KeptSetUp | null = null): SetUpHistory {
  let last = first;
  return {
    last: () => Promise.resolve(last),
    keep: (kept) => {
      last = kept;
      return Promise.resolve();
    },
  };
}
