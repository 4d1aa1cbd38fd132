/** What is kept of a run of `check`: levels only. By these runs it is told whether trouble is more than one bad look. */
import type { CheckLevel } from './check-result.js';

export interface CheckRun {
  readonly at: Date;
  /** What the run saw by itself, by check id. */
  readonly seenById: ReadonlyMap<string, CheckLevel>;
}

export interface CheckRunHistory {
  /** Of runs under the same policy, oldest first. */
  readonly since: (instant: Date) => Promise<readonly CheckRun[]>;
  readonly keep: (run: CheckRun) => Promise<void>;
}

export interface CheckRunRules {
  /** Runs are forgotten after so long. */
  readonly keptDays: number;
  /** Of one tenant, whatever the policy. Where there are more, a fifth of them is forgotten at once: what was told is told from the oldest on. */
  readonly mostRuns: number;
}

/** One every five minutes for a week; to go through more would take longer than it tells. */
export const CHECK_RUN_RULES: CheckRunRules = { keptDays: 14, mostRuns: 2_000 };

/** So many stay when some must go. */
export function runsThatStay({ mostRuns }: CheckRunRules): number {
  return Math.ceil(mostRuns * 0.8);
}
