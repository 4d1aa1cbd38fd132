/**
 * What is reported, by the rule of so many runs: one bad run wakes nobody, and trouble that was reported is over only after
 * enough good runs. A run that could not tell is reported as that at once, whatever was before: it is never ok, and it ends
 * nothing.
 */
import {
  ALERT_RULES,
  type AlertRules,
  type JudgedRun,
  minutesBetween,
  type Standing,
  standingOf,
} from '../incident/alert.js';
import { alone } from './check-draft.js';
import { type CheckNotice, checkNotices, noticesOfOneRun } from './check-notices.js';
import type { CheckPolicy } from './check-policy.js';
import type { CheckLevel, CheckResult } from './check-result.js';
import type { CheckRun } from './check-run.js';
import type { CheckId } from './check-settings.js';
import { checkIdOf, judgedRunsById, rulesOf } from './judged-runs.js';

export interface DampedChecks {
  readonly checks: readonly CheckResult[];
  /** What a person should be told after this run. */
  readonly notices: readonly CheckNotice[];
  /** On how many runs it rests, one sentence. */
  readonly memory: string;
  /** What is to be kept of this run. */
  readonly run: CheckRun;
}

export interface Damping {
  readonly policy: Pick<CheckPolicy, 'checks'>;
  /** Under the same policy, in any order; null where none are kept. */
  readonly earlier: readonly CheckRun[] | null;
  readonly now: Date;
}

export function dampChecks(results: readonly CheckResult[], { policy, earlier, now }: Damping): DampedChecks {
  const run = runOf(results, now);
  if (earlier === null) {
    return {
      checks: results,
      notices: noticesOfOneRun(results, now),
      memory: 'No runs are kept, so each run speaks for itself: one bad run is enough.',
      run,
    };
  }
  const past = earlier.filter(({ at }) => at <= now).toSorted(byTime);
  const runs = [...past, run];
  const judgedById = judgedRunsById(runs);
  const bench: Bench = { policy, now, judgedById };
  const agreed = results.filter(({ id }) => standingIn(bench, id)?.isAgreed === true);
  return {
    checks: results.map((result) => damped(result, bench)),
    notices: checkNotices(runs, policy, judgedById),
    memory: memoryOf(past, now, agreed),
    run,
  };
}

export function runOf(results: readonly CheckResult[], now: Date): CheckRun {
  return { at: now, seenById: new Map(results.map(({ id, seen }) => [id, seen])) };
}

function byTime(one: CheckRun, other: CheckRun): number {
  return one.at.getTime() - other.at.getTime();
}

function memoryOf(past: readonly CheckRun[], now: Date, agreed: readonly CheckResult[]): string {
  const last = past.at(-1);
  const { forgottenHours } = ALERT_RULES;
  if (last === undefined)
    return 'No earlier run under this policy is known, so one bad run is enough this time.';
  if (minutesBetween(last.at, now) > forgottenHours * 60)
    return `The last run is more than ${forgottenHours} h ago and forgotten, so one bad run is enough this time.`;
  const rule = `By the rule of so many runs, with ${past.length} earlier ${past.length === 1 ? 'run' : 'runs'} under this policy.`;
  if (agreed.length === 0) return rule;
  const names = agreed.map(({ title }) => title).join(', ');
  return `${rule} Checks on independent grounds agreed, so they did not wait for it: ${names}.`;
}

interface Bench {
  readonly policy: Damping['policy'];
  readonly now: Date;
  readonly judgedById: ReadonlyMap<CheckId, readonly JudgedRun[]>;
}

function standingIn({ policy, judgedById }: Bench, id: string): ReturnType<typeof standingOf> {
  const known = checkIdOf(id);
  return known === null ? null : standingOf(judgedById.get(known) ?? [], rulesOf(policy.checks[known].for));
}

function damped(result: CheckResult, bench: Bench): CheckResult {
  const { policy, now } = bench;
  const { seen, isRequired } = result;
  const id = checkIdOf(result.id);
  const standing = standingIn(bench, result.id);
  if (id === null || standing === null) return result;
  const rules = rulesOf(policy.checks[id].for);
  if (seen === 'skipped') {
    return isOpenStill(standing, now, rules) ? unseen(result) : result;
  }
  if (seen === 'unknown' && standing.known === 'open') return { ...unseen(result), course: standing.says };
  const level = reportedLevel(seen, isRequired, standing);
  const isQuiet = level === 'ok' && seen === 'ok' && !standing.isFlapping && standing.badRuns === 0;
  // That others agree is said once, of all of them.
  const isSaid = standing.isAgreed && !standing.isFlapping;
  return { ...result, level, course: isQuiet || isSaid ? null : standing.says };
}

/** Not to see or to ask this time is no recovery: what was bad is required until it is seen to be good. */
function unseen(result: CheckResult): CheckResult {
  return { ...result, level: 'unknown', isRequired: true };
}

function isOpenStill({ at, known }: Standing, now: Date, { forgottenHours }: AlertRules): boolean {
  return known === 'open' && minutesBetween(at, now) <= forgottenHours * 60;
}

function reportedLevel(
  seen: Exclude<CheckLevel, 'skipped'>,
  isRequired: boolean,
  { known, badLevel }: Pick<Standing, 'known' | 'badLevel'>,
): CheckLevel {
  if (seen === 'unknown') return alone(seen, isRequired);
  return known === 'open' ? (badLevel ?? seen) : 'ok';
}
