/** A look at the queue: what one run of `queue` saw, without a name in it. Looks are what the next run compares with. */
import type { TimeWindow } from '../time-window.js';
import type { HeldKeys } from './held-keys.js';

export interface QueueLook {
  /** By the service's clock. */
  readonly at: Date;
  /** What was listed; it ends with the look. */
  readonly window: TimeWindow;
  /** Digest of what was asked beside the window: a look after one partner's mail says nothing of all mail. */
  readonly question: string;
  /** False when pages were missing: what it does not show may be held all the same. */
  readonly isWhole: boolean;
  readonly held: number;
  /** By age, as the buckets of the tally. */
  readonly heldByBucket: readonly number[];
  /** Null where only the totals are kept any more. */
  readonly keys: HeldKeys | null;
}

/** A look that can be compared with, delivery by delivery. */
export interface KeyedLook extends QueueLook {
  readonly keys: HeldKeys;
}

export interface QueueLookHistory {
  /** Those after the same mail, oldest first. */
  readonly since: (instant: Date, question: string) => Promise<readonly QueueLook[]>;
  /** Forgets what is too old, and the keys of all but a few. */
  readonly keep: (look: QueueLook) => Promise<void>;
}

export interface QueueLookRules {
  /** Looks are forgotten after so long. */
  readonly keptHours: number;
  /** Newest of one tenant, whatever was asked. */
  readonly mostLooks: number;
  /** Sets of keys that are kept of one question. */
  readonly keySets: number;
  /** Apart from the newest one, sets lie at least so far apart: eight of one minute's distance would tell little. */
  readonly minutesApart: number;
  /** Sets of one tenant, whatever was asked. */
  readonly keySetsInAll: number;
  /** Keys in all sets of one tenant: 16 bytes each. */
  readonly keysInAll: number;
}

export const QUEUE_LOOK_RULES: QueueLookRules = {
  keptHours: 24,
  mostLooks: 3_000,
  keySets: 8,
  minutesApart: 5,
  keySetsInAll: 32,
  keysInAll: 1_000_000,
};

/** A kept set of keys, by its size alone. */
export interface KeptSet {
  readonly id: number;
  readonly at: Date;
  readonly question: string;
  readonly keys: number;
}

const MINUTE_MS = 60_000;

/** Whose keys stay, by id. The newest set always does, however large it is. */
export function setsToKeep(sets: readonly KeptSet[], rules: QueueLookRules): ReadonlySet<number> {
  const inOrder = sets.toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.id - other.id);
  const apart = inOrder.filter(isApartIn(inOrder, rules.minutesApart));
  const kept: KeptSet[] = [];
  let keysInAll = 0;
  for (const set of apart.toReversed()) {
    const alike = kept.filter(({ question }) => question === set.question).length;
    const hasRoom =
      alike < rules.keySets && kept.length < rules.keySetsInAll && keysInAll + set.keys <= rules.keysInAll;
    if (kept.length > 0 && !hasRoom) continue;
    kept.push(set);
    keysInAll += set.keys;
  }
  return new Set(kept.map(({ id }) => id));
}

/** Measured from the oldest on, so that a set that stays now stays when newer ones have come. */
function isApartIn(inOrder: readonly KeptSet[], minutesApart: number): (set: KeptSet) => boolean {
  const newestByQuestion = new Map(inOrder.map(({ question, id }) => [question, id]));
  const lastMsByQuestion = new Map<string, number>();
  return ({ id, at, question }) => {
    const lastMs = lastMsByQuestion.get(question) ?? -Infinity;
    const isApart = at.getTime() - lastMs >= minutesApart * MINUTE_MS;
    if (isApart) lastMsByQuestion.set(question, at.getTime());
    return isApart || newestByQuestion.get(question) === id;
  };
}

/**
 * The looks that one may be compared with, oldest first: earlier ones after the same mail whose keys are kept, over a
 * window of about the same length. In a longer one there is more mail, and none of it is new.
 */
export function comparableLooks(kept: readonly QueueLook[], look: QueueLook): readonly KeyedLook[] {
  return kept
    .filter(isKeyed)
    .filter(({ at, question }) => at < look.at && question === look.question)
    .filter(({ window }) => areAlike(window, look.window));
}

/** The newest that is at least so long ago; where none is, the oldest. */
export function lookBefore(
  comparable: readonly KeyedLook[],
  at: Date,
  leastSecondsAgo: number,
): KeyedLook | null {
  const latestMs = at.getTime() - leastSecondsAgo * 1000;
  return comparable.findLast((look) => look.at.getTime() <= latestMs) ?? comparable[0] ?? null;
}

function isKeyed(look: QueueLook): look is KeyedLook {
  return look.keys !== null;
}

/** A few seconds pass between the choice of a window and the look. */
const WINDOW_SLACK_MS = 5 * MINUTE_MS;

function areAlike(one: TimeWindow, other: TimeWindow): boolean {
  const lengthMs = ({ from, to }: TimeWindow): number => to.getTime() - from.getTime();
  return Math.abs(lengthMs(one) - lengthMs(other)) <= WINDOW_SLACK_MS;
}
