import type { Verdict } from '../bounce/verdict.js';
import type { Examined, ExaminedStratum } from '../sampling/estimate-reasons.js';

/** Counts reasons of deliveries that go by without being kept. */
export interface ReasonTally {
  /** Null: a delivery whose events are not to be had. */
  readonly add: (verdict: Verdict | null) => void;
  /** One stratum that is known whole, one of which nothing is known. */
  readonly strata: () => ExaminedStratum[];
}

export function createReasonTally(): ReasonTally {
  const byWords = new Map<string, Examined>();
  let known = 0;
  let unread = 0;

  function add(verdict: Verdict | null): void {
    if (verdict === null) {
      unread += 1;
      return;
    }
    known += 1;
    const { reason, party, class: verdictClass } = verdict;
    const key = `${reason} ${party} ${verdictClass}`;
    const count = (byWords.get(key)?.count ?? 0) + 1;
    byWords.set(key, { reason, party, class: verdictClass, weight: 1, count });
  }

  const strata = (): ExaminedStratum[] => [
    { size: known, examined: [...byWords.values()] },
    { size: unread, examined: [] },
  ];
  return { add, strata };
}
