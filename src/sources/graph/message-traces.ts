/** The list of message traces: how a question is spelled, and what a row says. */
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import type { TraceQuestion } from '#mailflow/trace/question.js';

import { type Decoder, field, finiteNumber, instant, nonEmptyText, orNull, record, text } from '../decode.js';

export const MESSAGE_TRACES_PATH = '/admin/exchange/tracing/messageTraces';

/** The service's own spelling: it compares exactly in some places. */
const STATUS_WORDS = [
  'gettingStatus',
  'pending',
  'failed',
  'delivered',
  'expanded',
  'quarantined',
  'filteredAsSpam',
  'recalled',
] as const;

function bracketed(messageId: string): string {
  return messageId.startsWith('<') ? messageId : `<${messageId}>`;
}

function statusWord(given: string): string {
  return STATUS_WORDS.find((word) => word.toLowerCase() === given.toLowerCase()) ?? given;
}

/** The plan gives a value for each property at most: of several, the service keeps the last one and says nothing. */
export function filterOf(question: TraceQuestion): string {
  const equal = (property: string, values: readonly string[]): readonly string[] =>
    values.map((value) => `${property} eq ${literal(value)}`);
  return [
    `receivedDateTime ge ${bound(question.window.from)}`,
    `receivedDateTime le ${bound(question.window.to)}`,
    ...equal('senderAddress', question.senders),
    ...equal('recipientAddress', question.recipients),
    ...equal('messageId', question.messageIds.map(bracketed)),
    ...equal('id', question.messageTraceIds),
    ...equal('status', question.statuses.map(statusWord)),
    ...(question.subject === null ? [] : [`contains(subject,${literal(question.subject)})`]),
  ].join(' and ');
}

/** OData: a quote within a text is doubled. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** For a URL. Half a character has no UTF-8 and is sent as U+FFFD; it can come in an address, for JSON can spell it. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\uFFFD'));
}

function bound(instantUtc: Date): string {
  return `${instantUtc.toISOString().slice(0, 19)}Z`;
}

/** A row as exchangeMessageTrace of Graph v1.0. Who, when and how it stands must be there; the rest may be null. */
export const decodeTrace: Decoder<TraceEntry> = (value, place) => {
  const row = record(value, place);
  return {
    messageTraceId: field(row, 'id', nonEmptyText, place),
    messageId: field(row, 'messageId', orNull(text), place),
    sender: field(row, 'senderAddress', orNull(text), place) ?? '',
    recipient: field(row, 'recipientAddress', nonEmptyText, place),
    subject: field(row, 'subject', orNull(text), place),
    receivedAt: field(row, 'receivedDateTime', instant, place),
    sizeBytes: field(row, 'size', orNull(finiteNumber), place),
    fromIp: emptyAsNull(field(row, 'fromIP', orNull(text), place)),
    toIp: emptyAsNull(field(row, 'toIP', orNull(text), place)),
    status: field(row, 'status', text, place),
    directionHint: null,
    events: null,
  };
};

function emptyAsNull(value: string | null): string | null {
  return value === '' ? null : value;
}
