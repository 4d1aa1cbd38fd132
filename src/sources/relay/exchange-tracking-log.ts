/**
 * The message tracking log of Exchange Server: the raw files, in UTC, and what `Get-MessageTrackingLog | Export-Csv` makes of
 * them, in the zone and the culture of the admin's machine.
 */
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import { copyText } from '#sources/rows/copied-text.js';
import type { Row } from '#sources/rows/csv-rows.js';
import { splitRecipients, splitStatuses } from '#sources/rows/recipient-list.js';

import { ExchangeDates } from './exchange-dates.js';
import { type EventMeaning, meaningOf } from './exchange-events.js';
import { FOLD_LIMITS, type FoldLimits, type TrackingEvent, TrackingFold } from './exchange-fold.js';
import { looksLikeJson, openInput } from './exchange-input.js';
import { ExchangeReport, type RecordProblem } from './exchange-report.js';
import { beginsTable, openTable } from './exchange-table.js';
import { keepUndecided } from './exchange-undecided.js';
import { bytesIn, squashedName, textIn } from './exchange-values.js';
import { notesOf } from './relay-notes.js';
import type { RelayContext, RelayFormat, RelayReader } from './relay-reader.js';

export const exchangeTrackingLog: RelayFormat = {
  name: 'exchange-tracking-log',
  title: 'a message tracking log of Exchange Server, raw or exported by `Get-MessageTrackingLog`',
  accepts: (beginning) => !looksLikeJson(beginning) && beginsTable(beginning, columnsOf),
  open: (context) => openTracking(context, FOLD_LIMITS),
};

const MAX_REPLY_LENGTH = 16_384;
const SEMICOLON = /;/;
/** A list exported from a shell is joined in whichever way the admin chose. */
const ANY_SEPARATOR = /[;,\s]/;

export function openTracking(context: RelayContext, limits: FoldLimits): RelayReader {
  const report = new ExchangeReport();
  const dates = new ExchangeDates(context);
  let ready: RelayMail[] = [];
  let withoutRecipients = 0;
  let letGo = 0;
  const fold = new TrackingFold(limits, (mail) => ready.push(mail));
  const use = (event: TrackingEvent): void => {
    if (event.recipients.includes('')) withoutRecipients += 1;
    report.sawTime(event.atMs);
    fold.take(event);
    for (; letGo < fold.letGo; letGo += 1) report.countBroken(TOO_MANY, () => null);
  };
  const dated = keepUndecided<DatedEvent>(dates, ({ event, date }) => {
    const atMs = dates.instant(date);
    if (Number.isNaN(atMs)) report.countBroken(NO_DATE, () => null);
    else use({ ...event, atMs });
  });
  const readRow = (row: Row, columns: Columns): RecordProblem => {
    const date = row[columns.date] ?? '';
    const atMs = columns.isRaw ? dates.instant(date) : Number.NaN;
    if (columns.isRaw ? Number.isNaN(atMs) : !dates.isDate(date)) return NO_DATE;
    const event = eventOf(row, columns, atMs);
    if (typeof event === 'string') return event;
    if (event === null) report.sawTime(atMs);
    else if (columns.isRaw) use(event);
    else dated.take({ event: copyOf(event), date: copyText(date) }, date);
    return null;
  };
  const input = openInput(() => openTable({ recognise: columnsOf, readRow, expected: EXPECTED }, report));
  const taken = (): readonly RelayMail[] => {
    const mails = ready;
    ready = [];
    return mails;
  };
  return {
    text: (piece) => {
      input.text(piece);
      return taken();
    },
    end: () => {
      input.end();
      dated.end();
      fold.end();
      return taken();
    },
    report: () => report.describe([...dates.notes(), ...remarksOf(withoutRecipients, letGo, limits)]),
  };
}

/** An event whose time is still to be read. */
interface DatedEvent {
  readonly event: TrackingEvent;
  readonly date: string;
}

const NO_DATE = 'its date cannot be read';
const TOO_MANY = 'too much was open at once to keep it';
const EXPECTED = 'the fields of a message tracking log: Timestamp, EventId, Source and Recipients';

/** Places; -1 for a column that the log does not have. */
interface Columns {
  readonly isRaw: boolean;
  readonly date: number;
  readonly event: number;
  readonly source: number;
  readonly internalId: number;
  readonly messageId: number;
  readonly networkId: number;
  readonly recipient: number;
  readonly recipientStatus: number;
  readonly related: number;
  readonly size: number;
  readonly subject: number;
  readonly sender: number;
  readonly returnPath: number;
  readonly serverHost: number;
  readonly serverIp: number;
  readonly context: number;
}

