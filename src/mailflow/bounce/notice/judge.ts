/** The judge of replies, for the texts of one notice: what many recipients have in common is judged once. */
import type { QuotedReplies } from '../../smtp/reply.js';
import { findReplies } from '../../smtp/reply.js';
import type { Evidence } from '../classify.js';
import { classify, ruleOf } from '../classify.js';
import type { Rule } from '../rule.js';
import type { Verdict } from '../verdict.js';

export interface Judge {
  readonly judge: (evidence: Evidence) => Verdict;
  readonly repliesIn: (text: string) => QuotedReplies;
  /** A reply with the code of the report, where it has none. */
  readonly completed: (text: string, status: string | null) => string;
  /** Null when no rule decided. */
  readonly ruleOf: (verdict: Verdict) => Rule | null;
}

/** Lives as long as the reading of one notice, whose texts are bounded. */
export function openJudge(rules: readonly Rule[]): Judge {
  const known = new Map<string, Map<string, Verdict>>();
  const repliesIn = remembering(findReplies);
  const completedBy = remembering((status) => remembering((text) => withStatus(text, status, repliesIn)));
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
    repliesIn,
    completed: (text, status) => (status === null ? text : completedBy(status)(text)),
    ruleOf: (verdict) => ruleOf(verdict, rules),
  };
}

function remembering<Value>(work: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const value = known.get(text) ?? work(text);
    known.set(text, value);
    return value;
  };
}

/** The judge of replies knows many codes only together with words; a reply that has none borrows the report's. */
function withStatus(text: string, status: string, repliesIn: Judge['repliesIn']): string {
  if (text === '') return status;
  if (status.endsWith('.0.0') || repliesIn(text)[0].enhancedStatus !== null) return text;
  return /^[245]\d\d\b/.test(text)
    ? `${text.slice(0, 3)} ${status}${text.slice(3).replace(/^-/, ' ')}`
    : `${status} ${text}`;
}
