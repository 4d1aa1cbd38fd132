import { eventKey } from '../bounce/event-word.js';
import type { TraceEvent } from './delivery.js';

/** A cause stands before its effect. Words that are not listed fall in the middle. */
const RANKS: ReadonlyMap<string, number> = new Map(
  [
    ['clientsubmission', 'submission', 'receive', 'hareceive'],
    ['submit', 'load', 'initmessagecreated'],
    ['resolve', 'resolved', 'redirect', 'duplicateredirect'],
    ['expand', 'expanddl', 'expanded', 'duplicateexpand'],
    ['transfer', 'process', 'resubmit'],
    [
      'agentinfo',
      'spam',
      'malware',
      'transportrule',
      'dlprule',
      'journal',
      'moderatorapprove',
      'moderatorreject',
    ],
    ['throttle', 'defer', 'submitdefer', 'resubmitdefer'],
    ['send', 'sendexternal', 'deliver', 'duplicatedeliver'],
    ['fail', 'deliverfail', 'submitfail', 'resubmitfail', 'badmail', 'poisonmessage', 'moderationexpire'],
    ['drop', 'suppressed', 'hadiscard'],
    ['dsn', 'moderatorsallndr', 'notifymapi'],
  ].flatMap((words, rank) => words.map((word): [string, number] => [word, rank])),
);
const MIDDLE = 5;

/**
 * By time, then cause before effect: traces give the events of one second in any order. Equals keep the order in which
 * they came.
 */
export function orderEvents(events: readonly TraceEvent[]): TraceEvent[] {
  return events.toSorted(
    (a, b) => secondOf(a) - secondOf(b) || rankOf(a) - rankOf(b) || a.at.getTime() - b.at.getTime(),
  );
}

/** Fractions of a second are not reliable enough to overrule cause and effect. */
function secondOf({ at }: TraceEvent): number {
  const second = Math.floor(at.getTime() / 1000);
  return Number.isNaN(second) ? 0 : second;
}

function rankOf({ event }: TraceEvent): number {
  return RANKS.get(eventKey(event)) ?? MIDDLE;
}
