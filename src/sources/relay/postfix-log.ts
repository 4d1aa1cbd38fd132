/**
 * The mail log of Postfix, as syslog, rsyslog and journalctl write it. Outcomes are told as they come; what is still
 * deferred at the end is told then. What Postfix wrote itself is told from addresses and replies, which are chosen by
 * strangers, by its place alone: they may look like any line of a log.
 */
import { counted } from '#mailflow/quantity.js';

import { endOfAddress } from './envelope-address.js';
import { readHost } from './host-name.js';
import { keptText } from './kept-text.js';
import { type Findings, type LineFormat, readLines } from './line-reader.js';
import { linesBehindTime, openLogClock } from './log-time.js';
import { type OpenMessage, openMessages, type OpenRecipient, UNTRIED } from './open-messages.js';
import { parseDelayReason } from './postfix-reason.js';
import { notesOf } from './relay-notes.js';
import type { RelayContext, RelayFormat } from './relay-reader.js';

export const postfixLog: RelayFormat = {
  name: 'postfix-log',
  title: 'the mail log of Postfix (`mail.log`, `journalctl -o short-iso`)',
  accepts: (beginning) => linesBehindTime(beginning).some((line) => HEAD.test(line)),
  open: (context) => readLines((findings) => readLog(context, findings)),
};

/** `host postfix/smtp[123]: `; instances have names of their own, as `postfix-out` and `postfix/submission/smtpd`. */
const HEAD = /^[^ ]{1,255} [\w.-]{0,40}postfix[\w.-]{0,40}\/[\w/-]{1,60}\[\d{1,10}\]: /;

type Told = Pick<OpenRecipient, 'attemptMs' | 'nextHop' | 'reply'>;

function readLog(context: RelayContext, findings: Findings): LineFormat {
  const clock = openLogClock(context);
  const open = openMessages(findings.mail);
  let usedAgain = 0;
  let withoutOutcome = 0;

  /** Ids come from the number of a file and are used again: what was open of the message before is gone. */
  const begin = (queueId: string, timeMs: number): OpenMessage => {
    const before = open.find(queueId);
    if (before !== undefined) {
      if (before.recipients.size > 0) usedAgain += 1;
      open.close(before);
    }
    const message = open.take(queueId);
    message.arrivedMs = timeMs;
    return message;
  };

  const readMessageId = (queueId: string, timeMs: number, messageId: string): void => {
    const known = open.find(queueId);
    const isNew = known === undefined || (known.messageId !== null && known.messageId !== messageId);
    const message = isNew ? begin(queueId, timeMs) : known;
    message.messageId = messageId === '' ? null : keptText(messageId);
  };

  /** `from=<…>, size=1, nrcpt=1 (queue active)`, or `from=<…>, status=expired, returned to sender`. */
  const readSender = (queueId: string, timeMs: number, line: string, at: number): void => {
    const end = endOfAddress(line, at);
    if (end === -1) {
      findings.broken('an address in angle brackets');
      return;
    }
    const message = open.take(queueId);
    message.sender = keptText(line.slice(at, end));
    if (line.startsWith('>, size=', end)) message.sizeBytes = wholeNumberAt(line, end + 8);
    if (!line.startsWith('>, status=expired', end) && !line.startsWith('>, status=force-expired', end))
      return;
    for (const [recipient, told] of message.recipients) {
      open.settle(message, recipient, { ...told, state: 'expired', attemptMs: told.attemptMs ?? timeMs });
    }
  };

  const readDelivery = (queueId: string, timeMs: number, line: string, at: number): void => {
    const delivery = parseDelivery(line, at);
    if (delivery === null) {
      findings.broken('`to=<…>, relay=…, status=… (…)`');
      return;
    }
    const { recipient, status, delaySeconds } = delivery;
    // Probes of addresses are not mail.
    if (status === 'deliverable' || status === 'undeliverable') return;
    const state = STATE_BY_STATUS.get(status);
    if (state === undefined) {
      findings.broken('a status that Postfix has');
      return;
    }
    const message = open.take(queueId);
    if (delaySeconds !== null) message.arrivedMs ??= timeMs - Math.round(delaySeconds * 1000);
    const told = { ...reasonOf(delivery), attemptMs: timeMs, state };
    if (state === 'deferred') open.keep(message, recipient, told);
    else open.settle(message, recipient, told);
  };

  const remove = (queueId: string): void => {
    const message = open.find(queueId);
    if (message === undefined) return;
    withoutOutcome += message.recipients.size;
    open.close(message);
  };

  /** `hold: header Subject: … from host; from=<…> to=<…> proto=ESMTP helo=<…>: why`; Postfix names one recipient. */
  const hold = (queueId: string, line: string, at: number): void => {
    const message = open.take(queueId);
    message.isOnHold = true;
    const from = line.lastIndexOf('; from=<');
    const to = from < at ? -1 : endOfAddress(line, from + 8) + 1;
    if (to <= 0 || !line.startsWith(' to=<', to)) return;
    const end = endOfAddress(line, to + 5);
    if (end === -1) return;
    message.sender = keptText(line.slice(from + 8, to - 1));
    open.keep(message, line.slice(to + 5, end), UNTRIED);
  };

  const readBody = (queueId: string, timeMs: number, line: string, at: number): void => {
    if (line.startsWith('to=<', at)) readDelivery(queueId, timeMs, line, at + 4);
    else if (line.startsWith('from=<', at)) readSender(queueId, timeMs, line, at + 6);
    else if (line.startsWith('message-id=', at)) readMessageId(queueId, timeMs, line.slice(at + 11));
    else if (line.startsWith('client=', at) || line.startsWith('uid=', at)) begin(queueId, timeMs);
    else if (isWhole(line, at, 'removed') || isWhole(line, at, 'requeued')) remove(queueId);
    else if (line.startsWith('hold: ', at) || line.startsWith('milter-hold: ', at)) hold(queueId, line, at);
    else if (isWhole(line, at, 'placed on hold')) open.take(queueId).isOnHold = true;
    else if (isWhole(line, at, 'released from hold')) open.take(queueId).isOnHold = false;
  };

  return {
    line: (line) => {
      const time = clock.read(line);
      if (time === null) {
        if (line.includes(' postfix/')) findings.broken('a date and time at its head');
        return;
      }
      findings.seenAt(time.timeMs);
      const at = bodyAt(line, time.end);
      const idEnd = at === -1 ? -1 : endOfId(line, at);
      if (idEnd !== -1) readBody(line.slice(at, idEnd), time.timeMs, line, idEnd + 2);
    },
    end: open.tellAll,
    notes: () => {
      let untried = 0;
      for (const { recipients, hasOutcome } of open.all())
        if (recipients.size === 0 && !hasOutcome) untried += 1;
      return [
        ...open.notes(),
        ...notesOf([
          [
            untried,
            `${counted(untried, 'message', 'messages')} of which the log names no recipient, for none was tried yet.`,
          ],
          [
            withoutOutcome,
            `${counted(withoutOutcome, 'delivery', 'deliveries')} left the queue with no outcome in the log.`,
          ],
          [
            usedAgain,
            `${counted(usedAgain, 'queue id', 'queue ids')} used again while deliveries of the message before were open.`,
          ],
        ]),
      ];
    },
  };
}

