/** Judges what was asked, by the rule of so many runs, and keeps the run for those to come. */
import type { Ports } from '#cli/ports.js';
import type { CheckPolicy } from '#mailflow/check/check-policy.js';
import { CHECK_RUN_RULES, type CheckRun, type CheckRunHistory } from '#mailflow/check/check-run.js';
import { dampChecks } from '#mailflow/check/damp-checks.js';
import { judgeChecks } from '#mailflow/check/judge-checks.js';
import { policyKey } from '#mailflow/check/policy-key.js';

import { attempt } from '../status/attempt.js';
import type { AskedCheck } from './ask-check.js';
import type { CheckAnswer } from './check-answer.js';
import { overallLevel, sentenceOf } from './check-level.js';
import type { SettledOptions } from './check-options.js';
import { evidenceOf } from './evidence-of.js';

export async function judgeRun(
  asked: AskedCheck,
  { options, policy }: { readonly options: SettledOptions; readonly policy: CheckPolicy },
  ports: Pick<Ports, 'now' | 'checkRuns'>,
): Promise<CheckAnswer> {
  const { now } = asked.asked.sightings;
  const seen = judgeChecks(evidenceOf(asked), policy);
  const { history, earlier } = await readRuns({ options, policy, now }, ports);
  const { checks, notices, memory, run } = dampChecks(seen, { policy, earlier, now });
  // What cannot be kept is no reason to withhold the answer.
  await attempt(async () => history?.keep(run), ports);
  return {
    ...{ results: checks, notices, memory },
    level: overallLevel(checks),
    sentence: sentenceOf(checks),
    policyPath: options.policyPath,
    noticesOnly: options.notices,
  };
}

interface Runs {
  readonly history: CheckRunHistory | null;
  /** Null where none are kept. */
  readonly earlier: readonly CheckRun[] | null;
}

interface Judging {
  readonly options: SettledOptions;
  readonly policy: CheckPolicy;
  readonly now: Date;
}

/** A run over another window, or other domains, is another one whoever said so. */
async function readRuns(
  { options, policy, now }: Judging,
  ports: Pick<Ports, 'now' | 'checkRuns'>,
): Promise<Runs> {
  const { ownDomains, windowSeconds, request } = options;
  const key = policyKey({ ...policy, windowSeconds, ownDomains: ownDomains ?? [] });
  const since = new Date(now.getTime() - CHECK_RUN_RULES.keptDays * 86_400_000);
  const tried = await attempt(async (): Promise<Runs> => {
    const history = await ports.checkRuns(request.keepsHistory, key);
    return { history, earlier: (await history?.since(since)) ?? null };
  }, ports);
  return tried.kind === 'answered' ? tried.value : { history: null, earlier: null };
}
