import type { HealthHistory, KeptHealth } from '#mailflow/health/health-source.js';

const FUTURE_MS = 3_600_000;

/** What is kept of service health, in memory: the same promises as on disk. */
export function memoryHealthHistory(kept: KeptHealth | null = null): HealthHistory {
  let last = kept;
  return {
    last: () => Promise.resolve(last),
    keep: (given) => {
      const aheadMs = last === null ? 0 : last.seenAt.getTime() - given.seenAt.getTime();
      if (aheadMs <= 0 || aheadMs > FUTURE_MS) last = given;
      return Promise.resolve();
    },
  };
}