/** An Extended report of Exchange Online has most of these columns too, but no `Timestamp` and no line of fields. */
function columnsOf(names: readonly string[], isFieldsLine: boolean): Columns | null {
  const squashed = names.map(squashedName);
  const place = (...accepted: readonly string[]): number =>
    squashed.findIndex((name) => accepted.includes(name));
  const columns: Columns = {
    isRaw: isFieldsLine,
    date: isFieldsLine ? place('datetime') : place('timestamp'),
    event: place('eventid'),
    source: place('source'),
    internalId: place('internalmessageid'),
    messageId: place('messageid'),
    networkId: place('networkmessageid'),
    recipient: isFieldsLine ? place('recipientaddress') : place('recipients', 'recipientaddress'),
    recipientStatus: place('recipientstatus'),
    related: place('relatedrecipientaddress'),
    size: place('totalbytes'),
    subject: place('messagesubject'),
    sender: isFieldsLine ? place('senderaddress') : place('sender', 'senderaddress'),
    returnPath: place('returnpath'),
    serverHost: place('serverhostname'),
    serverIp: place('serverip'),
    context: place('sourcecontext'),
  };
  const namesMessage = columns.internalId !== -1 || columns.messageId !== -1 || columns.networkId !== -1;
  const isLog = columns.date !== -1 && columns.event !== -1 && columns.recipient !== -1;
  return isLog && namesMessage && columns.source !== -1 ? columns : null;
}

/** Null for a row that does not matter here. Its texts are pieces of a block: to be looked at, not kept. */
function eventOf(row: Row, columns: Columns, atMs: number): TrackingEvent | RecordProblem {
  const word = row[columns.event] ?? '';
  if (word === '') return 'it names no event';
  const meaning = meaningOf(word);
  if (meaning === null) return null;
  const at = (place: number): string => row[place] ?? '';
  const internalId = at(columns.internalId);
  const messageId = at(columns.messageId);
  const key = at(columns.networkId) || messageId || internalId;
  if (key === '') return 'it names no message';
  const recipients = recipientsAt(at(columns.recipient), columns);
  return {
    atMs,
    meaning,
    key,
    queueId: internalId === '' ? key : internalId,
    messageId,
    sender: senderAt(row, columns),
    subject: at(columns.subject).slice(0, MAX_SUBJECT_LENGTH),
    sizeBytes: bytesIn(at(columns.size)),
    recipients,
    replies: repliesAt(at(columns.recipientStatus), at(columns.context), recipients.length),
    related: recipientsAt(at(columns.related), columns),
    nextHop: passesOn(meaning, at(columns.source)) ? at(columns.serverHost) || at(columns.serverIp) : '',
  };
}

const MAX_SUBJECT_LENGTH = 4096;

/** Only where mail is passed on by SMTP is the server of the event that of the next hop; elsewhere it is the one that writes. */
function passesOn(meaning: EventMeaning, source: string): boolean {
  return source === 'SMTP' && (meaning === 'deferred' || meaning === 'delivered' || meaning === 'bounced');
}

/** One that nobody names, where the export printed the type of the list instead of the list. */
function recipientsAt(cell: string, columns: Columns): readonly string[] {
  if (cell === '') return [];
  if (columns.isRaw) return splitRecipients(cell, SEMICOLON);
  const text = textIn(cell);
  return text === '' ? [''] : splitRecipients(text.replaceAll(/^\{|\}$/g, ''), ANY_SEPARATOR);
}

/** The reverse path where the log has it, else the sender of the header. */
function senderAt(row: Row, columns: Columns): string | null {
  const path = (row[columns.returnPath] ?? '').trim();
  const sender = path === '' ? (row[columns.sender] ?? '').trim() : path;
  if (sender === '') return null;
  return sender === '<>' ? '' : sender;
}

/** The reply for each recipient, else the reason that the server gives for all of them. */
function repliesAt(status: string, context: string, count: number): readonly string[] {
  const cell = status === '' ? context.slice(0, MAX_REPLY_LENGTH) : textIn(status);
  if (cell.startsWith("'")) return quotedMembers(cell);
  return splitStatuses(cell, Math.max(1, count)).map((text) => text.slice(0, MAX_REPLY_LENGTH));
}

/** Members of a list that hold a `;` stand in single quotes, which are doubled within them. */
function quotedMembers(cell: string): readonly string[] {
  const members: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= cell.length; at += 1) {
    const character = cell.charAt(at);
    if (character === "'") quoted = !quoted;
    if (at < cell.length && (quoted || character !== ';')) continue;
    members.push(unquoted(cell.slice(start, at)));
    start = at + 1;
  }
  return members;
}

function unquoted(member: string): string {
  const inner = member.startsWith("'") ? member.slice(1, member.endsWith("'") ? -1 : undefined) : member;
  return inner.replaceAll("''", "'").slice(0, MAX_REPLY_LENGTH);
}

function copyOf(event: TrackingEvent): TrackingEvent {
  return {
    ...event,
    key: copyText(event.key),
    queueId: copyText(event.queueId),
    messageId: copyText(event.messageId),
    sender: event.sender === null ? null : copyText(event.sender),
    subject: copyText(event.subject),
    recipients: event.recipients.map(copyText),
    replies: event.replies.map(copyText),
    related: event.related.map(copyText),
    nextHop: copyText(event.nextHop),
  };
}

function remarksOf(withoutRecipients: number, letGo: number, limits: FoldLimits): readonly string[] {
  return notesOf([
    [
      withoutRecipients,
      `Events that print a type in the place of their recipients, so that messages count once each: ${withoutRecipients}. Export with @{n='Recipients';e={$_.Recipients -join ';'}}.`,
    ],
    [
      letGo,
      `More than ${limits.mostOpen} messages were open at once, and these many had to be forgotten: ${letGo}. More may be held than is told; give the log in parts.`,
    ],
  ]);
}
