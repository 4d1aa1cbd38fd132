import {
  CHECK_RUN_RULES,
  type CheckRun,
  type CheckRunHistory,
  type CheckRunRules,
  runsThatStay,
} from '#mailflow/check/check-run.js';

const DAY_MS = 86_400_000;
const TRUSTED_RUNS = 20;

interface Kept {
  readonly policy: string;
  readonly run: CheckRun;
}

/** Runs of checks in memory, by policy: the same promises as on disk. */
export function memoryCheckRunHistory(
  rules: CheckRunRules = CHECK_RUN_RULES,
): (policy: string) => CheckRunHistory {
  let kept: readonly Kept[] = [];
  return (policy) => ({
    since: (instant) =>
      Promise.resolve(
        kept
          .filter((each) => each.policy === policy && each.run.at >= instant)
          .map(({ run }) => run)
          .toSorted((one, other) => one.at.getTime() - other.at.getTime()),
      ),
    keep: (run) => {
      const all = [...kept, { policy, run }];
      const trusted = Math.min(...all.slice(-TRUSTED_RUNS).map((each) => each.run.at.getTime()));
      const recent = all.filter((each) => each.run.at.getTime() >= trusted - rules.keptDays * DAY_MS);
      kept = recent.length > rules.mostRuns ? recent.slice(-runsThatStay(rules)) : recent;
      return Promise.resolve();
    },
  });
}
