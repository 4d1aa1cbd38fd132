/** The judge of replies, for the texts of one notice: what many recipients have in common is judged once. */
import type { Evidence } from '../classify.js';
import { classify, ruleOf } from '../classify.js';
import type { Rule } from '../rule.js';
import type { Verdict } from '../verdict.js';

export interface Judge {
  readonly judge: (evidence: Evidence) => Verdict;
  /** Null when no rule decided. */
  readonly ruleOf: (verdict: Verdict) => Rule | null;
}

/** Lives as long as the reading of one notice, whose texts are bounded. */
export function openJudge(rules: readonly Rule[]): Judge {
  const known = new Map<string, Map<string, Verdict>>();
  return {
    judge: (evidence) => {
      const { text, event, fromExternalServer } = evidence;
      const context = `${event} ${fromExternalServer}`;
      const verdicts = known.get(context) ?? new Map<string, Verdict>();
      known.set(context, verdicts);
      const verdict = verdicts.get(text) ?? classify(evidence, rules);
      verdicts.set(text, verdict);
      return verdict;
    },
    ruleOf: (verdict) => ruleOf(verdict, rules),
  };
}
