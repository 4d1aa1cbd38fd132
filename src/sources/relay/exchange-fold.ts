/**
 * Folds the events of a message tracking log into what became of each message for each recipient. Only what is still
 * open is kept, and for a while the time at which things were closed, so that a line that comes late or twice opens nothing.
 */
import type { RelayMail, RelayState } from '#mailflow/relay/relay-mail.js';
import { copyText } from '#sources/rows/copied-text.js';

import { type EventMeaning, saysExpired } from './exchange-events.js';

export interface TrackingEvent {
  readonly atMs: number;
  readonly meaning: EventMeaning;
  /** The same for all events of a message. */
  readonly key: string;
  readonly queueId: string;
  readonly messageId: string;
  readonly sender: string | null;
  readonly subject: string;
  readonly sizeBytes: number | null;
  /** None where the event holds for all that the message still has. */
  readonly recipients: readonly string[];
  /** One for each recipient; the last serves those that have none. */
  readonly replies: readonly string[];
  readonly related: readonly string[];
  readonly nextHop: string;
}

export interface FoldLimits {
  /** Messages times recipients. */
  readonly mostOpen: number;
  /** Of the last closed at least half as many are remembered. */
  readonly mostClosed: number;
}

export const FOLD_LIMITS: FoldLimits = { mostOpen: 200_000, mostClosed: 50_000 };

interface OpenMessage {
  readonly facts: MessageFacts;
  readonly recipients: Map<string, OpenRecipient>;
}

interface MessageFacts {
  readonly messageId: string | null;
  readonly sender: string | null;
  readonly subject: string | null;
  readonly sizeBytes: number | null;
  readonly queueId: string;
  readonly arrivedMs: number;
}

interface OpenRecipient {
  readonly recipient: string;
  readonly state: Extract<RelayState, 'active' | 'deferred' | 'on-hold'>;
  readonly changedMs: number;
  readonly attemptMs: number;
  readonly nextHop: string | null;
  readonly reply: string | null;
}

export class TrackingFold {
  readonly #limits: FoldLimits;
  readonly #emit: (mail: RelayMail) => void;
  /** Those that were deferred or set aside are let go last. */
  readonly #tried = new Map<string, OpenMessage>();
  readonly #untried = new Map<string, OpenMessage>();
  /** In two halves: when one is full, the other is dropped whole. To drop the oldest entry of a map one by one is slow. */
  #closedMs = new Map<string, number>();
  #closedBeforeMs = new Map<string, number>();
  #open = 0;
  #letGo = 0;

  constructor(limits: FoldLimits, emit: (mail: RelayMail) => void) {
    this.#limits = limits;
    this.#emit = emit;
  }

  /** Recipients that were open and had to be forgotten: too many were. */
  get letGo(): number {
    return this.#letGo;
  }

