/**
 * From the events of one delivery to what they mean. Knows which event has the last word; leaves the meaning of its text
 * to the rule book.
 */
import { classify, type Evidence } from '../bounce/classify.js';
import type { Verdict } from '../bounce/verdict.js';
import { isWithModerator } from './innocent.js';
import type { JudgeEvents } from './judgement.js';
import { orderEvents } from './order-events.js';
import { type EventReading, readEvent } from './read-event.js';

export const judgeEvents: JudgeEvents = (events, status) => {
  const ordered = orderEvents(events);
  const readings = ordered.map(readEvent);
  const last = readings.findLast(({ meaning }) => ATTEMPTS.has(meaning));
  return {
    verdict: readings.length === 0 ? null : judge(readings, status),
    lastAttemptAt: last === undefined ? null : (last.lastTryAt ?? last.at),
    nextHop: nextHopOf(readings),
    ...(isWithModerator(ordered) ? { waitsForModerator: true } : {}),
  };
};

type Meaning = EventReading['meaning'];

const ATTEMPTS: ReadonlySet<Meaning> = new Set(['deferred', 'failed', 'delivered', 'relayed']);

/** Kinds of outcome, strongest first; within a kind the last event speaks. */
const PRECEDENCE: readonly (readonly Meaning[])[] = [
  ['failed', 'delivered', 'relayed'],
  ['deferred'],
  ['quarantined'],
  ['dropped', 'expanded'],
  ['filtered'],
  ['recalled'],
];

const EVENT_WORDS: Readonly<Record<Meaning, string>> = {
  failed: 'Fail',
  deferred: 'Defer',
  delivered: 'Deliver',
  relayed: 'Send external',
  dropped: 'Drop',
  expanded: 'Expand',
  quarantined: 'Quarantine',
  filtered: 'Spam',
  recalled: 'Recall',
  silent: '',
};

/** What a row's status is worth as an event, where the events do not tell the outcome. */
const STATUS_EVENTS: ReadonlyMap<string, Meaning> = new Map([
  ['failed', 'failed'],
  ['pending', 'deferred'],
  ['delivered', 'delivered'],
  ['expanded', 'expanded'],
  ['resolved', 'expanded'],
  ['quarantined', 'quarantined'],
  ['filteredasspam', 'filtered'],
  ['recalled', 'recalled'],
]);

/** The event says Deliver also where the place is the quarantine or the junk folder, and of what was recalled later; the status knows better. */
const SET_ASIDE: ReadonlyMap<string, Meaning> = new Map([
  ['quarantined', 'quarantined'],
  ['filteredasspam', 'filtered'],
  ['recalled', 'recalled'],
]);

function judge(readings: readonly EventReading[], status: string): Verdict {
  const decisive = decisiveOf(readings);
  const aside = decisive?.meaning === 'delivered' ? setAsideBy(status, readings) : undefined;
  if (aside !== undefined) return classify({ text: '', event: EVENT_WORDS[aside] });
  if (decisive === undefined) return byStatus(readings, status);
  const verdict = classify(evidenceOf(decisive));
  return verdict.reason === 'expired' ? withCause(verdict, readings) : verdict;
}

/** A recall may fail, and its event then follows a delivery that stands: it counts where the status does not say delivered. */
function setAsideBy(status: string, readings: readonly EventReading[]): Meaning | undefined {
  const word = status.toLowerCase();
  const isRecalled = !STATUS_EVENTS.has(word) && readings.some(({ meaning }) => meaning === 'recalled');
  return SET_ASIDE.get(word) ?? (isRecalled ? 'recalled' : undefined);
}

function decisiveOf(readings: readonly EventReading[]): EventReading | undefined {
  for (const meanings of PRECEDENCE) {
    const found = readings.findLast(({ meaning }) => meanings.includes(meaning));
    if (found !== undefined) return found;
  }
  return undefined;
}

function byStatus(readings: readonly EventReading[], status: string): Verdict {
  const meaning = STATUS_EVENTS.get(status.toLowerCase()) ?? 'silent';
  const text = meaning === 'failed' || meaning === 'deferred' ? (readings.at(-1)?.text ?? '') : '';
  return classify({ text, event: EVENT_WORDS[meaning] });
}

/** An expiry says only that the retries ran out; the last deferral before it says why. */
function withCause(expired: Verdict, readings: readonly EventReading[]): Verdict {
  const deferral = readings.findLast(({ meaning, text }) => meaning === 'deferred' && text !== '');
  if (deferral === undefined) return expired;
  const cause = classify(evidenceOf(deferral));
  if (cause.reason === 'unknown' || cause.class !== 'transient') return expired;
  const quoting = `${expired.text} -> ${cause.text}`;
  return {
    ...classify({ ...evidenceOf(deferral), event: EVENT_WORDS.failed, text: quoting }),
    text: expired.text,
  };
}

function evidenceOf(reading: EventReading): Evidence {
  const { text, fromExternalServer } = reading;
  const event = EVENT_WORDS[reading.meaning];
  return fromExternalServer === null ? { text, event } : { text, event, fromExternalServer };
}

/** Of the last attempt that names one. */
function nextHopOf(readings: readonly EventReading[]): string | null {
  return (
    readings.findLast(({ meaning, nextHop }) => ATTEMPTS.has(meaning) && nextHop !== null)?.nextHop ?? null
  );
}
