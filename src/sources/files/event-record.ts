/** What one row of an event-level export says, and the short text in which it is kept. */
import type { Direction } from '#mailflow/trace/delivery.js';

/** What a row says of its message; null where it is silent. */
export interface MessageFacts {
  readonly traceId: string | null;
  readonly messageId: string | null;
  readonly sender: string | null;
  readonly subject: string | null;
  readonly sizeBytes: number | null;
  readonly fromIp: string | null;
  readonly direction: Direction | null;
}

export interface EventFacts extends MessageFacts {
  /** The next hop, which may differ from recipient to recipient. */
  readonly toIp: string | null;
}

export interface EventRecord {
  readonly atMs: number;
  readonly word: string;
  readonly description: string;
  readonly data: string;
  /** False in the rows of a group's members: EXPAND tells that they became recipients, not what became of their mail. */
  readonly isOwn: boolean;
}

export function encodeEvent(event: EventRecord): string {
  return JSON.stringify([event.atMs, event.word, event.isOwn ? 1 : 0, event.description, event.data]);
}

export function decodeEvent(text: string): EventRecord {
  const [atMs, word, own, description, data] = parseList(text);
  return {
    atMs: Number(atMs),
    word: textOf(word) ?? '',
    description: textOf(description) ?? '',
    data: textOf(data) ?? '',
    isOwn: own === 1,
  };
}

export function encodeFacts(facts: MessageFacts): string {
  return JSON.stringify([
    facts.traceId,
    facts.messageId,
    facts.sender,
    facts.subject,
    facts.sizeBytes,
    facts.fromIp,
    facts.direction,
  ]);
}

export function decodeFacts(text: string): MessageFacts {
  const [traceId, messageId, sender, subject, sizeBytes, fromIp, direction] = parseList(text);
  return {
    traceId: textOf(traceId),
    messageId: textOf(messageId),
    sender: textOf(sender),
    subject: textOf(subject),
    sizeBytes: typeof sizeBytes === 'number' ? sizeBytes : null,
    fromIp: textOf(fromIp),
    direction: direction === 'inbound' || direction === 'outbound' ? direction : null,
  };
}

/** One bit for each fact that a row states. */
export function knownBits(facts: MessageFacts): number {
  return (
    (facts.messageId === null ? 0 : 1) |
    (facts.sender === null ? 0 : 2) |
    (facts.subject === null ? 0 : 4) |
    (facts.sizeBytes === null ? 0 : 8) |
    (facts.fromIp === null ? 0 : 16) |
    (facts.direction === null ? 0 : 32)
  );
}

/** The first row to state a fact is right. */
export function mergedFacts(before: MessageFacts, later: MessageFacts): MessageFacts {
  return {
    traceId: before.traceId,
    messageId: before.messageId ?? later.messageId,
    sender: before.sender ?? later.sender,
    subject: before.subject ?? later.subject,
    sizeBytes: before.sizeBytes ?? later.sizeBytes,
    fromIp: before.fromIp ?? later.fromIp,
    direction: before.direction ?? later.direction,
  };
}

function parseList(text: string): readonly unknown[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
