import { addressKey } from '../address/address.js';
import { messageIdKey, traceIdKey } from './delivery-key.js';
import { bareWord } from './status.js';
import type { TraceQuery } from './trace-source.js';

/** The shape of a question that leaves nothing out. */
export const ALL_MAIL = '';

/**
 * What is asked, apart from when: two questions of one shape are about the same mail, and what one of them has proven
 * the other may use.
 */
export function shapeOf(question: TraceQuery): string {
  const { senders, recipients, subject, messageIds, messageTraceIds, statuses } = question;
  const parts = [
    keysOf(senders, addressKey),
    keysOf(recipients, addressKey),
    subject === null || subject === '' ? [] : [subject.toLowerCase()],
    keysOf(messageIds, messageIdKey),
    keysOf(messageTraceIds, traceIdKey),
    keysOf(statuses, bareWord),
  ];
  return parts.every((keys) => keys.length === 0) ? ALL_MAIL : JSON.stringify(parts);
}

function keysOf(values: readonly string[], keyOf: (value: string) => string): readonly string[] {
  return [...new Set(values.map(keyOf))].toSorted();
}
