import type { CheckPolicy } from '#mailflow/check/check-policy.js';
import { judgeChecks } from '#mailflow/check/judge-checks.js';

import type { AskedCheck } from './ask-check.js';
import type { CheckAnswer } from './check-answer.js';
import { overallLevel, sentenceOf } from './check-level.js';
import type { CheckOptions } from './check-options.js';
import { evidenceOf } from './evidence-of.js';

export function judgeRun(
  asked: AskedCheck,
  { options, policy }: { readonly options: CheckOptions; readonly policy: CheckPolicy },
): CheckAnswer {
  const results = judgeChecks(evidenceOf(asked), policy);
  return {
    results,
    level: overallLevel(results),
    sentence: sentenceOf(results),
    notices: [],
    policyPath: options.policyPath,
    rule: null,
    noticesOnly: options.notices,
  };
}
