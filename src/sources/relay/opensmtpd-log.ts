/**
 * What OpenSMTPD tells syslog, `-v` or not: `mta delivery evpid=… result="TempFail" stat="451 …"`. An envelope is a
 * message for one recipient and has an id of its own.
 */
import type { RelayState } from '#mailflow/relay/relay-mail.js';

import { endOfAddress } from './envelope-address.js';
import { readHost } from './host-name.js';
import { keptText } from './kept-text.js';
import { type Findings, type LineFormat, readLines } from './line-reader.js';
import { linesBehindTime, openLogClock } from './log-time.js';
import { openMessages, UNTRIED } from './open-messages.js';
import type { RelayContext, RelayFormat } from './relay-reader.js';

export const opensmtpdLog: RelayFormat = {
  name: 'opensmtpd-log',
  title: 'the mail log of OpenSMTPD (`maillog`)',
  accepts: (beginning) => linesBehindTime(beginning).some((line) => ENTRY.test(line)),
  open: (context) => readLines((findings) => readLog(context, findings)),
};

/** `host smtpd[123]: session`; what comes then says whose business it is. */
const ENTRY = /^[^ ]{1,255} smtpd(?:\[\d{1,10}\])?: (?:[0-9a-f]{16} (?:smtp|mta|mda) |info: OpenSMTPD )/;
const ARRIVAL = ' smtp envelope evpid=';
/** Without a session: the envelope was too old, or a person removed it. */
const ENDED = /^(?:relay|delivery): (Expire|Remove) for (?=[0-9a-f]{16}: from=<)/;
const DELIVERIES = [' mta delivery evpid=', ' mda delivery evpid='];

function readLog(context: RelayContext, findings: Findings): LineFormat {
  const clock = openLogClock(context);
  const open = openMessages(findings.mail);

  const endEnvelope = (line: string, timeMs: number, lead: string, word: string): void => {
    const envelope = parseEnvelope(line, lead.length, ENDED_FIELDS);
    if (envelope === null) {
      findings.broken('`from=<…>, to=<…>`');
      return;
    }
    const message = open.take(envelope.queueId);
    const told = message.recipients.get(envelope.recipient) ?? { ...UNTRIED, attemptMs: timeMs };
    message.sender = keptText(envelope.sender);
    if (word === 'Expire') open.settle(message, envelope.recipient, { ...told, state: 'expired' });
    open.close(message);
  };

  const read = (line: string, timeMs: number): void => {
    const [lead, word] = ENDED.exec(line) ?? [];
    if (lead !== undefined && word !== undefined) {
      endEnvelope(line, timeMs, lead, word);
      return;
    }
    const mark = [ARRIVAL, ...DELIVERIES].find((words) => line.startsWith(words, SESSION_LENGTH));
    if (mark === undefined) return;
    const envelope = parseEnvelope(line, SESSION_LENGTH + mark.length, LIVE_FIELDS);
    if (envelope === null) {
      findings.broken('`evpid=… from=<…> to=<…>`');
      return;
    }
    const message = open.take(envelope.queueId);
    message.sender = keptText(envelope.sender);
    if (mark === ARRIVAL) {
      message.arrivedMs = timeMs;
      open.keep(message, envelope.recipient, UNTRIED);
      return;
    }
    const delivery = parseDelivery(line.slice(envelope.end));
    if (delivery === null) {
      findings.broken('`result=… stat=…`');
      return;
    }
    message.arrivedMs ??= delivery.delayMs === null ? null : timeMs - delivery.delayMs;
    const told = {
      state: delivery.state,
      attemptMs: timeMs,
      nextHop: delivery.nextHop,
      reply: delivery.reply,
    };
    if (told.state === 'deferred') open.keep(message, envelope.recipient, told);
    else {
      open.settle(message, envelope.recipient, told);
      open.close(message);
    }
  };
  return {
    line: (line) => {
      const time = clock.read(line);
      if (time === null) return;
      findings.seenAt(time.timeMs);
      const at = line.indexOf(': ', time.end);
      if (at !== -1 && line.slice(time.end, at).includes(' smtpd')) read(line.slice(at + 2), time.timeMs);
    },
    end: open.tellAll,
    notes: open.notes,
  };
}

const SESSION_LENGTH = 16;
const ID_LENGTH = 16;

interface Envelope {
  readonly queueId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly end: number;
}

/** What stands before the two addresses. */
interface Fields {
  readonly from: string;
  readonly to: string;
}
const LIVE_FIELDS: Fields = { from: ' from=<', to: '> to=<' };
const ENDED_FIELDS: Fields = { from: ': from=<', to: '>, to=<' };

/** From the id on: `0e139648730fa6c1 from=<…> to=<…>`. */
function parseEnvelope(line: string, at: number, { from, to }: Fields): Envelope | null {
  const senderAt = at + ID_LENGTH + from.length;
  const senderEnd = line.startsWith(from, at + ID_LENGTH) ? endOfAddress(line, senderAt) : -1;
  const recipientAt = senderEnd + to.length;
  const end = senderEnd !== -1 && line.startsWith(to, senderEnd) ? endOfAddress(line, recipientAt) : -1;
  if (end === -1) return null;
  const sender = line.slice(senderAt, senderEnd);
  return {
    queueId: line.slice(at, at + ID_LENGTH),
    sender: sender === '@' ? '' : sender,
    recipient: line.slice(recipientAt, end),
    end,
  };
}

interface Delivery {
  readonly state: RelayState;
  readonly delayMs: number | null;
  readonly nextHop: string | null;
  readonly reply: string | null;
}

const STATE_BY_RESULT: ReadonlyMap<string, RelayState> = new Map([
  ['Ok', 'delivered'],
  ['TempFail', 'deferred'],
  ['PermFail', 'bounced'],
  ['Loop', 'bounced'],
]);

/** The reply comes last: the first of each field is the program's own. Local deliveries have no quotation marks. */
function parseDelivery(fields: string): Delivery | null {
  const [, result = '', stat = ''] = / result="?([A-Za-z]{1,20})"? stat=(.*)$/.exec(fields) ?? [];
  const state = STATE_BY_RESULT.get(result);
  if (state === undefined) return null;
  const reply = stat.startsWith('"') ? stat.slice(1, stat.endsWith('"') ? -1 : undefined) : stat;
  return {
    state,
    delayMs: delayOf(/ delay=([\ddhms]{1,30}) /.exec(fields)?.[1]),
    nextHop: nextHopOf(/ relay="([^"]{1,600})"/.exec(fields)?.[1]),
    reply: reply === '' ? null : keptText(reply),
  };
}

/** `192.0.2.25 (mx.contoso.example)`, or the domain where no host was found. */
function nextHopOf(relay: string | undefined): string | null {
  const [address = '', name = ''] = (relay ?? '').split(' (', 2);
  const host = readHost(name.endsWith(')') ? name.slice(0, -1) : '') ?? readHost(address);
  return host === null ? null : keptText(host);
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]);

/** `1d2h3m4s`. */
function delayOf(delay: string | undefined): number | null {
  if (delay === undefined) return null;
  const parts = [...delay.matchAll(/(\d{1,9})([dhms])/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS.get(unit) ?? 0), 0);
}
