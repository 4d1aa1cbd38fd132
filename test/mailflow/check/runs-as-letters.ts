/** Runs of the checks as letters, for tests: one run each so many minutes, each check with a series of its own. */
import { type CheckPolicy, DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';
import type { CheckLevel, CheckResult } from '#mailflow/check/check-result.js';
import type { CheckRun } from '#mailflow/check/check-run.js';
import type { CheckId } from '#mailflow/check/check-settings.js';
import { dampChecks, type DampedChecks } from '#mailflow/check/damp-checks.js';
import { checkIdOf } from '#mailflow/check/judged-runs.js';

const START_MS = Date.parse('2026-06-02T12:00:00Z');
export const at = (minutes: number): Date => new Date(START_MS + minutes * 60_000);
export const minuteOf = (date: Date): number => (date.getTime() - START_MS) / 60_000;

const LEVEL_BY_LETTER: Readonly<Record<string, CheckLevel>> = {
  '.': 'ok',
  w: 'warning',
  X: 'critical',
  '?': 'unknown',
  '-': 'skipped',
};

export type Series = { readonly [Id in CheckId]?: string };

/** A blank is a run that nobody started. Checks whose series is over stay as they were. */
export function runs(series: Series, everyMinutes = 5): readonly CheckRun[] {
  const given = Object.entries(series).flatMap(([word, letters]) => {
    const id = checkIdOf(word);
    return id === null ? [] : [{ id, letters }];
  });
  const length = Math.max(0, ...given.map(({ letters }) => letters.length));
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const seen = given.flatMap(({ id, letters }) => {
      const level = LEVEL_BY_LETTER[letters[Math.min(index, letters.length - 1)] ?? ' '];
      return level === undefined ? [] : [[id, level] as const];
    });
    return seen.length === 0 ? [] : [{ at: at(index * everyMinutes), seenById: new Map(seen) }];
  });
}

/** What the checks say of themselves in a run. */
export function resultsOf(
  { seenById }: CheckRun,
  policy: Pick<CheckPolicy, 'checks'> = DEFAULT_CHECK_POLICY,
): readonly CheckResult[] {
  return [...seenById].flatMap(([word, seen]) => {
    const id = checkIdOf(word);
    if (id === null) return [];
    const { isRequired } = policy.checks[id];
    const cannotTell = seen === 'unknown' || seen === 'skipped';
    return [
      {
        ...{ id, title: id, isRequired, seen, says: `This run saw ${seen}.`, evidence: [], remedy: null },
        level: seen === 'unknown' && !isRequired ? ('skipped' as const) : seen,
        ...{ reason: cannotTell ? 'throttled' : null, retryAfterSeconds: null, measures: [], course: null },
      },
    ];
  });
}

/** The last of the runs, with all that were before it. */
export function lastOf(
  all: readonly CheckRun[],
  policy: Pick<CheckPolicy, 'checks'> = DEFAULT_CHECK_POLICY,
): DampedChecks {
  const last = all.at(-1);
  if (last === undefined) throw new Error('there is no run');
  return dampChecks(resultsOf(last, policy), { policy, earlier: all.slice(0, -1), now: last.at });
}

/** Of one check, run by run. */
export function reportedLevels(all: readonly CheckRun[], id: CheckId): readonly CheckLevel[] {
  return all.map((_, index) => {
    const found = lastOf(all.slice(0, index + 1)).checks.find((check) => check.id === id);
    return found?.level ?? 'skipped';
  });
}
