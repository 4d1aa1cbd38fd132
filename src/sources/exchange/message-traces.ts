/** Get-MessageTraceV2: how a question is spelled, and what a row says. */
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { EXCHANGE_TERMS, type TraceQuestion } from '#mailflow/trace/question.js';

import {
  type Decoder,
  field,
  finiteNumber,
  instant,
  nonEmptyText,
  orNull,
  type Place,
  record,
  text,
} from '../decode.js';
import type { Command } from './admin-client.js';

/** Where an answer ended, in the service's own spelling: the next one begins with the same row. */
export interface Cursor {
  /** Seven digits behind the second; fewer would leave rows out. */
  readonly received: string;
  readonly recipient: string;
}

export interface TraceRow {
  readonly entry: TraceEntry;
  readonly cursor: Cursor;
}

/** The words that the parameter takes. Others, though rows may have them, are refused, or accepted and find nothing. */
const STATUS_WORDS: readonly string[] = [
  'Delivered',
  'Expanded',
  'Failed',
  'FilteredAsSpam',
  'GettingStatus',
  'Pending',
  'Quarantined',
];

/** The question as far as the service can be asked it: a status that it does not take is looked for in all rows. */
export function askable(question: TraceQuestion): TraceQuestion {
  const statuses = question.statuses.map(statusWord).filter((word) => word !== null);
  return { ...question, statuses: statuses.length === question.statuses.length ? statuses : [] };
}

function statusWord(given: string): string | null {
  return STATUS_WORDS.find((word) => word.toLowerCase() === given.toLowerCase()) ?? null;
}

export function traceCommand(question: TraceQuestion, cursor: Cursor | null): Command {
  const { window, senders, recipients, messageIds, messageTraceIds, statuses, subject } = question;
  const several = (name: string, values: readonly string[]) =>
    values.length === 0 ? {} : { [name]: values };
  const [traceId] = messageTraceIds;
  return {
    cmdlet: 'Get-MessageTraceV2',
    parameters: {
      StartDate: bound(window.from),
      EndDate: cursor?.received ?? bound(window.to),
      ...several('SenderAddress', senders),
      ...several('RecipientAddress', recipients),
      ...several('MessageId', messageIds.map(bracketed)),
      ...(traceId === undefined ? {} : { MessageTraceId: traceId }),
      ...several('Status', statuses),
      ...(subject === null ? {} : { Subject: subject, SubjectFilterType: 'Contains' }),
      ResultSize: EXCHANGE_TERMS.rowsPerPage,
      ...(cursor === null ? {} : { StartingRecipientAddress: cursor.recipient }),
    },
  };
}

function bracketed(messageId: string): string {
  return messageId.startsWith('<') ? messageId : `<${messageId}>`;
}

export function bound(instantUtc: Date): string {
  return `${instantUtc.toISOString().slice(0, 19)}Z`;
}

/** Who, when and how it stands must be there; the rest may be null. */
export const decodeTrace: Decoder<TraceRow> = (value, place) => {
  const row = record(value, place);
  const recipient = field(row, 'RecipientAddress', nonEmptyText, place);
  const entry = {
    messageTraceId: field(row, 'MessageTraceId', nonEmptyText, place),
    messageId: field(row, 'MessageId', orNull(text), place),
    sender: field(row, 'SenderAddress', orNull(text), place) ?? '',
    recipient,
    subject: field(row, 'Subject', orNull(text), place),
    receivedAt: field(row, 'Received', instant, place),
    sizeBytes: field(row, 'Size', orNull(size), place),
    fromIp: emptyAsNull(field(row, 'FromIP', orNull(text), place)),
    toIp: emptyAsNull(field(row, 'ToIP', orNull(text), place)),
    status: field(row, 'Status', text, place),
    directionHint: null,
    events: null,
  };
  return { entry, cursor: { received: field(row, 'Received', text, place), recipient } };
};

/** A number; PowerShell writes sizes as text too, at times as `4.6 KB (4,711 bytes)`. */
function size(value: unknown, place: Place): number {
  if (typeof value !== 'string') return finiteNumber(value, place);
  const digits = /^\d{1,15}$/.exec(value)?.[0] ?? /\(([\d,]{1,20}) bytes\)$/.exec(value)?.[1];
  return finiteNumber(digits === undefined ? value : Number(digits.replaceAll(',', '')), place);
}

function emptyAsNull(value: string | null): string | null {
  return value === '' ? null : value;
}
