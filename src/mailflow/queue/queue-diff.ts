/** What became of the queue between two looks: what was held before and what came to be held, less what left, is what is held. */
import type { DeliveryState } from '../trace/delivery.js';
import { compareKeys, digestName, type HeldKey, type KeysCompared } from './held-keys.js';
import type { KeyedLook } from './queue-look.js';

/** What a held delivery can have become. `unknown`: nobody has seen, or the service has a word for it that says nothing. */
export type LeftOutcome = Exclude<DeliveryState, 'pending'>;

export type LeftCounts = Readonly<Record<LeftOutcome, number>>;

export interface QueueDiff {
  /** Of the look that is compared with. */
  readonly since: Date;
  readonly until: Date;
  readonly before: number;
  readonly new: number;
  /** `before` + `new` less all of these is `after`. */
  readonly left: LeftCounts;
  readonly after: number;
  /** False when pages were missing of either look: some that seem new or gone were held at both. */
  readonly isWhole: boolean;
}

/** Two looks laid side by side. */
export interface LooksCompared extends KeysCompared {
  readonly before: KeyedLook;
  readonly after: KeyedLook;
}

export function compareLooks(before: KeyedLook, after: KeyedLook): LooksCompared {
  return { before, after, ...compareKeys(before.keys, after.keys) };
}

/** The times of receipt of those that left, both ends included: what must be listed to learn what became of them. */
export function spanOfLeft({ onlyBefore }: KeysCompared): { readonly from: Date; readonly to: Date } | null {
  const seconds = onlyBefore.map(({ receivedAt }) => receivedAt.getTime());
  if (seconds.length === 0) return null;
  const fromMs = seconds.reduce((least, ms) => Math.min(least, ms));
  const toMs = seconds.reduce((most, ms) => Math.max(most, ms));
  // Keys hold whole seconds; the delivery came within the second.
  return { from: new Date(fromMs), to: new Date(toMs + 1000) };
}

export interface LeftWatch {
  /** Any delivery of the list that was read again, with its key. May come twice, with two statuses. */
  readonly observe: (key: Pick<HeldKey, 'first' | 'second'>, state: DeliveryState) => void;
  readonly counts: () => LeftCounts;
}

/** Looks out for those that left. One that is held again by now is `unknown`: it was not at the look. */
export function openLeftWatch({ onlyBefore }: KeysCompared): LeftWatch {
  const outcomes = new Map<string, LeftOutcome>();
  const wanted = new Set(onlyBefore.map(digestName));
  return {
    observe: (key, state) => {
      const name = digestName(key);
      if (state !== 'pending' && wanted.has(name)) outcomes.set(name, state);
    },
    counts: () => {
      const counts = new Map<LeftOutcome, number>();
      for (const key of onlyBefore) {
        const outcome = outcomes.get(digestName(key)) ?? 'unknown';
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
      return countsOf((outcome) => counts.get(outcome) ?? 0);
    },
  };
}

/** Where nothing was listed again. */
export function nothingKnown({ onlyBefore }: KeysCompared): LeftCounts {
  return countsOf((outcome) => (outcome === 'unknown' ? onlyBefore.length : 0));
}

function countsOf(countOf: (outcome: LeftOutcome) => number): LeftCounts {
  return {
    delivered: countOf('delivered'),
    bounced: countOf('bounced'),
    expanded: countOf('expanded'),
    quarantined: countOf('quarantined'),
    filtered: countOf('filtered'),
    recalled: countOf('recalled'),
    unknown: countOf('unknown'),
  };
}

export function diffOf(compared: LooksCompared, left: LeftCounts): QueueDiff {
  const { before, after, onlyBefore, onlyAfter, both } = compared;
  return {
    since: before.at,
    until: after.at,
    before: onlyBefore.length + both.length,
    new: onlyAfter.length,
    left,
    after: onlyAfter.length + both.length,
    isWhole: before.isWhole && after.isWhole,
  };
}

export function leftInAll(left: LeftCounts): number {
  return Object.values(left).reduce((sum: number, count: number) => sum + count, 0);
}
