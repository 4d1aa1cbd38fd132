/** What a command reports beside its rows: findings (what is wrong) and gaps (what could not be seen). */

export type FindingLevel = 'info' | 'warning' | 'critical';

export interface Finding {
  /** Stable id in kebab-case, as `held-mail-expiring`. */
  readonly id: string;
  readonly level: FindingLevel;
  readonly title: string;
  /** What the finding is about: a connector, a domain, a message. */
  readonly subject: string;
  /** What was seen, one sentence each, with numbers. */
  readonly evidence: readonly string[];
  readonly remedy: string;
  /** Where the evidence comes from, as `graph` or a file name. */
  readonly source: string;
}

/** Something that was asked for and is not in the answer. A gap is never a pass. */
export interface Gap {
  /** What is missing, in words for an admin. */
  readonly what: string;
  /** Why, one word: `quota`, `throttled`, `refused`, `unreachable`, `timeout`, `protocol`, `not-visible-yet`, `cut-export` … */
  readonly reason: string;
  readonly remedy: string;
  readonly retryAfterSeconds: number | null;
}