  take(event: TrackingEvent): void {
    switch (event.meaning) {
      case 'arrival':
      case 'requeued':
        for (const recipient of event.recipients) this.#enter(event, recipient);
        break;
      case 'replaced':
        for (const recipient of event.recipients) this.#enter(event, recipient);
        this.#leaveAll(event, except(event.related, event.recipients));
        break;
      case 'redirected':
        for (const recipient of event.related) this.#enter(event, recipient);
        this.#leaveAll(event, except(event.recipients, event.related));
        break;
      case 'gone':
        this.#leaveAll(event, event.recipients);
        break;
      case 'deferred':
      case 'set-aside':
        this.#concerned(event).forEach((recipient, place) => {
          this.#hold(event, recipient, replyAt(event, place));
        });
        break;
      case 'delivered':
      case 'bounced':
        this.#concerned(event).forEach((recipient, place) => {
          this.#finish(event, recipient, replyAt(event, place));
        });
        break;
    }
  }

  /** The log is over: what it leaves open. */
  end(): void {
    for (const messages of [this.#tried, this.#untried]) {
      for (const { facts, recipients } of messages.values()) {
        for (const open of recipients.values()) this.#emit(mailOf(facts, open, open.state));
      }
      messages.clear();
    }
    this.#open = 0;
  }

  #messageOf(key: string): OpenMessage | undefined {
    return this.#untried.get(key) ?? this.#tried.get(key);
  }

  /** The recipients that an event names, else all that the message still has. */
  #concerned(event: TrackingEvent): readonly string[] {
    if (event.recipients.length > 0) return event.recipients;
    return [...(this.#messageOf(event.key)?.recipients.values() ?? [])].map((open) => open.recipient);
  }

  /** True for an event that is not newer than the one that closed its recipient. */
  #isLate(event: TrackingEvent, recipient: string): boolean {
    const key = closedKey(event.key, recipient);
    const closedMs = this.#closedMs.get(key) ?? this.#closedBeforeMs.get(key);
    return closedMs !== undefined && event.atMs <= closedMs;
  }

  #enter(event: TrackingEvent, recipient: string): void {
    if (this.#isLate(event, recipient)) return;
    const message = this.#messageFor(event);
    const key = recipient.toLowerCase();
    const known = message.recipients.get(key);
    if (known === undefined) this.#add(message, key, opened(recipient, event.atMs));
    else if (known.state === 'on-hold' && event.atMs >= known.changedMs) {
      message.recipients.set(key, { ...known, state: 'active', changedMs: event.atMs });
    }
    this.#letGoOfOldest();
  }

  #hold(event: TrackingEvent, recipient: string, reply: string): void {
    if (this.#isLate(event, recipient)) return;
    const message = this.#moveToTried(event.key, this.#messageFor(event));
    const key = recipient.toLowerCase();
    const known = message.recipients.get(key) ?? opened(recipient, event.atMs);
    if (!message.recipients.has(key)) this.#add(message, key, known);
    if (event.atMs < known.changedMs) return;
    const isAttempt = event.meaning === 'deferred';
    message.recipients.set(key, {
      recipient: known.recipient,
      state: isAttempt ? 'deferred' : 'on-hold',
      changedMs: event.atMs,
      attemptMs: isAttempt ? event.atMs : known.attemptMs,
      nextHop: event.nextHop === '' ? known.nextHop : copyText(event.nextHop),
      reply: reply === '' ? known.reply : copyText(reply),
    });
    this.#letGoOfOldest();
  }

  #finish(event: TrackingEvent, recipient: string, reply: string): void {
    if (this.#isLate(event, recipient)) return;
    const message = this.#messageOf(event.key);
    const known = message?.recipients.get(recipient.toLowerCase());
    if (known !== undefined && event.atMs < known.changedMs) return;
    const last: Omit<OpenRecipient, 'state'> = {
      recipient: known?.recipient ?? copyText(recipient),
      changedMs: event.atMs,
      attemptMs: event.atMs,
      nextHop: event.nextHop === '' ? (known?.nextHop ?? null) : copyText(event.nextHop),
      reply: reply === '' ? (known?.reply ?? null) : copyText(reply),
    };
    this.#emit(mailOf(message?.facts ?? factsOf(event), last, finalState(event, last.reply)));
    this.#leave(event, recipient);
  }

  #leaveAll(event: TrackingEvent, recipients: readonly string[]): void {
    for (const recipient of recipients) if (!this.#isLate(event, recipient)) this.#leave(event, recipient);
  }

  #leave(event: TrackingEvent, recipient: string): void {
    const message = this.#messageOf(event.key);
    if (message?.recipients.delete(recipient.toLowerCase()) === true) {
      this.#open -= 1;
      if (message.recipients.size === 0) this.#forget(event.key);
    }
    this.#closedMs.set(copyText(closedKey(event.key, recipient)), event.atMs);
    if (this.#closedMs.size < this.#limits.mostClosed / 2) return;
    this.#closedBeforeMs = this.#closedMs;
    this.#closedMs = new Map();
  }

  #messageFor(event: TrackingEvent): OpenMessage {
    const known = this.#messageOf(event.key);
    const arrives = event.meaning === 'arrival';
    if (known !== undefined && (!arrives || known.facts.arrivedMs <= event.atMs)) return known;
    const facts = known === undefined ? factsOf(event) : { ...known.facts, arrivedMs: event.atMs };
    const message = { facts, recipients: known?.recipients ?? new Map<string, OpenRecipient>() };
    const places = this.#tried.has(event.key) ? this.#tried : this.#untried;
    places.set(known === undefined ? copyText(event.key) : event.key, message);
    return message;
  }

  #moveToTried(key: string, message: OpenMessage): OpenMessage {
    if (!this.#untried.delete(key)) return message;
    this.#tried.set(copyText(key), message);
    return message;
  }

  #add(message: OpenMessage, key: string, recipient: OpenRecipient): void {
    message.recipients.set(copyText(key), recipient);
    this.#open += 1;
  }

  /** A tenth at a time, the oldest first, so that a log that is always above the limit stays fast. */
  #letGoOfOldest(): void {
    if (this.#open <= this.#limits.mostOpen) return;
    const enough = this.#limits.mostOpen * 0.9;
    for (const messages of [this.#untried, this.#tried]) {
      for (const [key, message] of messages) {
        if (this.#open <= enough) return;
        messages.delete(key);
        this.#open -= message.recipients.size;
        this.#letGo += message.recipients.size;
      }
    }
  }

  #forget(key: string): void {
    this.#untried.delete(key);
    this.#tried.delete(key);
  }
}

function opened(recipient: string, atMs: number): OpenRecipient {
  return {
    recipient: copyText(recipient),
    state: 'active',
    changedMs: atMs,
    attemptMs: Number.NaN,
    nextHop: null,
    reply: null,
  };
}

function factsOf(event: TrackingEvent): MessageFacts {
  return {
    messageId: event.messageId === '' ? null : copyText(event.messageId),
    sender: event.sender === null ? null : copyText(event.sender),
    subject: event.subject === '' ? null : copyText(event.subject),
    sizeBytes: event.sizeBytes,
    queueId: copyText(event.queueId),
    arrivedMs: event.meaning === 'arrival' ? event.atMs : Number.NaN,
  };
}

function mailOf(facts: MessageFacts, last: Omit<OpenRecipient, 'state'>, state: RelayState): RelayMail {
  return {
    queueId: facts.queueId,
    messageId: facts.messageId,
    sender: facts.sender,
    recipient: last.recipient,
    subject: facts.subject,
    sizeBytes: facts.sizeBytes,
    arrivedAt: dateOf(facts.arrivedMs),
    lastAttemptAt: dateOf(last.attemptMs),
    nextHop: last.nextHop,
    state,
    reply: last.reply,
  };
}

function finalState(event: TrackingEvent, reply: string | null): RelayState {
  if (event.meaning === 'delivered') return 'delivered';
  return reply !== null && saysExpired(reply) ? 'expired' : 'bounced';
}

function replyAt(event: TrackingEvent, place: number): string {
  return event.replies[place] ?? event.replies.at(-1) ?? '';
}

function closedKey(key: string, recipient: string): string {
  return `${key}\n${recipient.toLowerCase()}`;
}

/** Without those that are in the other list: an address that resolves to itself stays. */
function except(some: readonly string[], others: readonly string[]): readonly string[] {
  const kept = new Set(others.map((other) => other.toLowerCase()));
  return some.filter((one) => !kept.has(one.toLowerCase()));
}

function dateOf(ms: number): Date | null {
  return Number.isNaN(ms) ? null : new Date(ms);
}
