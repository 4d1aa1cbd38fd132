/** The list of message traces: how a question is spelled, and what a row says. */
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import type { TraceQuestion } from '#mailflow/trace/question.js';

import {
  type Decoder,
  finiteNumber,
  instant,
  named,
  nonEmptyText,
  orNull,
  type Place,
  record,
  sameAgain,
  text,
} from '../decode.js';

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

const textOrNull = orNull(text);
const numberOrNull = orNull(finiteNumber);

/**
 * Reads rows as exchangeMessageTrace of Graph v1.0. Who, when and how it stands must be there; the rest may be null.
 * Rows come newest first and many of one second, so that an instant is made once for all of them.
 */
export function createTraceDecoder(): Decoder<TraceEntry> {
  const instantOfRow = sameAgain(instant);
  return (value, place) => decodeTrace(record(value, place), instantOfRow, place);
}

function decodeTrace(
  row: Readonly<Record<string, unknown>>,
  instantOfRow: Decoder<Date>,
  place: Place,
): TraceEntry {
  return {
    messageTraceId: named(row['id'], 'id', nonEmptyText, place),
    messageId: named(row['messageId'], 'messageId', textOrNull, place),
    sender: named(row['senderAddress'], 'senderAddress', textOrNull, place) ?? '',
    recipient: named(row['recipientAddress'], 'recipientAddress', nonEmptyText, place),
    subject: named(row['subject'], 'subject', textOrNull, place),
    receivedAt: named(row['receivedDateTime'], 'receivedDateTime', instantOfRow, place),
    sizeBytes: named(row['size'], 'size', numberOrNull, place),
    fromIp: emptyAsNull(named(row['fromIP'], 'fromIP', textOrNull, place)),
    toIp: emptyAsNull(named(row['toIP'], 'toIP', textOrNull, place)),
    status: named(row['status'], 'status', text, place),
    directionHint: null,
    events: null,
  };
}

function emptyAsNull(value: string | null): string | null {
  return value === '' ? null : value;
}
