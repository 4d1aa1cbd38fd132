/**
 * Messages in the queues of Exchange Server: `Get-Message`, as CSV or as JSON. A message stands for each of its recipients,
 * or for all of them where the export leaves them out.
 */
import type { RelayMail, RelayState } from '#mailflow/relay/relay-mail.js';
import { parseReasonRecord } from '#mailflow/smtp/reason-record.js';
import { copyText } from '#sources/rows/copied-text.js';
import type { Row } from '#sources/rows/csv-rows.js';

import { ExchangeDates } from './exchange-dates.js';
import {
  destinationOf,
  idOf,
  isPoison,
  isShadow,
  messageIdentityIn,
  queueIdentityIn,
  queueOf,
} from './exchange-identity.js';
import { looksLikeJson, openInput } from './exchange-input.js';
import { openJson } from './exchange-json.js';
import { ExchangeReport, type RecordProblem } from './exchange-report.js';
import { beginsTable, openTable } from './exchange-table.js';
import { keepUndecided } from './exchange-undecided.js';
import {
  bytesIn,
  type FieldOf,
  keptIn,
  recipientsIn,
  type RecipientValue,
  squashedName,
  textIn,
} from './exchange-values.js';
import { notesOf } from './relay-notes.js';
import type { RelayContext, RelayFormat, RelayReader } from './relay-reader.js';

export const exchangeMessages: RelayFormat = {
  name: 'exchange-messages',
  title: 'the messages of `Get-Message` as CSV or JSON',
  accepts: (beginning) =>
    looksLikeJson(beginning) ? beginsJson(beginning) : beginsTable(beginning, columnsOf),
  open: openMessages,
};

/** Characters; replies have 512, records a few thousand. */
const MAX_REPLY_LENGTH = 16_384;

/** The message as the export tells it, dates not yet read. */
interface Told {
  readonly identity: string;
  readonly queue: string;
  readonly messageId: string | null;
  readonly sender: string | null;
  readonly subject: string | null;
  readonly sizeBytes: number | null;
  readonly received: string;
  readonly expires: string;
  readonly status: string;
  readonly lastError: string | null;
  readonly recipients: readonly RecipientValue[];
}

function openMessages(context: RelayContext): RelayReader {
  const report = new ExchangeReport();
  const dates = new ExchangeDates(context);
  const counts = { withoutRecipients: 0, shadows: 0, unknownStates: 0 };
  let ready: RelayMail[] = [];
  const records = keepUndecided<Told>(dates, (told) => {
    const arrivedAt = dates.known(told.received);
    if (arrivedAt === null && told.received !== '') report.countBroken('its date cannot be read', () => null);
    else report.sawTime(arrivedAt?.getTime() ?? Number.NaN);
    if (told.recipients.length === 0) counts.withoutRecipients += 1;
    if (!KNOWN_STATES.has(told.status.toLowerCase())) counts.unknownStates += 1;
    const expiresAt = arrivedAt === null ? null : dates.known(told.expires);
    const isLater = expiresAt !== null && arrivedAt !== null && expiresAt > arrivedAt;
    const mails = mailsOf(told, arrivedAt, dates);
    ready.push(...(isLater ? mails.map((mail) => ({ ...mail, expiresAt })) : mails));
  });
  const readRecord = (field: FieldOf): RecordProblem => {
    const told = toldBy(field);
    if (told.identity === '' && told.messageId === null) return 'it names no message';
    if (isShadow(told.queue)) counts.shadows += 1;
    else records.take(told, told.received);
    return null;
  };
  const readRow = (row: Row, columns: Columns): RecordProblem =>
    readRecord((name) => row[columns.get(name) ?? -1]);
  const input = openInput((beginning) =>
    looksLikeJson(beginning)
      ? openJson(readRecord, report)
      : openTable({ recognise: columnsOf, readRow, expected: EXPECTED }, report),
  );
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
      records.end();
      return taken();
    },
    report: () => report.describe([...dates.notes(), ...remarksOf(counts)]),
  };
}

type Columns = ReadonlyMap<string, number>;

const EXPECTED = 'the columns Identity, FromAddress, Status and DateReceived';

/** An export of some columns will do, if they tell which message waits, from whom, and something of how. */
function columnsOf(names: readonly string[], isFieldsLine: boolean): Columns | null {
  if (isFieldsLine) return null;
  const columns = new Map(names.map((name, place) => [squashedName(name), place]));
  const has = (name: string): boolean => columns.has(name);
  const namesMessage = has('identity') || has('internetmessageid') || has('messageidentity');
  const isQueued = has('datereceived') || has('status') || has('lasterror') || has('queue');
  return has('fromaddress') && namesMessage && isQueued ? columns : null;
}

