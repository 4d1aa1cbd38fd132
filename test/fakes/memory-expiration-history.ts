/** What is kept of a tenant's limit, in memory. */
import type { ExpirationHistory, KeptExpiration } from '#mailflow/trace/message-expiration.js';

export function memoryExpirationHistory(first: KeptExpiration | null = null): ExpirationHistory {
  let last = first;
  return {
    last: () => Promise.resolve(last),
    keep: (kept) => {
      last = kept;
      return Promise.resolve();
    },
  };
}
