/**
 * What the lines of a log have told of messages that are still in the queue. Only these are kept, so that a log of any
 * length needs no more memory than the queue; and of too many of them the longest untouched are forgotten.
 */
import { counted } from '#mailflow/quantity.js';
import type { RelayMail, RelayState } from '#mailflow/relay/relay-mail.js';

import { keptText } from './kept-text.js';

/** Messages and recipients together. */
const MOST_OPEN = 500_000;
/** A long reply takes the room of many recipients. */
const CHARACTERS_OF_ONE = 256;

export interface OpenMessage {
  readonly queueId: string;
  messageId: string | null;
  sender: string | null;
  subject: string | null;
  sizeBytes: number | null;
  arrivedMs: number | null;
  /** Until a person lets it go. */
  isOnHold: boolean;
  /** Some recipient has its outcome: what is left may be nothing. */
  hasOutcome: boolean;
  /** Those that have no final outcome yet. */
  readonly recipients: Map<string, OpenRecipient>;
}

export interface OpenRecipient {
  readonly state: RelayState;
  /** Of the last try; null before the first. */
  readonly attemptMs: number | null;
  readonly nextHop: string | null;
  readonly reply: string | null;
}

/** One that was not tried yet. */
export const UNTRIED: OpenRecipient = { state: 'active', attemptMs: null, nextHop: null, reply: null };

export interface OpenMessages {
  readonly find: (queueId: string) => OpenMessage | undefined;
  /** The message of this id, a new one when none is open. */
  readonly take: (queueId: string) => OpenMessage;
  /** Keeps what is known of a recipient, in the place of what was. */
  readonly keep: (message: OpenMessage, recipient: string, told: OpenRecipient) => void;
  /** The recipient has this outcome: it is told, and no longer kept. */
  readonly settle: (message: OpenMessage, recipient: string, told: OpenRecipient) => void;
  /** The recipient was another name of others. */
  readonly drop: (message: OpenMessage, recipient: string) => void;
  readonly close: (message: OpenMessage) => void;
  /** The log is over: what is open is told as it stands. */
  readonly tellAll: () => void;
  readonly all: () => Iterable<OpenMessage>;
  readonly notes: () => readonly string[];
}

export function openMessages(tell: (mail: RelayMail) => void, mostOpen = MOST_OPEN): OpenMessages {
  const messageById = new Map<string, OpenMessage>();
  let weight = 0;
  let forgotten = 0;

  const close = (message: OpenMessage): void => {
    if (messageById.get(message.queueId) !== message) return;
    messageById.delete(message.queueId);
    weight -= weightOf(message);
  };
  const makeRoom = (): void => {
    if (weight <= mostOpen) return;
    for (const oldest of messageById.values()) {
      close(oldest);
      forgotten += 1;
      if (weight <= mostOpen) return;
    }
  };
  const begin = (queueId: string): OpenMessage => {
    const message = newMessage(keptText(queueId));
    messageById.set(message.queueId, message);
    weight += 1;
    makeRoom();
    return message;
  };
  const drop = (message: OpenMessage, recipient: string): void => {
    const before = message.recipients.get(recipient);
    message.hasOutcome = true;
    if (before === undefined) return;
    message.recipients.delete(recipient);
    weight -= weightOfRecipient(before);
  };
  return {
    find: (queueId) => messageById.get(queueId),
    take: (queueId) => messageById.get(queueId) ?? begin(queueId),
    keep: (message, recipient, told) => {
      const key = keptText(recipient);
      const before = message.recipients.get(key);
      weight += weightOfRecipient(told) - (before === undefined ? 0 : weightOfRecipient(before));
      message.recipients.set(key, told);
      // The order of the map is that of the last touch.
      messageById.delete(message.queueId);
      messageById.set(message.queueId, message);
      makeRoom();
    },
    settle: (message, recipient, told) => {
      const key = keptText(recipient);
      tell(mailOf(message, key, told));
      drop(message, key);
    },
    drop,
    close,
    tellAll: () => {
      for (const message of messageById.values()) {
        for (const [recipient, told] of message.recipients) {
          tell(mailOf(message, recipient, message.isOnHold ? { ...told, state: 'on-hold' } : told));
        }
      }
    },
    all: () => messageById.values(),
    notes: () =>
      forgotten === 0
        ? []
        : [`${counted(forgotten, 'message', 'messages')} forgotten: more were open at once than are kept.`],
  };
}

function newMessage(queueId: string): OpenMessage {
  return {
    queueId,
    messageId: null,
    sender: null,
    subject: null,
    sizeBytes: null,
    arrivedMs: null,
    isOnHold: false,
    hasOutcome: false,
    recipients: new Map(),
  };
}

function mailOf(message: OpenMessage, recipient: string, told: OpenRecipient): RelayMail {
  return {
    queueId: message.queueId,
    messageId: message.messageId,
    sender: message.sender,
    recipient,
    subject: message.subject,
    sizeBytes: message.sizeBytes,
    arrivedAt: message.arrivedMs === null ? null : new Date(message.arrivedMs),
    lastAttemptAt: told.attemptMs === null ? null : new Date(told.attemptMs),
    nextHop: told.nextHop,
    state: told.state,
    reply: told.reply,
  };
}

function weightOf(message: OpenMessage): number {
  let weight = 1;
  for (const told of message.recipients.values()) weight += weightOfRecipient(told);
  return weight;
}

function weightOfRecipient({ reply }: OpenRecipient): number {
  return 1 + Math.floor((reply?.length ?? 0) / CHARACTERS_OF_ONE);
}
