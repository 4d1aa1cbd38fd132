/** The list that `smtpctl show queue` and `mailq` of OpenSMTPD print: one line per envelope, its fields parted by `|`. */
import type { RelayMail, RelayState } from '#mailflow/relay/relay-mail.js';

import { type Findings, type LineFormat, readLines } from './line-reader.js';
import type { RelayFormat } from './relay-reader.js';

export const opensmtpdQueue: RelayFormat = {
  name: 'opensmtpd-queue',
  title: 'the output of `smtpctl show queue` (OpenSMTPD)',
  accepts: (beginning) => ENVELOPE.test(beginning),
  open: () => readLines(readQueue),
};

/** Id, how it came in, what brings it on, flags. */
const ENVELOPE =
  /^\ufeff?[0-9a-f]{16}\|(?:local|inet4|inet6|\?)\|(?:mta|mda|bounce|\?)\|[a-z,]{0,60}\|[^|\n]{0,600}\|/m;
const RUN_STATES: ReadonlySet<string> = new Set(['pending', 'inflight', 'offline', 'invalid']);

function readQueue(findings: Findings): LineFormat {
  return {
    line: (line) => {
      if (line === '') return;
      const mail = ENVELOPE.test(line) ? parseEnvelope(line.split('|')) : null;
      if (mail === null) findings.broken('an envelope of at least 13 fields parted by `|`');
      else {
        findings.mail(mail);
        if (mail.arrivedAt !== null) findings.seenAt(mail.arrivedAt.getTime());
      }
    },
  };
}

function parseEnvelope(fields: readonly string[]): RelayMail | null {
  const [queueId = '', , , flags = ''] = fields;
  const { sender, recipient, end: timesAt } = takeAddresses(fields, 4);
  const [creation, expiry, lastTry, tries] = fields.slice(timesAt, timesAt + 4).map(wholeNumber);
  const runState = fields[timesAt + 4] ?? '';
  if (creation === undefined || expiry === undefined || lastTry === undefined || tries === undefined)
    return null;
  if (Number.isNaN(creation + expiry + lastTry + tries) || !RUN_STATES.has(runState)) return null;
  // The last field is the only one that may hold a `|`: what the other side said is not ours to part.
  const reply = fields
    .slice(timesAt + 6)
    .join('|')
    .trim();
  return {
    queueId,
    messageId: null,
    sender: sender === '@' ? '' : sender,
    recipient,
    subject: null,
    sizeBytes: null,
    arrivedAt: dateOf(creation),
    lastAttemptAt: dateOf(lastTry),
    nextHop: null,
    state: stateOf(flags, runState, tries > 0 || reply !== ''),
    reply: reply === '' ? null : reply,
  };
}

interface Addresses {
  readonly sender: string;
  /** Where it goes, which aliases may have changed. */
  readonly recipient: string;
  /** Place of the field behind them. */
  readonly end: number;
}

/** Sender, recipient as it was given, recipient where it goes. Before the `@` of each a `|` can stand as well. */
function takeAddresses(fields: readonly string[], from: number): Addresses {
  const senderEnd = endOfMailbox(fields, from);
  const givenEnd = endOfMailbox(fields, senderEnd);
  const end = endOfMailbox(fields, givenEnd);
  return {
    sender: fields.slice(from, senderEnd).join('|'),
    recipient: fields.slice(givenEnd, end).join('|'),
    end,
  };
}

function endOfMailbox(fields: readonly string[], from: number): number {
  const place = fields.findIndex((field, index) => index >= from && field.includes('@'));
  return place === -1 ? fields.length : place + 1;
}

/** `hold` is the program's own: the way out is busy. A person suspends. */
function stateOf(flags: string, runState: string, isTried: boolean): RelayState {
  if (flags.split(',').includes('suspend')) return 'on-hold';
  return runState === 'inflight' || !isTried ? 'active' : 'deferred';
}

function wholeNumber(text: string): number {
  return /^\d{1,11}$/.test(text) ? Number(text) : Number.NaN;
}

/** Seconds since 1970; nought where there was none. */
function dateOf(seconds: number): Date | null {
  return seconds === 0 ? null : new Date(seconds * 1000);
}
