import type { Verdict } from '../bounce/verdict.js';
import type { Delivery, TraceEntry, TraceEvent } from './delivery.js';
import type { JudgeEvents, Judgement } from './judgement.js';
import { bareWord } from './status.js';
import { type DeliveryContext, toDelivery } from './to-delivery.js';

/** One event on a message's way. */
export interface JourneyStep {
  readonly at: Date;
  /** The service's word, verbatim. */
  readonly event: string;
  /** What the word means, in ours; null for a word nobody knows. */
  readonly what: string | null;
  /** The service's description: remote text. */
  readonly text: string;
  /** Null for the first step. */
  readonly delaySincePreviousSeconds: number | null;
  /** Which try to hand the message over it is, from 1; null for a step that is none. */
  readonly attempt: number | null;
  /** The server that this step names as the next one. */
  readonly hop: string | null;
  /** What this step alone means; null when it says nothing of success or failure. */
  readonly verdict: Verdict | null;
}

/** The way of one message to one recipient. */
export interface Journey {
  readonly delivery: Delivery;
  readonly steps: readonly JourneyStep[];
  /** From acceptance to the last event; null without events. */
  readonly totalDelaySeconds: number | null;
  /** Tries to hand the message over that the events tell of. */
  readonly attempts: number;
}

export interface JourneyOrder {
  readonly entry: TraceEntry;
  readonly events: readonly TraceEvent[];
  /** Puts events in causal order. */
  readonly order: (events: readonly TraceEvent[]) => readonly TraceEvent[];
  readonly judge: JudgeEvents;
  readonly context: DeliveryContext;
}

const DEFERRALS = ['defer', 'submitdefer', 'resubmitdefer', 'throttle'];
const HANDOVERS = ['deliver', 'send', 'sendexternal'];
const FAILURES = ['fail', 'deliverfail', 'submitfail', 'resubmitfail'];
const ATTEMPTS: ReadonlySet<string> = new Set(['defer', ...HANDOVERS, ...FAILURES]);

const MEANING_BY_EVENT: ReadonlyMap<string, string> = new Map([
  ['receive', 'accepted by the service'],
  ['submit', 'passed on inside the service'],
  ['transfer', 'split into a copy for some of the recipients'],
  ['deliver', 'delivered to the mailbox'],
  ...['send', 'sendexternal'].map((word) => [word, 'handed to the next server'] as const),
  ...DEFERRALS.map((word) => [word, 'put off; the service tries again'] as const),
  ...FAILURES.map((word) => [word, 'failed for good'] as const),
  ...['expand', 'expanddl'].map(
    (word) => [word, 'group expanded; its members have rows of their own'] as const,
  ),
  ...['redirect', 'resolve', 'resolved'].map((word) => [word, 'sent on to another address'] as const),
  ['drop', 'discarded; the normal end of a group copy, else a loss'],
  ['spam', 'judged to be spam'],
  ['malware', 'judged to carry malware'],
  ['transportrule', 'matched by a mail flow rule'],
  ['dlprule', 'matched by a data loss prevention rule'],
  ['badmail', 'could not be processed'],
  ['poisonmessage', 'set aside because it made a server fail'],
  ['moderatorapprove', 'approved by a moderator'],
  ['moderatorreject', 'rejected by a moderator'],
  ['moderationexpire', 'not approved by a moderator in time'],
]);

/** Tells a delivery's events as steps with their delays. */
export function describeJourney({ entry, events, order, judge, context }: JourneyOrder): Journey {
  const judgement = judge(events, entry.status);
  const delivery = toDelivery(entry, judgement, context);
  const ordered = order(events);
  const tries = ordered.filter((event) => isAttempt(event, judgement.verdict?.state === 'expired'));
  const attemptByEvent = new Map(tries.map((event, index) => [event, index + 1]));
  const last = ordered.at(-1);
  return {
    delivery: { ...delivery, lastAttemptAt: delivery.lastAttemptAt ?? tries.at(-1)?.at ?? null },
    steps: ordered.map((event, index) => ({
      at: event.at,
      event: event.event,
      what: MEANING_BY_EVENT.get(bareWord(event.event)) ?? null,
      text: event.description,
      delaySincePreviousSeconds: secondsSince(ordered[index - 1]?.at, event.at),
      attempt: attemptByEvent.get(event) ?? null,
      // Without the status of the whole, which would speak for steps that say nothing.
      ...alone(judge([event], '')),
    })),
    totalDelaySeconds: last === undefined ? null : secondsSince(entry.receivedAt, last.at),
    attempts: tries.length,
  };
}

function alone({ nextHop, verdict }: Judgement): Pick<JourneyStep, 'hop' | 'verdict'> {
  return { hop: nextHop, verdict };
}

// When a message expires, the Fail marks the end of waiting, not one more try.
function isAttempt({ event }: TraceEvent, expired: boolean): boolean {
  const word = bareWord(event);
  return ATTEMPTS.has(word) && !(expired && FAILURES.includes(word));
}

function secondsSince(earlier: Date | undefined, later: Date): number | null {
  if (earlier === undefined) return null;
  // Clocks of two servers may disagree by a little; a step is never shown as taking less than no time.
  return Math.max(0, (later.getTime() - earlier.getTime()) / 1000);
}
