/**
 * What the lines of a log have told of messages that are still in the queue. Only these are kept, so that a log of any
 * length needs no more memory than the queue; and of too many of them the longest untouched are forgotten.
 */
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

export interface OpenMessages {
  readonly find: (queueId: string) => OpenMessage | undefined;
  /** The message of this id, a new one when none is open. */
  readonly take: (queueId: string) => OpenMessage;
  /** Keeps what is known of a recipient, in the place of what was. */
  readonly keep: (message: OpenMessage, recipient: string, told: OpenRecipient) => void;
  /** The recipient has its outcome. */
  readonly settle: (message: OpenMessage, recipient: string) => void;
  readonly close: (message: OpenMessage) => void;
  readonly all: () => Iterable<OpenMessage>;
  /** How many were forgotten because there were too many. */
  readonly forgotten: () => number;
}

export function openMessages(mostOpen = MOST_OPEN): OpenMessages {
  const messageById = new Map<string, OpenMessage>();
  let weight = 0;
  let forgotten = 0;

  const close = (message: OpenMessage): void => {
    if (messageById.get(message.queueId) !== message) return;
    messageById.delete(message.queueId);
    weight -= weightOf(message);
  };
  /** The order of the map is that of the last touch. */
  const touch = (message: OpenMessage): void => {
    messageById.delete(message.queueId);
    messageById.set(message.queueId, message);
  };
  const makeRoom = (): void => {
    if (weight <= mostOpen) return;
    for (const oldest of messageById.values()) {
      close(oldest);
      forgotten += 1;
      if (weight <= mostOpen) return;
    }
  };
  return {
    find: (queueId) => messageById.get(queueId),
    take: (queueId) => {
      const known = messageById.get(queueId);
      if (known !== undefined) return known;
      const message: OpenMessage = {
        queueId: keptText(queueId),
        messageId: null,
        sender: null,
        subject: null,
        sizeBytes: null,
        arrivedMs: null,
        isOnHold: false,
        hasOutcome: false,
        recipients: new Map(),
      };
      messageById.set(message.queueId, message);
      weight += 1;
      makeRoom();
      return message;
    },
    keep: (message, recipient, told) => {
      const key = keptText(recipient);
      const before = message.recipients.get(key);
      weight += weightOfRecipient(told) - (before === undefined ? 0 : weightOfRecipient(before));
      message.recipients.set(key, told);
      touch(message);
      makeRoom();
    },
    settle: (message, recipient) => {
      const before = message.recipients.get(recipient);
      message.hasOutcome = true;
      if (before === undefined) return;
      message.recipients.delete(recipient);
      weight -= weightOfRecipient(before);
    },
    close,
    all: () => messageById.values(),
    forgotten: () => forgotten,
  };
}

/** One that is over leaves with its outcome, or with the one that is given. */
export function mailOf(
  message: OpenMessage,
  recipient: string,
  told: OpenRecipient,
  state?: RelayState,
): RelayMail {
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
    state: state ?? told.state,
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
