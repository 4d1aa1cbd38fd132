import type { ExplainRow, ExplainTotals, VerdictCount } from './explain-row.js';

export interface VerdictTally {
  readonly add: (row: ExplainRow) => void;
  /** The most frequent first. */
  readonly totals: () => ExplainTotals;
}

/** Counts answers by what they say, without keeping them. */
export function createVerdictTally(): VerdictTally {
  const byWords = new Map<string, VerdictCount>();
  let judged = 0;
  let notRead = 0;
  return {
    add: (row) => {
      if ('error' in row) {
        notRead += 1;
        return;
      }
      judged += 1;
      const { reason, party, class: verdictClass } = row.verdict;
      const key = `${reason} ${party} ${verdictClass}`;
      const count = (byWords.get(key)?.count ?? 0) + 1;
      byWords.set(key, { reason, party, class: verdictClass, count });
    },
    totals: () => ({ judged, notRead, by: [...byWords.values()].toSorted((a, b) => b.count - a.count) }),
  };
}
