/** Turns what the checks say into the members of the answer; findings and gaps give the exit code, as everywhere. */
import type { Conclusion } from '#cli/command.js';
import { countsByLevel, findingsOf, gapsOf } from '#mailflow/check/overall.js';

import { sourceNote } from '../status/conclude-status.js';
import { surveyWindow } from '../trace/conclude.js';
import type { AskedCheck } from './ask-check.js';
import type { CheckAnswer } from './check-answer.js';

export function concludeCheck(answer: CheckAnswer, { asked }: AskedCheck): Conclusion<CheckAnswer> {
  const { sightings, trace, health } = asked;
  const survey = sightings.trace.value?.survey ?? null;
  return {
    result: answer,
    summary: summaryOf(answer),
    tenant: trace?.tenant ?? health?.tenant ?? asked.connectors?.tenant ?? null,
    source: sourceNote(asked),
    window: survey === null || trace === null ? null : surveyWindow(survey, trace, sightings.now),
    findings: findingsOf(answer.results),
    incomplete: gapsOf(answer.results),
  };
}

/** Nobody would answer: refused, whatever else could be said. */
export function concludeRefusal(answer: CheckAnswer): Conclusion<CheckAnswer> {
  return {
    ...{ result: answer, summary: summaryOf(answer), tenant: null, source: null, window: null },
    ...{ findings: [], incomplete: gapsOf(answer.results), isRefused: true },
  };
}

function summaryOf({ level, sentence, results, notices, policyPath, memory }: CheckAnswer): object {
  return {
    ...{ level, sentence },
    counts: countsByLevel(results),
    notices,
    policy: policyPath ?? 'default',
    memory,
  };
}
