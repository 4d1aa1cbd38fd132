import type { Examined, ExaminedStratum } from '../sampling/estimate-reasons.js';
import { isInnocent } from './innocent.js';
import type { Judgement } from './judgement.js';

/** Counts reasons of deliveries that go by without being kept. */
export interface ReasonTally {
  /** Null: a delivery whose events are not to be had. */
  readonly add: (judgement: Judgement | null) => void;
  /** One stratum that is known whole, one of which nothing is known. */
  readonly strata: () => ExaminedStratum[];
}

export function createReasonTally(): ReasonTally {
  const byWords = new Map<string, Examined>();
  let known = 0;
  let unread = 0;

  function add(judgement: Judgement | null): void {
    const verdict = judgement?.verdict ?? null;
    if (judgement === null || verdict === null) {
      unread += 1;
      return;
    }
    known += 1;
    const { reason, party, class: verdictClass } = verdict;
    const innocent = isInnocent(judgement);
    const key = `${reason} ${party} ${verdictClass} ${innocent}`;
    const count = (byWords.get(key)?.count ?? 0) + 1;
    byWords.set(key, { reason, party, class: verdictClass, weight: 1, count, isInnocent: innocent });
  }

  const strata = (): ExaminedStratum[] => [
    { size: known, examined: [...byWords.values()] },
    { size: unread, examined: [] },
  ];
  return { add, strata };
}