/** A name followed by a colon is a member: within a text its quotes would be escaped. */
function beginsJson(beginning: string): boolean {
  const has = (name: string): boolean => new RegExp(`"${name}"\\s*:`).test(beginning);
  const names = ['DateReceived', 'InternetMessageId', 'Identity', 'Queue', 'LastError'].filter(has);
  return has('FromAddress') && names.length >= 2 && !has('MessageCount');
}

function toldBy(field: FieldOf): Told {
  const identity = messageIdentityIn(field('identity')) || messageIdentityIn(field('messageidentity'));
  const sender = textIn(field('fromaddress')).trim();
  return {
    identity,
    queue: queueIdentityIn(field('queue')) || queueOf(identity),
    messageId: keptIn(field('internetmessageid')),
    sender: senderOf(sender),
    subject: keptIn(field('subject')),
    sizeBytes: bytesIn(field('size')),
    received: copyText(textIn(field('datereceived')).trim()),
    expires: copyText(textIn(field('expirationtime')).trim()),
    status: copyText(textIn(field('status')).trim()),
    lastError: keptIn(textIn(field('lasterror')).trim().slice(0, MAX_REPLY_LENGTH)),
    recipients: recipientsIn(field('recipients')),
  };
}

/** Exchange writes the empty sender of a DSN as `<>`; an empty cell says nothing. */
function senderOf(cell: string): string | null {
  if (cell === '') return null;
  return cell === '<>' ? '' : copyText(cell);
}

const EVERYBODY: RecipientValue = { address: '', status: '', lastError: '' };

function mailsOf(told: Told, arrivedAt: Date | null, dates: ExchangeDates): readonly RelayMail[] {
  const recipients = told.recipients.length === 0 ? [EVERYBODY] : told.recipients;
  return recipients.map((recipient) => {
    const own = recipient.lastError.trim().slice(0, MAX_REPLY_LENGTH);
    const reply = own === '' ? told.lastError : copyText(own);
    const record = reply === null ? null : parseReasonRecord(reply);
    return {
      queueId: told.identity === '' ? (told.messageId ?? '') : idOf(told.identity),
      messageId: told.messageId,
      sender: told.sender,
      recipient: recipient.address,
      subject: told.subject,
      sizeBytes: told.sizeBytes,
      arrivedAt,
      lastAttemptAt: reply === null ? null : dates.lastTry(reply, arrivedAt),
      nextHop: record?.host ?? record?.address ?? destinationOf(told.queue),
      state: stateOf(told, recipient, reply),
      reply,
    };
  });
}

const KNOWN_STATES: ReadonlySet<string> = new Set([
  '',
  'none',
  'active',
  'ready',
  'retry',
  'locked',
  'suspended',
  'pendingsuspend',
  'pendingremove',
]);

/**
 * A message that was suspended or removed while it was being sent goes on unless that fails. One that is ready or locked and
 * has an error has been tried before; so has one whose state is in no list of ours.
 */
function stateOf(told: Told, recipient: RecipientValue, reply: string | null): RelayState {
  if (recipient.status.toLowerCase() === 'complete') return 'delivered';
  if (isPoison(told.queue)) return 'on-hold';
  switch (told.status.toLowerCase()) {
    case 'suspended':
      return 'on-hold';
    case 'retry':
      return 'deferred';
    case 'active':
    case 'pendingsuspend':
    case 'pendingremove':
      return 'active';
    default:
      return reply === null && recipient.status.toLowerCase() !== 'retry' ? 'active' : 'deferred';
  }
}

function remarksOf(counts: {
  readonly withoutRecipients: number;
  readonly shadows: number;
  readonly unknownStates: number;
}): readonly string[] {
  return notesOf([
    [
      counts.withoutRecipients,
      `Messages that are told without recipients and count once each: ${counts.withoutRecipients}. Export with Get-Message -IncludeRecipientInfo and @{n='Recipients';e={$_.Recipients.Address -join ';'}}.`,
    ],
    [
      counts.shadows,
      `Messages of shadow queues, left out because they are copies of what another server holds: ${counts.shadows}.`,
    ],
    [
      counts.unknownStates,
      `Messages whose status is not known, so that their last error decides whether they were tried: ${counts.unknownStates}. For JSON, add -EnumsAsStrings.`,
    ],
  ]);
}
