/** Judges what was asked, by the rule of so many runs, and keeps the run for those to come. */
import type { Ports } from '#cli/ports.js';
import type { Failure } from '#failure.js';
import type { CheckPolicy } from '#mailflow/check/check-policy.js';
import type { CheckLevel, CheckResult } from '#mailflow/check/check-result.js';
import { CHECK_RUN_RULES, type CheckRun, type CheckRunHistory } from '#mailflow/check/check-run.js';
import { dampChecks } from '#mailflow/check/damp-checks.js';
import { blindChecks, judgeChecks } from '#mailflow/check/judge-checks.js';
import { overallLevel, sentenceOf } from '#mailflow/check/overall.js';
import { policyKey } from '#mailflow/check/policy-key.js';

import { attempt } from '../status/attempt.js';
import type { AskedCheck } from './ask-check.js';
import type { CheckAnswer } from './check-answer.js';
import type { SettledOptions } from './check-options.js';
import { evidenceOf } from './evidence-of.js';

type HistoryPorts = Pick<Ports, 'now' | 'checkRuns'>;

interface ByPolicy {
  readonly options: SettledOptions;
  readonly policy: CheckPolicy;
}

export async function judgeRun(asked: AskedCheck, by: ByPolicy, ports: HistoryPorts): Promise<CheckAnswer> {
  const { now } = asked.asked.sightings;
  const { answer } = await dampRun(judgeChecks(evidenceOf(asked), by.policy), { ...by, now }, ports);
  return answer;
}

/**
 * A run that was refused, as those see it that read news alone: it is kept as one that could not tell, and it is news after
 * a run that could, and where none is kept. Null: it is news.
 */
export async function silentRefusal(
  { message, remedy, kind }: Failure,
  by: ByPolicy,
  ports: HistoryPorts,
): Promise<CheckAnswer | null> {
  const trouble = { why: message.replace(/\.$/u, ''), reason: kind, remedy, retryAfterSeconds: null };
  const seen = blindChecks(trouble, by.policy);
  const { answer, earlier } = await dampRun(seen, { ...by, now: ports.now() }, ports);
  const last = earlier?.toSorted((one, other) => one.at.getTime() - other.at.getTime()).at(-1);
  const couldTell = last === undefined || [...last.seenById.values()].some((level) => TELLING.has(level));
  return couldTell || answer.notices.length > 0 ? null : answer;
}

const TELLING: ReadonlySet<CheckLevel> = new Set(['ok', 'warning', 'critical']);

async function dampRun(
  seen: readonly CheckResult[],
  judging: Judging,
  ports: HistoryPorts,
): Promise<{ readonly answer: CheckAnswer; readonly earlier: readonly CheckRun[] | null }> {
  const { options, policy, now } = judging;
  const { history, earlier } = await readRuns(judging, ports);
  const { checks, notices, memory, run } = dampChecks(seen, { policy, earlier, now });
  // What cannot be kept is no reason to withhold the answer.
  await attempt(async () => history?.keep(run), ports);
  const answer = {
    ...{ results: checks, notices, memory },
    level: overallLevel(checks),
    sentence: sentenceOf(checks),
    policyPath: options.policyPath,
    noticesOnly: options.notices,
  };
  return { answer, earlier };
}

interface Runs {
  readonly history: CheckRunHistory | null;
  /** Null where none are kept. */
  readonly earlier: readonly CheckRun[] | null;
}

interface Judging extends ByPolicy {
  readonly now: Date;
}

/** A run over another window, or other domains, is another one whoever said so. */
async function readRuns({ options, policy, now }: Judging, ports: HistoryPorts): Promise<Runs> {
  const { ownDomains, windowSeconds, request } = options;
  const key = policyKey({ ...policy, windowSeconds, ownDomains: ownDomains ?? [] });
  const since = new Date(now.getTime() - CHECK_RUN_RULES.keptDays * 86_400_000);
  const tried = await attempt(async (): Promise<Runs> => {
    const history = await ports.checkRuns(request.keepsHistory, key);
    return { history, earlier: (await history?.since(since)) ?? null };
  }, ports);
  return tried.kind === 'answered' ? tried.value : { history: null, earlier: null };
}
