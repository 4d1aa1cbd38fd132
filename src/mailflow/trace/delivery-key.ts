import { addressKey } from '../address/address.js';
import type { TraceEntry } from './delivery.js';

const SEPARATOR = '\u0000';
const PLAIN_GUID_LENGTH = 32;

/**
 * What makes a delivery one and the same, whichever page, slice or file it came from: its message (by
 * `messageKey`) and its recipient.
 */
export function deliveryKey(message: string, recipient: string): string {
  return message + SEPARATOR + addressKey(recipient);
}

type MessageFacts = Pick<
  TraceEntry,
  'messageTraceId' | 'messageId' | 'sender' | 'subject' | 'receivedAt' | 'sizeBytes'
>;

/**
 * What makes a message one and the same. Exports may leave out the trace id and even the Message-ID; then two
 * rows are one when all that stays the same over time is equal.
 */
export function messageKey(entry: MessageFacts): string {
  const traceId = entry.messageTraceId === null ? '' : traceIdKey(entry.messageTraceId);
  if (traceId !== '') return traceId;
  const messageId = entry.messageId === null ? '' : messageIdKey(entry.messageId);
  if (messageId !== '') return `<${messageId}>`;
  const { sender, subject, receivedAt, sizeBytes } = entry;
  return JSON.stringify([addressKey(sender), subject, receivedAt.getTime(), sizeBytes]);
}

/** True when only the looks of a row tell it from another. */
export function isAnonymous(entry: TraceEntry): boolean {
  return !entry.messageTraceId && !entry.messageId;
}

/** Comparable form of a trace id: files write the GUID with or without hyphens and braces, in either case. */
export function traceIdKey(id: string): string {
  const lower = id.trim().toLowerCase();
  const bare = lower.startsWith('{') && lower.endsWith('}') ? lower.slice(1, -1) : lower;
  return bare.length === PLAIN_GUID_LENGTH && !bare.includes('-') ? hyphenated(bare) : bare;
}

function hyphenated(guid: string): string {
  const cuts = [0, 8, 12, 16, 20, PLAIN_GUID_LENGTH];
  return cuts
    .slice(1)
    .map((end, index) => guid.slice(cuts[index], end))
    .join('-');
}

/** Comparable form of a Message-ID: without angle brackets. Its case is kept, for the left side may rely on it. */
export function messageIdKey(id: string): string {
  const bare = id.trim();
  return bare.startsWith('<') && bare.endsWith('>') ? bare.slice(1, -1) : bare;
}