const STATE_BY_STATUS: ReadonlyMap<string, OpenRecipient['state']> = new Map([
  ['sent', 'delivered'],
  ['deferred', 'deferred'],
  ['bounced', 'bounced'],
  ['expired', 'expired'],
  ['force-expired', 'expired'],
]);

interface Delivery {
  readonly recipient: string;
  readonly relay: string;
  readonly delaySeconds: number | null;
  readonly status: string;
  readonly reason: string;
}

/** From behind `to=<`. Null when it is none. */
function parseDelivery(line: string, at: number): Delivery | null {
  const toEnd = endOfAddress(line, at);
  if (toEnd === -1) return null;
  const isAlias = line.startsWith('>, orig_to=<', toEnd);
  const end = isAlias ? endOfAddress(line, toEnd + 12) : toEnd;
  const statusAt = end === -1 ? -1 : line.indexOf(', status=', end);
  if (statusAt === -1) return null;
  const statusEnd = endOfWord(line, statusAt + 9);
  return {
    recipient: line.slice(at, toEnd),
    relay: line.startsWith('>, relay=', end) ? line.slice(end + 9, line.indexOf(', ', end + 9)) : '',
    delaySeconds: delayAt(line, line.indexOf(', delay=', end), statusAt),
    status: line.slice(statusAt + 9, statusEnd),
    reason: line.slice(statusEnd + 2, line.endsWith(')') ? -1 : undefined),
  };
}

function delayAt(line: string, at: number, limit: number): number | null {
  if (at === -1 || at > limit) return null;
  const seconds = Number(line.slice(at + 8, line.indexOf(', ', at + 8)));
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function reasonOf({ status, relay, reason }: Delivery): Pick<Told, 'nextHop' | 'reply'> {
  const host = relay === 'none' ? null : readHost(relay);
  if (status === 'sent') return { nextHop: host === null ? null : keptText(host), reply: keptText(reason) };
  const told = parseDelayReason(reason);
  const nextHop = host ?? told.nextHop;
  return {
    nextHop: nextHop === null ? null : keptText(nextHop),
    reply: told.reply === '' ? null : keptText(told.reply),
  };
}

/** Index behind `host postfix/smtp[123]: `; -1 when the line is of another program. */
function bodyAt(line: string, at: number): number {
  const tagAt = line.indexOf(' ', at) + 1;
  const tagEnd = tagAt === 0 ? -1 : line.indexOf(' ', tagAt);
  if (tagEnd === -1 || line.charCodeAt(tagEnd - 1) !== COLON || line.charCodeAt(tagEnd - 2) !== BRACKET)
    return -1;
  const slash = line.indexOf('/', tagAt);
  return slash === -1 || slash > tagEnd ? -1 : tagEnd + 1;
}

const SHORTEST_ID = 5;
const LONGEST_ID = 30;

/** Index of the colon behind a queue id; -1 when there is none. `NOQUEUE` looks like one and is none. */
function endOfId(line: string, at: number): number {
  let end = at;
  while (end - at <= LONGEST_ID && isAlphanumeric(line.charCodeAt(end))) end += 1;
  const isId = end - at >= SHORTEST_ID && end - at <= LONGEST_ID && !line.startsWith('NOQUEUE', at);
  return isId && line.charCodeAt(end) === COLON && line.charCodeAt(end + 1) === SPACE ? end : -1;
}

function isWhole(line: string, at: number, word: string): boolean {
  return line.length === at + word.length && line.startsWith(word, at);
}

function endOfWord(line: string, at: number): number {
  const end = line.indexOf(' ', at);
  return end === -1 ? line.length : end;
}

function wholeNumberAt(line: string, at: number): number | null {
  const number = Number.parseInt(line.slice(at, at + 16), 10);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

const SPACE = 32;
const COLON = 58;
const BRACKET = 93;
