import { addressKey } from '../address/address.js';
import type { TimeWindow } from '../time-window.js';
import type { DeliveryState, TraceEntry } from './delivery.js';
import { isAnonymous, messageKey } from './delivery-key.js';
import { createMatcher } from './matches.js';
import { createSeenDeliveries } from './seen-deliveries.js';
import { stateOfStatus } from './status.js';
import type { TraceQuery } from './trace-source.js';

export type StateCounts = Readonly<Record<DeliveryState, number>>;

/** A status word that stands for nothing known, verbatim: remote text. */
export interface UnknownStatus {
  readonly word: string;
  readonly count: number;
}

/** What the list alone tells. */
export interface IntakeCounts {
  readonly counts: StateCounts;
  readonly deliveries: number;
  /** Distinct messages. */
  readonly messages: number;
  /** From the oldest row to the newest; null without rows. */
  readonly span: TimeWindow | null;
  /** The ten most frequent. */
  readonly statusWordsUnknown: readonly UnknownStatus[];
  /** Rows that came although they are not what was asked for. */
  readonly mismatchedRows: number;
  /** Rows without any id that looked like one already counted. */
  readonly anonymousDoubles: number;
}

/** The door through which rows come in: each delivery once, and only what was asked for. */
export interface Intake {
  /** The state of a delivery that is new and asked for, else null. When a row comes twice, the first one counts. */
  readonly admit: (entry: TraceEntry) => DeliveryState | null;
  readonly counts: () => IntakeCounts;
}

const UNKNOWN_WORDS_SHOWN = 10;
/** Beyond this many different words there is nothing to learn from one more. */
const UNKNOWN_WORDS_KEPT = 1000;

const NONE: StateCounts = {
  delivered: 0,
  pending: 0,
  bounced: 0,
  expanded: 0,
  quarantined: 0,
  filtered: 0,
  recalled: 0,
  unknown: 0,
};

export function createIntake(query: TraceQuery, hashSeed: number): Intake {
  const matches = createMatcher(query);
  const seen = createSeenDeliveries(hashSeed);
  const states: Record<DeliveryState, number> = { ...NONE };
  const unknownWords = new Map<string, number>();
  let oldest: Date | null = null;
  let newest: Date | null = null;
  let mismatchedRows = 0;
  let anonymousDoubles = 0;

  function admit(entry: TraceEntry): DeliveryState | null {
    if (!matches(entry)) {
      mismatchedRows += 1;
      return null;
    }
    if (!seen.add(messageKey(entry), addressKey(entry.recipient))) {
      if (isAnonymous(entry)) anonymousDoubles += 1;
      return null;
    }
    const at = entry.receivedAt;
    if (oldest === null || at.getTime() < oldest.getTime()) oldest = at;
    if (newest === null || at.getTime() > newest.getTime()) newest = at;
    const state = stateOfStatus(entry.status);
    states[state] += 1;
    if (state === 'unknown' && (unknownWords.has(entry.status) || unknownWords.size < UNKNOWN_WORDS_KEPT)) {
      increase(unknownWords, entry.status);
    }
    return state;
  }

  const counts = (): IntakeCounts => ({
    counts: { ...states },
    deliveries: seen.deliveries(),
    messages: seen.messages(),
    span: oldest === null || newest === null ? null : { from: oldest, to: newest },
    statusWordsUnknown: mostFrequent(unknownWords),
    mismatchedRows,
    anonymousDoubles,
  });
  return { admit, counts };
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostFrequent(words: ReadonlyMap<string, number>): UnknownStatus[] {
  return [...words]
    .map(([word, count]) => ({ word, count }))
    .sort((left, right) => right.count - left.count)
    .slice(0, UNKNOWN_WORDS_SHOWN);
}
