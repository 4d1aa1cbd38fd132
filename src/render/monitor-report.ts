/** What a monitoring system or a build is told: the same for Nagios, JUnit, OpenMetrics and GitHub. */
import type { CheckLevel, Measure } from '#mailflow/check/check-result.js';

export interface MonitorCase {
  /** Stable id in kebab-case. */
  readonly id: string;
  readonly title: string;
  readonly level: CheckLevel;
  /** One sentence, with numbers. */
  readonly says: string;
  /** Evidence and remedy, a sentence each. */
  readonly details: readonly string[];
  /** Why it could not tell or was not asked, one word; else null. */
  readonly reason: string | null;
  readonly measures: readonly Measure[];
}

export interface MonitorReport {
  /** The verdict in one sentence, with numbers. */
  readonly headline: string;
  /** On what it rests, a sentence each: said once, of all cases. */
  readonly notes?: readonly string[];
  /** One for each thing that was judged; never one for each row. */
  readonly cases: readonly MonitorCase[];
}
