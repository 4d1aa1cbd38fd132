import { KEPT_LOOK_DAYS, type Look, type LookHistory } from '#mailflow/incident/look.js';

const DAY_MS = 86_400_000;

/** Looks in memory: the same promises as on disk. */
export function memoryLookHistory(kept: readonly Look[] = [], mostLooks = 50_000): LookHistory {
  let looks = inOrder(kept);
  return {
    since: (instant) => Promise.resolve(looks.filter(({ at }) => at >= instant)),
    keep: (look) => {
      const oldest = new Date(look.at.getTime() - KEPT_LOOK_DAYS * DAY_MS);
      looks = inOrder([...looks, look])
        .filter(({ at }) => at >= oldest)
        .slice(-mostLooks);
      return Promise.resolve();
    },
  };
}

function inOrder(looks: readonly Look[]): readonly Look[] {
  return looks.toSorted((one, other) => one.at.getTime() - other.at.getTime());
}
