import type { Verdict } from '#mailflow/bounce/verdict.js';

import type { ExplainTotals, VerdictCount } from './explain-row.js';

export interface VerdictTally {
  readonly add: (verdict: Verdict) => void;
  /** The most frequent first. */
  readonly totals: () => ExplainTotals;
}

/** Counts answers by what they say, without keeping them. */
export function createVerdictTally(): VerdictTally {
  const byWords = new Map<string, VerdictCount>();
  let judged = 0;
  return {
    add: ({ reason, party, class: verdictClass }) => {
      judged += 1;
      const key = `${reason} ${party} ${verdictClass}`;
      const count = (byWords.get(key)?.count ?? 0) + 1;
      byWords.set(key, { reason, party, class: verdictClass, count });
    },
    totals: () => ({ judged, by: [...byWords.values()].toSorted((a, b) => b.count - a.count) }),
  };
}
