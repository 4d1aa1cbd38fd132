/** What one named check says, the same for every way in which it is told: a screen, a monitor, a build. */

/** `skipped`: not asked, with the reason; it counts for nothing. */
export type CheckLevel = 'ok' | 'warning' | 'critical' | 'unknown' | 'skipped';

export type MeasureUnit = 'deliveries' | 'share' | 'seconds' | 'requests' | 'count';

/** One number behind a check, with the limits that it is held against. Never personal data, never one per address. */
export interface Measure {
  /** In snake_case without unit, as `held_oldest_age`. */
  readonly name: string;
  /** What it counts, one phrase. */
  readonly help: string;
  readonly unit: MeasureUnit;
  /** Null when it could not be told. */
  readonly value: number | null;
  /** From here on it is a warning; null: no limit of that kind. */
  readonly warning: number | null;
  readonly critical: number | null;
}

export interface CheckResult {
  /** Stable id in kebab-case, as `held-mail`. */
  readonly id: string;
  readonly title: string;
  /** What is reported, after the rule of so many runs. */
  readonly level: CheckLevel;
  /** What this run saw by itself. */
  readonly seen: CheckLevel;
  /** An optional check that cannot tell does not make the whole unknown. */
  readonly isRequired: boolean;
  /** The result in one sentence, with numbers, without addresses. */
  readonly says: string;
  /** Sentences with numbers that it rests on; may name domains, hosts and connectors. */
  readonly evidence: readonly string[];
  /** Null where nothing is to be done. */
  readonly remedy: string | null;
  /** The word of its gap, as `throttled`, where it is unknown or skipped. */
  readonly reason: string | null;
  readonly retryAfterSeconds: number | null;
  readonly measures: readonly Measure[];
  /** By the rule of so many runs, as `1 of the last 5 runs was bad; 3 open it`; null where it has nothing to say. */
  readonly course: string | null;
}
