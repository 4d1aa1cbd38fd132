import type { Survey } from '#mailflow/trace/survey.js';

/** What the views of `trace` are made of. */
export interface TraceAnswer {
  readonly survey: Survey;
  /** The statuses that were asked for; empty for all. */
  readonly statuses: readonly string[];
  /** Only held and failed mail was asked for, so that nothing is known of the rest. */
  readonly asksTroubleOnly: boolean;
  /** Groups that a person is shown. */
  readonly shownGroups: number;
}
