import { addressKey } from '../address/address.js';
import type { TimeWindow } from '../time-window.js';
import { DELIVERY_STATES, type DeliveryState, type TraceEntry } from './delivery.js';
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

export function createIntake(query: TraceQuery, hashSeed: number): Intake {
  const matches = createMatcher(query);
  const seen = createSeenDeliveries(hashSeed);
  const states = new Map<DeliveryState, number>();
  const unknownWords = new Map<string, number>();
  let span: TimeWindow | null = null;
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
    span = widened(span, entry.receivedAt);
    const state = stateOfStatus(entry.status);
    increase(states, state);
    if (state === 'unknown' && (unknownWords.has(entry.status) || unknownWords.size < UNKNOWN_WORDS_KEPT)) {
      increase(unknownWords, entry.status);
    }
    return state;
  }

  const counts = (): IntakeCounts => ({
    counts: countsOf(states),
    deliveries: seen.deliveries(),
    messages: seen.messages(),
    span,
    statusWordsUnknown: mostFrequent(unknownWords),
    mismatchedRows,
    anonymousDoubles,
  });
  return { admit, counts };
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function widened(span: TimeWindow | null, instant: Date): TimeWindow {
  if (span === null) return { from: instant, to: instant };
  const time = instant.getTime();
  if (time < span.from.getTime()) return { from: instant, to: span.to };
  return time > span.to.getTime() ? { from: span.from, to: instant } : span;
}

function countsOf(states: ReadonlyMap<DeliveryState, number>): StateCounts {
  const none = {
    delivered: 0,
    pending: 0,
    bounced: 0,
    expanded: 0,
    quarantined: 0,
    filtered: 0,
    recalled: 0,
    unknown: 0,
  };
  return DELIVERY_STATES.reduce((counts, state) => ({ ...counts, [state]: states.get(state) ?? 0 }), none);
}

function mostFrequent(words: ReadonlyMap<string, number>): UnknownStatus[] {
  return [...words]
    .map(([word, count]) => ({ word, count }))
    .sort((left, right) => right.count - left.count)
    .slice(0, UNKNOWN_WORDS_SHOWN);
}
