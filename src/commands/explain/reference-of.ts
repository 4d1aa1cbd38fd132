import { ruleOf } from '#mailflow/bounce/classify.js';
import type { Rule } from '#mailflow/bounce/rule.js';
import type { Verdict } from '#mailflow/bounce/verdict.js';

/** Where the rule that decided comes from; nothing for an own rule, and where no rule decided. */
export function referenceOf(verdict: Verdict, rules: readonly Rule[]): { readonly reference?: string } {
  const reference = ruleOf(verdict, rules)?.reference;
  return reference === undefined ? {} : { reference };
}
