/** What a look at held mail has to count, beside the survey: how old, where to, at which next hop, how near its end. */

export interface HeldTally {
  /** By age, youngest first; the last bucket has no upper end. */
  readonly buckets: readonly AgeBucket[];
}

export interface AgeBucket {
  readonly fromMinutes: number;
  /** Null for the last one. */
  readonly toMinutes: number | null;
  readonly held: number;
}
