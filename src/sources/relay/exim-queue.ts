/**
 * The list that `exim -bp` and `mailq` of Exim print. It tells ages, in whole minutes, hours or days, and no reason; the
 * second of arrival is in the id.
 */
import type { RelayState } from '#mailflow/relay/relay-mail.js';

import { arrivalOfEximId } from './exim-id.js';
import { type Findings, type LineFormat, readLines } from './line-reader.js';
import type { RelayContext, RelayFormat } from './relay-reader.js';

export const eximQueue: RelayFormat = {
  name: 'exim-queue',
  title: 'the output of `exim -bp` or `mailq` (Exim)',
  accepts: (beginning) => MESSAGE.test(beginning),
  open: (context) => readLines((findings) => readList(context, findings)),
};

/** Age, size, id, sender in angle brackets, and what stands behind. */
const MESSAGE =
  /^\ufeff? {0,4}(\d{1,5})([mhd]) {1,8}(?:(\d{1,12}(?:\.\d)?)([KMG]?) {1,4})?([0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})) <(.*)$/m;
const FROZEN = '*** frozen ***';
/** Those that have it already, and those that were made of another address and have it. */
const DONE = /^ {5,8}\+?D (?=\S)/;

interface Message {
  readonly queueId: string;
  readonly state: RelayState;
  readonly sender: string;
  readonly sizeBytes: number | null;
  readonly arrivedAt: Date;
}

function readList(context: RelayContext, findings: Findings): LineFormat {
  let message: Message | null = null;
  return {
    line: (line, isCut) => {
      if (line.trim() === '') message = null;
      else if (!line.startsWith('      ')) {
        message = readMessage(line, context);
        if (message === null) findings.broken('a message with its age, size, id and sender');
        else findings.seenAt(message.arrivedAt.getTime());
      } else if (message !== null && !isCut) {
        const isDone = DONE.test(line);
        findings.mail({
          ...message,
          recipient: line.replace(DONE, '').trim(),
          messageId: null,
          subject: null,
          lastAttemptAt: null,
          nextHop: null,
          state: isDone ? 'delivered' : message.state,
          reply: null,
        });
      }
    },
  };
}

const MINUTE_MS = 60_000;
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['m', MINUTE_MS],
  ['h', 60 * MINUTE_MS],
  ['d', 1440 * MINUTE_MS],
]);
const UNIT_BYTES: ReadonlyMap<string, number> = new Map([
  ['K', 1024],
  ['M', 1024 ** 2],
  ['G', 1024 ** 3],
]);

function readMessage(line: string, { asOf }: RelayContext): Message | null {
  const match = MESSAGE.exec(line);
  if (match === null) return null;
  const [, count = '', unit = '', size, sizeUnit = '', queueId = '', behind = ''] = match;
  // Behind the sender stand the name of the user who gave it and the mark of a frozen message: Exim's own words.
  const isFrozen = behind.endsWith(FROZEN);
  const sender = behind.slice(0, Math.max(0, behind.lastIndexOf('>')));
  const ageMs = Number(count) * (UNIT_MS.get(unit) ?? Number.NaN);
  return {
    queueId,
    // Exim tries at once, so what has waited for a minute has been tried.
    state: isFrozen ? 'on-hold' : stateByAge(ageMs),
    sender,
    sizeBytes: size === undefined ? null : Math.round(Number(size) * (UNIT_BYTES.get(sizeUnit) ?? 1)),
    arrivedAt: new Date(arrivalOfEximId(queueId, asOf) ?? asOf.getTime() - ageMs),
  };
}

function stateByAge(ageMs: number): RelayState {
  return ageMs === 0 ? 'active' : 'deferred';
}
