/** Judges what was asked, by the rule of so many runs, and keeps the run for those to come. */
import type { Ports } from '#cli/ports.js';
import type { CheckPolicy } from '#mailflow/check/check-policy.js';
import { dampChecks } from '#mailflow/check/damp-checks.js';
import { judgeChecks } from '#mailflow/check/judge-checks.js';

import type { AskedCheck } from './ask-check.js';
import type { CheckAnswer } from './check-answer.js';
import { overallLevel, sentenceOf } from './check-level.js';
import type { CheckOptions } from './check-options.js';
import { evidenceOf } from './evidence-of.js';

export function judgeRun(
  asked: AskedCheck,
  { options, policy }: { readonly options: CheckOptions; readonly policy: CheckPolicy },
  ports: Pick<Ports, 'now'>,
): Promise<CheckAnswer> {
  const seen = judgeChecks(evidenceOf(asked), policy);
  const { checks, notices, memory } = dampChecks(seen, { policy, earlier: null, now: ports.now() });
  return Promise.resolve({
    ...{ results: checks, notices, memory },
    level: overallLevel(checks),
    sentence: sentenceOf(checks),
    policyPath: options.policyPath,
    noticesOnly: options.notices,
  });
}
