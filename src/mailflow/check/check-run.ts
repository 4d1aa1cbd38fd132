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
