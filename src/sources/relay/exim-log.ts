/**
 * The main log of Exim, in a file of its own or through syslog. Outcomes are told as they come; what is still deferred or
 * frozen at the end is told then. Exim's own words are told from addresses and replies by their place.
 */
import { counted } from '#mailflow/quantity.js';

import { endOfAddress, endOfQuoted } from './envelope-address.js';
import { arrivalOfEximId, endOfEximId } from './exim-id.js';
import { type EximReason, hostOf, isEximExpiry, parseEximReason } from './exim-reason.js';
import { keptText } from './kept-text.js';
import { type Findings, type LineFormat, readLines } from './line-reader.js';
import { linesBehindTime, openLogClock } from './log-time.js';
import { type OpenMessage, openMessages, type OpenRecipient, UNTRIED } from './open-messages.js';
import { notesOf } from './relay-notes.js';
import type { RelayContext, RelayFormat } from './relay-reader.js';

export const eximLog: RelayFormat = {
  name: 'exim-log',
  title: 'the main log of Exim (`mainlog`)',
  accepts: (beginning) =>
    linesBehindTime(beginning).some((line) => endOfEximId(line, startOfEntry(line, 0)) !== -1),
  open: (context) => readLines((findings) => readLog(context, findings)),
};

function readLog(context: RelayContext, findings: Findings): LineFormat {
  const clock = openLogClock(context);
  const open = openMessages(findings.mail);
  let withoutOutcome = 0;

  const take = (queueId: string): OpenMessage => {
    const message = open.take(queueId);
    message.arrivedMs ??= arrivalOfEximId(queueId, context.asOf);
    return message;
  };

  /** `<= sender H=… S=1 id=… T="…" from <…> for recipients`. */
  const arrive = (queueId: string, timeMs: number, text: string): void => {
    const before = open.find(queueId);
    if (before !== undefined) open.close(before);
    const message = take(queueId);
    const senderEnd = endOfWord(text, text.startsWith('"') ? endOfQuoted(text, 0) : 0);
    const sender = text.slice(0, senderEnd);
    const fields = readFields(text.slice(senderEnd));
    message.arrivedMs = timeMs;
    message.sender = sender === '<>' ? '' : keptText(sender);
    message.messageId = fields.messageId === null ? null : keptText(`<${fields.messageId}>`);
    message.subject = fields.subject === null ? null : keptText(fields.subject);
    message.sizeBytes = fields.sizeBytes;
    for (const recipient of fields.recipients) open.keep(message, recipient, UNTRIED);
  };

  const defer = (message: OpenMessage, recipient: string, timeMs: number, told: EximReason): void => {
    const before = message.recipients.get(recipient);
    // That it is not yet time says nothing new of a delivery that was tried.
    if (told.isWaiting && before !== undefined && before.state === 'deferred') return;
    open.keep(message, recipient, {
      state: 'deferred',
      attemptMs: told.isWaiting ? null : timeMs,
      nextHop: kept(told.nextHop),
      reply: kept(told.reply),
    });
  };

  const fail = (message: OpenMessage, recipient: string, timeMs: number, told: EximReason): void => {
    const before = message.recipients.get(recipient);
    if (isEximExpiry(told.reply)) {
      const last = before === undefined || before.reply === null ? null : before;
      open.settle(message, recipient, {
        state: 'expired',
        attemptMs: last?.attemptMs ?? timeMs,
        nextHop: last?.nextHop ?? kept(told.nextHop),
        reply: last?.reply ?? kept(told.reply),
      });
      return;
    }
    const bounced: OpenRecipient = {
      state: 'bounced',
      attemptMs: timeMs,
      nextHop: kept(told.nextHop),
      reply: kept(told.reply),
    };
    // Nobody is told of a DSN that fails: Exim freezes it, and it stays.
    if (message.sender === '') open.keep(message, recipient, bounced);
    else open.settle(message, recipient, bounced);
  };

  const deliver = (message: OpenMessage, recipient: string, timeMs: number, text: string): void => {
    const { name } = hostOf(text);
    const reply = replyOf(text);
    open.settle(message, recipient, {
      state: 'delivered',
      attemptMs: timeMs,
      nextHop: kept(name),
      reply: kept(reply),
    });
  };

  const complete = (queueId: string): void => {
    const message = open.find(queueId);
    if (message === undefined) return;
    for (const [recipient, told] of message.recipients) {
      if (told.state === 'bounced') open.settle(message, recipient, told);
      else if (told.state === 'deferred') withoutOutcome += 1;
    }
    open.close(message);
  };

  const readEntry = (queueId: string, timeMs: number, line: string, at: number): void => {
    const flag = line.slice(at, at + 3);
    if (flag === '<= ') arrive(queueId, timeMs, line.slice(at + 3));
    else if (flag === '== ' || flag === '** ' || DELIVERED.has(flag)) {
      const text = line.slice(at + 3);
      const { recipient, parent, end } = readRecipient(text);
      if (recipient === '') {
        findings.broken('an address behind the mark of a delivery');
        return;
      }
      const message = take(queueId);
      const rest = text.slice(end);
      // The address that it was made of has had its turn.
      if (parent !== null && message.recipients.get(parent)?.state === 'active') open.drop(message, parent);
      if (flag === '== ') defer(message, recipient, timeMs, parseEximReason(rest));
      else if (flag === '** ') fail(message, recipient, timeMs, parseEximReason(rest));
      else deliver(message, recipient, timeMs, rest);
    } else if (line.startsWith('Completed', at)) complete(queueId);
    else if (FREEZING.some((words) => line.startsWith(words, at))) take(queueId).isOnHold = true;
    else if (THAWING.some((words) => line.startsWith(words, at))) take(queueId).isOnHold = false;
  };

  return {
    line: (line) => {
      const time = clock.read(line);
      if (time === null) return;
      findings.seenAt(time.timeMs);
      const at = startOfEntry(line, time.end);
      const idEnd = endOfEximId(line, at);
      if (idEnd !== -1 && line.charCodeAt(idEnd) === SPACE) {
        readEntry(line.slice(at, idEnd), time.timeMs, line, idEnd + 1);
      }
    },
    end: open.tellAll,
    notes: () => [
      ...open.notes(),
      ...notesOf([
        [
          withoutOutcome,
          `${counted(withoutOutcome, 'delivery', 'deliveries')} left the queue with no outcome in the log.`,
        ],
      ]),
    ],
  };
}

