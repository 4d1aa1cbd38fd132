import type { Ports } from '#cli/ports.js';
import type { CheckPolicy } from '#mailflow/check/check-policy.js';
import { limitsOf } from '#mailflow/check/check-policy.js';
import { assess } from '#mailflow/incident/assess.js';

import type { AskedCheck } from './ask-check.js';
import type { CheckAnswer } from './check-answer.js';
import { overallLevel, sentenceOf } from './check-level.js';
import type { CheckOptions } from './check-options.js';
import { evidenceOf } from './evidence-of.js';

export function judgeRun(
  asked: AskedCheck,
  { options, policy }: { options: CheckOptions; policy: CheckPolicy },
  _ports: Ports,
): Promise<CheckAnswer> {
  const evidence = evidenceOf(asked);
  const { level, sentence } = assess(evidence.sightings, limitsOf(policy));
  const results = [
    {
      ...{ id: 'held-mail', title: 'Held mail', level, seen: level, isRequired: true },
      says: sentence,
      ...{ evidence: [], remedy: null, reason: null, retryAfterSeconds: null, measures: [], course: null },
    },
  ];
  return Promise.resolve({
    results,
    level: overallLevel(results),
    sentence: sentenceOf(results),
    notices: [],
    policyPath: options.policyPath,
    rule: null,
    noticesOnly: options.notices,
  });
}
