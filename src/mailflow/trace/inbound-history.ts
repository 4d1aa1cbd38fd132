/**
 * How much mail arrived in earlier weeks, from the rows that are kept.
 *
 * 2026-06: kept rows, not counts in the looks of `status`. A look would need a table of its own, and three weeks of
 * looks at this hour before it says anything; rows are kept by every command that lists, so that one
 * `mailcheck trace --since 28d` in the middle of an outage is enough. Which stretches were listed whole is told by the
 * same proofs as for any answer, and all weeks are counted with the domains that are named today. The price is reading
 * the rows of some hours of each week anew, by an index on their time.
 */
import type { Arrivals } from './arrivals.js';
import type { Span } from './span.js';

export interface InboundHistory {
  /** How late 99 of 100 rows came at most, of those first seen since then; null when too few were measured. */
  readonly latenessMs: (since: Date) => Promise<number | null>;
  /** What arrived within the span, oldest first; null when it was not listed whole, or too early to be whole. */
  readonly arrivals: (question: ArrivalsQuestion) => Promise<readonly Arrivals[] | null>;
}

export interface ArrivalsQuestion {
  /** Both ends at a step. */
  readonly span: Span;
  /** Our domains, normalised; null when they are not known. */
  readonly ownDomains: ReadonlySet<string> | null;
  /** Read so long after an instant at least, for rows come late. */
  readonly settledAfterMs: number;
}
