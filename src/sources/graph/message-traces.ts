/** The list of message traces: which requests a question becomes, and what a row says. */
import { slicesOf, type TimeWindow, wholeSeconds } from '#mailflow/time-window.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import { type Decoder, finiteNumber, instant, named, nonEmptyText, orNull, record, text } from '../decode.js';

export const MESSAGE_TRACES_PATH = '/admin/exchange/tracing/messageTraces';
export const PAGE_SIZE = 5000;
const SLICE_DAYS = 10;

/** One request: a value for each property at most, for the service keeps only the last one and says nothing. */
export interface TraceQuestion {
  readonly window: TimeWindow;
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly subject: string | null;
  readonly messageId: string | null;
  readonly messageTraceId: string | null;
  readonly status: string | null;
}

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

/** Every combination of the alternatives, slice by slice, newest first. The end may not lie in the future, so it is cut at `now`. */
export function questionsOf(query: TraceQuery, window: TimeWindow, now: Date): readonly TraceQuestion[] {
  return slicesOf(askableWindow(window, now), SLICE_DAYS).flatMap((slice) =>
    product([
      query.senders,
      query.recipients,
      query.messageIds.map(bracketed),
      query.messageTraceIds,
      query.statuses,
    ]).map(([sender = null, recipient = null, messageId = null, messageTraceId = null, status = null]) => ({
      window: slice,
      sender,
      recipient,
      messageId,
      messageTraceId,
      status: status === null ? null : statusWord(status),
      subject: query.subject,
    })),
  );
}

function askableWindow(window: TimeWindow, now: Date): TimeWindow {
  const whole = wholeSeconds(window);
  const lastMs = Math.floor(now.getTime() / 1000) * 1000;
  const isCut = whole.to.getTime() > lastMs && lastMs >= whole.from.getTime();
  return isCut ? { from: whole.from, to: new Date(lastMs) } : whole;
}

/** An empty list stands for "any" and becomes null. */
function product(lists: readonly (readonly string[])[]): readonly (readonly (string | null)[])[] {
  return lists.reduce<readonly (readonly (string | null)[])[]>(
    (tuples, values) => {
      const choices = values.length === 0 ? [null] : [...new Set(values)];
      return tuples.flatMap((tuple) => choices.map((choice) => [...tuple, choice]));
    },
    [[]],
  );
}

function bracketed(messageId: string): string {
  return messageId.startsWith('<') ? messageId : `<${messageId}>`;
}

function statusWord(given: string): string {
  return STATUS_WORDS.find((word) => word.toLowerCase() === given.toLowerCase()) ?? given;
}

export function filterOf(question: TraceQuestion): string {
  const equal = (property: string, value: string | null): readonly string[] =>
    value === null ? [] : [`${property} eq ${literal(value)}`];
  return [
    `receivedDateTime ge ${bound(question.window.from)}`,
    `receivedDateTime le ${bound(question.window.to)}`,
    ...equal('senderAddress', question.sender),
    ...equal('recipientAddress', question.recipient),
    ...equal('messageId', question.messageId),
    ...equal('id', question.messageTraceId),
    ...equal('status', question.status),
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

/** A row as exchangeMessageTrace of Graph v1.0. Who, when and how it stands must be there; the rest may be null. */
export const decodeTrace: Decoder<TraceEntry> = (value, place) => {
  const row = record(value, place);
  return {
    messageTraceId: named(row['id'], 'id', nonEmptyText, place),
    messageId: named(row['messageId'], 'messageId', textOrNull, place),
    sender: named(row['senderAddress'], 'senderAddress', textOrNull, place) ?? '',
    recipient: named(row['recipientAddress'], 'recipientAddress', nonEmptyText, place),
    subject: named(row['subject'], 'subject', textOrNull, place),
    receivedAt: named(row['receivedDateTime'], 'receivedDateTime', instant, place),
    sizeBytes: named(row['size'], 'size', numberOrNull, place),
    fromIp: emptyAsNull(named(row['fromIP'], 'fromIP', textOrNull, place)),
    toIp: emptyAsNull(named(row['toIP'], 'toIP', textOrNull, place)),
    status: named(row['status'], 'status', text, place),
    directionHint: null,
    events: null,
  };
};

function emptyAsNull(value: string | null): string | null {
  return value === '' ? null : value;
}

/** Whether a row is what was asked for. The service ignores conditions that it does not like, and says nothing. */
export function answersQuestion(entry: TraceEntry, question: TraceQuestion): boolean {
  return (
    isInside(question.window, entry.receivedAt) &&
    isAddress(question.sender, entry.sender) &&
    isAddress(question.recipient, entry.recipient) &&
    isSame(question.messageId, entry.messageId) &&
    isSame(question.messageTraceId, entry.messageTraceId) &&
    isSame(question.status, entry.status) &&
    isPart(question.subject, entry.subject)
  );
}

/** Bounds are whole seconds; a row within the last second may be counted in by a service that cuts fractions off. */
function isInside({ from, to }: TimeWindow, receivedAt: Date): boolean {
  const ms = receivedAt.getTime();
  return ms >= from.getTime() && ms < to.getTime() + 1000;
}

/** `*@contoso.example` stands for a whole domain; the service knows no other wildcard. */
function isAddress(asked: string | null, found: string): boolean {
  if (asked?.startsWith('*@') === true) return found.toLowerCase().endsWith(asked.slice(1).toLowerCase());
  return isSame(asked, found);
}

function isSame(asked: string | null, found: string | null): boolean {
  return asked === null || asked.toLowerCase() === found?.toLowerCase();
}

function isPart(asked: string | null, found: string | null): boolean {
  if (asked === null || found === null) return asked === null;
  return (
    found.toLowerCase().includes(asked.toLowerCase()) || found.toUpperCase().includes(asked.toUpperCase())
  );
}
