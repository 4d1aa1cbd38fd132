/** The table that `mailq` and `postqueue -p` of Postfix print. It tells no time of the last try, and no year. */
import type { RelayState } from '#mailflow/relay/relay-mail.js';

import { postfixSender } from './envelope-address.js';
import { type Findings, type LineFormat, readLines } from './line-reader.js';
import { monthAt, openLogClock, timeOfDay } from './log-time.js';
import { parseDelayReason } from './postfix-reason.js';
import type { RelayContext, RelayFormat } from './relay-reader.js';

export const postfixMailq: RelayFormat = {
  name: 'postfix-mailq',
  title: 'the output of `mailq` or `postqueue -p` (Postfix)',
  accepts: (beginning) =>
    /^-Queue ID- /m.test(beginning) || /^Mail queue is empty\s*$/m.test(beginning) || MESSAGE.test(beginning),
  open: (context) => readLines((findings) => readTable(context, findings)),
};

/** Id, mark, size, `Mon Jun  1 12:00:00`, sender. */
const MESSAGE =
  /^([0-9A-Za-z]{5,30}) {0,10}([*!#]?) {0,20}(\d{1,15}) ((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) {1,10}(\S.*)$/m;
const STATE_BY_MARK: ReadonlyMap<string, RelayState> = new Map([
  ['*', 'active'],
  ['!', 'on-hold'],
]);
/** What is not yet taken from the folder of `sendmail` tells neither sender nor recipients. */
const MAILDROP = '(maildrop queue, ';

interface Message {
  readonly queueId: string;
  readonly state: RelayState;
  readonly sizeBytes: number;
  readonly arrivedAt: Date | null;
  readonly sender: string;
  readonly recipients: Set<string>;
}

function readTable(context: RelayContext, findings: Findings): LineFormat {
  const { withoutYear } = openLogClock(context);
  let message: Message | null = null;
  let reason: string | null = null;
  let untold = 0;

  const openMessage = (line: string): void => {
    const [, queueId = '', mark = '', size = '', date = '', sender = ''] = MESSAGE.exec(line) ?? [];
    message = null;
    reason = null;
    if (queueId === '') findings.broken('a message with its id, size, date and sender');
    else if (sender.startsWith(MAILDROP)) untold += 1;
    else {
      const timeMs = withoutYear(monthAt(date, 4), Number(date.slice(8, 10)), timeOfDay(date, 11));
      if (Number.isNaN(timeMs)) findings.broken('a date that exists');
      else findings.seenAt(timeMs);
      message = {
        queueId,
        state: STATE_BY_MARK.get(mark) ?? 'deferred',
        sizeBytes: Number(size),
        arrivedAt: Number.isNaN(timeMs) ? null : new Date(timeMs),
        sender: postfixSender(sender.trimEnd()),
        recipients: new Set(),
      };
    }
  };
  const readRecipient = ({ recipients, ...shared }: Message, recipient: string): void => {
    // Two aliases of one person are two lines of one address.
    if (recipients.has(recipient)) return;
    recipients.add(recipient);
    const told = reason === null ? { nextHop: null, reply: null } : parseDelayReason(reason);
    findings.mail({
      ...shared,
      recipient,
      messageId: null,
      subject: null,
      lastAttemptAt: null,
      nextHop: told.nextHop,
      reply: told.reply,
    });
  };
  return {
    line: (line, isCut) => {
      const text = line.trim();
      if (text === '' || isTalk(line)) message = null;
      else if (line.charCodeAt(0) > SPACE && !text.startsWith('(')) openMessage(line);
      // A reason stands once above all recipients that have the same.
      else if (text.startsWith('(')) reason = text.slice(1, text.endsWith(')') ? -1 : undefined);
      else if (message !== null && !isCut) readRecipient(message, text);
    },
    notes: () =>
      untold === 0
        ? []
        : [`${untold} in the maildrop queue, of which Postfix tells neither sender nor recipients.`],
  };
}

const SPACE = 32;

/** Heading, total, and what the programs say on standard error. */
function isTalk(line: string): boolean {
  return (
    line.startsWith('-Queue ID-') ||
    line.startsWith('-- ') ||
    line.startsWith('Mail queue is empty') ||
    line.startsWith('postqueue: ') ||
    line.startsWith('mailq: ')
  );
}
