import type { Failure } from '#failure.js';
import type { HealthOverview } from '#mailflow/health/service-issue.js';

import type { Beside } from './ask-health.js';

/** What the views of `health` are made of, beside the rows. */
export type HealthResult =
  | {
      readonly kind: 'told';
      readonly services: readonly ServiceLine[];
      readonly counts: IssueCounts;
      readonly isClockWrong: boolean;
      /** Not all services or classes were asked for. */
      readonly isNarrowed: boolean;
    }
  | {
      readonly kind: 'untold';
      readonly failure: Pick<Failure, 'kind' | 'message' | 'remedy'>;
      readonly beside: Beside;
      readonly counts: IssueCounts;
      /** Kept issues are among the rows. */
      readonly showsKept: boolean;
    };

export interface ServiceLine extends HealthOverview {
  /** Null when the word is not known. */
  readonly isFine: boolean | null;
  readonly openIssues: number;
}

/** Of the issues that are shown; all but `resolved` are open. */
export interface IssueCounts {
  readonly open: number;
  readonly incidents: number;
  readonly advisories: number;
  readonly unknownClass: number;
  readonly mailFlow: number;
  readonly signIn: number;
  readonly overdue: number;
  readonly resolved: number;
}
