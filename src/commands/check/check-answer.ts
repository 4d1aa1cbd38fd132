import type { CheckNotice } from '#mailflow/check/check-notices.js';
import type { CheckResult } from '#mailflow/check/check-result.js';
import type { OverallLevel } from '#mailflow/check/overall.js';

/** What the screen of `check` is made of. */
export interface CheckAnswer {
  readonly results: readonly CheckResult[];
  readonly level: OverallLevel;
  /** The verdict in one sentence, which begins with its word. */
  readonly sentence: string;
  /** What a person is to be told now. */
  readonly notices: readonly CheckNotice[];
  /** As it was given; null for the usual one. */
  readonly policyPath: string | null;
  /** On how many runs it rests, one sentence. */
  readonly memory: string;
  /** Only notices are to be shown. */
  readonly noticesOnly: boolean;
}
