/** The ways in which held and failed mail can be laid out: by what the list tells, or by what only details tell. */
import type { Party, Reason } from '../bounce/verdict.js';
import {
  type Estimate,
  estimateGroups,
  estimateShare,
  type ExaminedStratum,
} from '../sampling/estimate-reasons.js';
import type { CountedGrouping, GroupCounts } from './group-tally.js';

export const GROUPINGS = ['domain', 'reason', 'party', 'sender', 'hour'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export type EstimatedGrouping = Exclude<Grouping, CountedGrouping>;

/** Deliveries that share a reason or a side; null where there are some and not one detail was read. */
export interface EstimatedGroup {
  readonly key: Reason | Party;
  readonly held: Estimate | null;
  readonly failed: Estimate | null;
}

export type GroupedBy =
  | { readonly kind: 'counted'; readonly grouping: CountedGrouping; readonly groups: readonly GroupCounts[] }
  | {
      readonly kind: 'estimated';
      readonly grouping: EstimatedGrouping;
      readonly groups: readonly EstimatedGroup[];
    };

export function isCounted(grouping: Grouping): grouping is CountedGrouping {
  return grouping !== 'reason' && grouping !== 'party';
}

interface Strata {
  readonly held: readonly ExaminedStratum[];
  readonly failed: readonly ExaminedStratum[];
}

/** The groups that were seen in either population, largest first. */
export function groupEstimates(grouping: EstimatedGrouping, { held, failed }: Strata): EstimatedGroup[] {
  const heldOf = openEstimates(grouping, held);
  const failedOf = openEstimates(grouping, failed);
  return [...new Set([...heldOf.keys, ...failedOf.keys])]
    .map((key) => ({ key, held: heldOf.estimate(key), failed: failedOf.estimate(key) }))
    .sort((left, right) => sizeOf(right) - sizeOf(left));
}

interface Estimates {
  readonly keys: readonly (Reason | Party)[];
  readonly estimate: (key: Reason | Party) => Estimate | null;
}

function openEstimates(grouping: EstimatedGrouping, strata: readonly ExaminedStratum[]): Estimates {
  const groups = estimateGroups(strata, (words): Reason | Party => words[grouping]);
  const byKey = new Map(groups.map(({ key, ...estimate }) => [key, estimate]));
  const isEmpty = strata.every(({ size }) => size === 0);
  return {
    keys: [...byKey.keys()],
    // What was not seen may be there all the same, as far as the interval goes.
    estimate: (key) =>
      isEmpty ? NONE : (byKey.get(key) ?? estimateShare(strata, (words) => words[grouping] === key)),
  };
}

const NONE: Estimate = { estimate: 0, low: 0, high: 0 };

function sizeOf({ held, failed }: EstimatedGroup): number {
  return (held?.estimate ?? 0) + (failed?.estimate ?? 0);
}