/** Delivered; delivered with another; while it came in; not really, for a test. */
const DELIVERED: ReadonlySet<string> = new Set(['=> ', '-> ', '>> ', '*> ']);
const FREEZING = ['Frozen', 'frozen by ', 'Message is frozen'];
const THAWING = ['Unfrozen', 'unfrozen by '];
const SPACE = 32;

function kept(text: string | null): string | null {
  return text === null ? null : keptText(text);
}

/** Number of the process, as `[18990] `. */
const PROCESS = /\[\d{1,10}\] /y;
/** Host and program of syslog, and the time that Exim writes once more behind it. */
const SYSLOG =
  /[^ ]{1,255} exim[\w.-]{0,20}(?:\[\d{1,10}\])?: (?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? (?:[+-]\d{4} )?)?/y;

/** Index of what Exim says, behind the time and what may stand between. */
function startOfEntry(line: string, from: number): number {
  const at = endOfEximId(line, from) === -1 ? behind(SYSLOG, line, from) : from;
  return behind(PROCESS, line, at);
}

function behind(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : at;
}

const FIELD_BEHIND_ADDRESS = / <| [RFPT]=| routing defer| defer \(|: /g;

interface Recipient {
  readonly recipient: string;
  /** The address that it was made of; null where it is the same. */
  readonly parent: string | null;
  readonly end: number;
}

/** `address`, `address <address that it was made of>`; what is no address, as a file or a local part, has its own behind it. */
function readRecipient(text: string): Recipient {
  FIELD_BEHIND_ADDRESS.lastIndex = text.startsWith('"') ? endOfQuoted(text, 0) : 0;
  const found = FIELD_BEHIND_ADDRESS.exec(text);
  const end = found?.index ?? text.length;
  const written = text.slice(0, end);
  const parentEnd = found?.[0] === ' <' ? endOfAddress(text, end + 2) : -1;
  if (parentEnd === -1) return { recipient: written, parent: null, end };
  const parent = text.slice(end + 2, parentEnd);
  const isAddress = written.includes('@') && !written.includes(' ');
  return isAddress
    ? { recipient: written, parent, end: parentEnd + 1 }
    : { recipient: parent, parent: null, end: parentEnd + 1 };
}

interface ArrivalFields {
  readonly messageId: string | null;
  readonly subject: string | null;
  readonly sizeBytes: number | null;
  /** Told where the relay is set to do so. */
  readonly recipients: readonly string[];
}

/** From behind the sender. The id and the subject are the sender's, so what is sought behind them is sought from their end. */
function readFields(text: string): ArrivalFields {
  const id = / id\*?=([^ ]{1,998})/.exec(text);
  const size = / S=(\d{1,15})/.exec(text)?.[1];
  const subjectAt = text.indexOf(' T="') + 3;
  const hasSubject = subjectAt !== 2;
  const subjectEnd = hasSubject ? endOfQuoted(text, subjectAt) : 0;
  // A subject that is cut has no end, and behind it nothing.
  const isCut = hasSubject && subjectEnd === subjectAt;
  const forAt = isCut ? -1 : text.indexOf(' for ', subjectEnd);
  const recipients = forAt === -1 ? [] : text.slice(forAt + 5).split(' ');
  return {
    messageId: id?.[1] ?? null,
    subject: hasSubject && !isCut ? text.slice(subjectAt + 1, subjectEnd - 1) : null,
    sizeBytes: size === undefined ? null : Number(size),
    recipients: recipients.every((recipient) => recipient.includes('@')) ? recipients : [],
  };
}

/** `C="250 …"`: what the other side said when it took the message. */
function replyOf(text: string): string | null {
  const at = text.indexOf(' C="') + 3;
  const end = at === 2 ? 0 : endOfQuoted(text, at);
  return end <= at ? null : text.slice(at + 1, end - 1);
}

function endOfWord(text: string, from: number): number {
  const end = text.indexOf(' ', from);
  return end === -1 ? text.length : end;
}
