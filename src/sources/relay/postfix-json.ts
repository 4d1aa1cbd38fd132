/** The output of `postqueue -j`: one JSON object per message. It tells no time of the last try. */
import type { RelayMail, RelayState } from '#mailflow/relay/relay-mail.js';

import { postfixSender } from './envelope-address.js';
import { type Findings, type LineFormat, readLines } from './line-reader.js';
import { parseDelayReason } from './postfix-reason.js';
import type { RelayFormat } from './relay-reader.js';

/** A message has its line, and a message to a large list has tens of thousands of recipients with a reason each. */
const LONGEST_MESSAGE = 8 * 1024 * 1024;

export const postfixJson: RelayFormat = {
  name: 'postfix-json',
  title: 'the output of `postqueue -j` (Postfix)',
  accepts: (beginning) =>
    /^[\ufeff\s]*\{/.test(beginning) &&
    beginning.includes('"queue_name"') &&
    beginning.includes('"queue_id"'),
  open: () => readLines(readMessages, LONGEST_MESSAGE),
};

const STATE_BY_QUEUE: ReadonlyMap<unknown, RelayState> = new Map<unknown, RelayState>([
  ['maildrop', 'active'],
  ['incoming', 'active'],
  ['active', 'active'],
  ['deferred', 'deferred'],
  ['hold', 'on-hold'],
  // Set aside for a person to look at.
  ['corrupt', 'on-hold'],
]);

function readMessages(findings: Findings): LineFormat {
  return {
    line: (line, isCut) => {
      if (line.trim() === '' || isCut) return;
      const expected = readMessage(parseObject(line), findings);
      if (expected !== null) findings.broken(expected);
    },
  };
}

/** What was expected where the message could not be read, or not as a whole; else null. */
function readMessage(message: ReadonlyMap<string, unknown> | null, findings: Findings): string | null {
  if (message === null) return 'a JSON object on a line of its own';
  const queueId = message.get('queue_id');
  const state = STATE_BY_QUEUE.get(message.get('queue_name'));
  const recipients = message.get('recipients');
  if (typeof queueId !== 'string' || queueId === '') return '"queue_id" as text';
  if (state === undefined) return '"queue_name" with the name of a queue of Postfix';
  if (!Array.isArray(recipients)) return '"recipients" as a list';
  const sender = message.get('sender');
  const arrivedAt = readArrival(message.get('arrival_time'));
  if (arrivedAt !== null) findings.seenAt(arrivedAt.getTime());
  const shared = {
    queueId,
    messageId: null,
    sender: typeof sender === 'string' ? postfixSender(sender) : null,
    subject: null,
    sizeBytes: readSize(message.get('message_size')),
    arrivedAt,
    lastAttemptAt: null,
    state,
  };
  const found = recipients.map(readRecipient);
  // Two aliases of one person are two entries of one address.
  const seen = new Set<string>();
  for (const recipient of found) {
    if (recipient === null || seen.has(recipient.recipient)) continue;
    seen.add(recipient.recipient);
    findings.mail({ ...shared, ...recipient });
  }
  return found.includes(null) ? '"address" of each recipient as text' : null;
}

function readRecipient(value: unknown): Pick<RelayMail, 'recipient' | 'nextHop' | 'reply'> | null {
  const entry = asEntries(value);
  const recipient = entry?.get('address');
  if (entry === null || typeof recipient !== 'string' || recipient === '') return null;
  const reason = entry.get('delay_reason');
  if (typeof reason !== 'string' || reason === '') return { recipient, nextHop: null, reply: null };
  const { nextHop, reply } = parseDelayReason(reason);
  return { recipient, nextHop, reply };
}

/** Seconds since 1970; what is no time that a queue can have is none. */
function readArrival(value: unknown): Date | null {
  return typeof value === 'number' && value > 0 && value < 1e11 ? new Date(value * 1000) : null;
}

function readSize(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function parseObject(line: string): ReadonlyMap<string, unknown> | null {
  try {
    return asEntries(JSON.parse(line));
  } catch {
    return null;
  }
}

/** As a map, so that no name of a key means anything but itself. */
function asEntries(value: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map<string, unknown>(Object.entries(value));
}
