import type { Views } from '#cli/command.js';
import type { HeldBy } from '#mailflow/relay/hold-reason.js';
import { countedMessages } from '#mailflow/relay/judge-relay.js';
import type { RelayDelivery } from '#mailflow/relay/relay-delivery.js';
import { holders } from '#mailflow/relay/relay-tally.js';
import { EXPIRY_NEAR_HOURS } from '#mailflow/trace/held-clock.js';
import { counted, formatAge, formatCount, formatInstant } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Tail } from '#render/writer.js';

import { ageBlock } from '../queue/age-block.js';
import { findingLines } from '../queue/finding-lines.js';
import { gapLines } from '../trace/gap-lines.js';
import type { RelayAnswer } from './relay-answer.js';
import { RELAY_COLUMNS, relayColumns } from './relay-columns.js';
import { relayHeadline } from './relay-headline.js';
import { relayMonitor } from './relay-monitor.js';

export const relayViews: Views<RelayDelivery, RelayAnswer> = {
  columns: RELAY_COLUMNS,
  // Held mail first, the oldest of it before all others: it is the first to be lost.
  rank: (row) => (row.held ? 1e15 : 0) - row.receivedAt.getTime(),
  table: (kept, tail, page) => relayText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => relayText(kept, tail, markdownSheet(page)),
  monitor: relayMonitor,
};

function relayText(kept: readonly RelayDelivery[], tail: Tail<RelayAnswer>, sheet: Sheet): string {
  const answer = tail.result;
  if (answer === null) return '';
  const blocks = [
    [relayHeadline(answer, tail, sheet), ...factLines(answer, tail, sheet)].join('\n'),
    findingLines(tail.findings, sheet),
    ageBlock(answer, sheet),
    oldestBlock(kept, answer, sheet),
    gapLines(tail, sheet).join('\n'),
    adviceLines(answer, sheet),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const STALE_MS = 300_000;

function factLines(answer: RelayAnswer, { generatedAt }: Tail<unknown>, sheet: Sheet): readonly string[] {
  const { relay, queues } = answer;
  const { asOf, held, arrivalUnseen } = relay;
  const behindMs = generatedAt.getTime() - asOf.getTime();
  const facts = [
    restText(answer),
    held === 0 ? '' : expiryText(answer, sheet),
    arrivalUnseen === 0
      ? ''
      : `Of ${formatCount(arrivalUnseen)} the arrival is not told; they are older than they look.`,
    queues.length === 0 || held === 0 ? '' : queuesText(answer),
    behindMs < STALE_MS
      ? ''
      : `All of this is as of ${formatInstant(asOf, sheet.page.timeZone)}, ${formatAge(behindMs / 1000)} ago.`,
  ];
  return facts.filter((text) => text !== '').map(sheet.prose);
}

const HELD_BY_WORDS: Readonly<Record<HeldBy, string>> = {
  microsoft: 'deferred by Microsoft',
  'other-server': 'put off by other servers',
  network: 'without an answer from any server',
  relay: 'kept back by the relay itself',
  intent: 'waiting by intent',
  untold: 'with no reason told',
};

function restText({ relay }: RelayAnswer): string {
  const parts = holders(relay.heldBy).map(([by, held]) => `${formatCount(held)} ${HELD_BY_WORDS[by]}`);
  return parts.length < 2 ? '' : `All held mail: ${parts.join(', ')}.`;
}

/** Where neither the user nor the relay says how long mail is kept, nothing is said of its end. */
function expiryText({ relay, times, queueLifetimeSeconds }: RelayAnswer, { page }: Sheet): string {
  if (queueLifetimeSeconds === null && relay.expiryTold === 0) return '';
  const { expiringWithin4h, nextExpiryAt, pastExpiry } = times;
  const near =
    expiringWithin4h === 0
      ? `None expires within ${EXPIRY_NEAR_HOURS} h`
      : `${counted(expiringWithin4h, 'expires', 'expire')} within ${EXPIRY_NEAR_HOURS} h`;
  const first = nextExpiryAt === null ? '' : `; the next at ${formatInstant(nextExpiryAt, page.timeZone)}`;
  const past =
    pastExpiry === 0 ? '' : ` ${counted(pastExpiry, 'is', 'are')} past it and will bounce at the next try.`;
  const basis =
    queueLifetimeSeconds === null
      ? 'as the relay tells'
      : `kept for ${formatAge(queueLifetimeSeconds)}, as you said`;
  return `${near}${first} (${basis}).${past}`;
}

function queuesText({ queues }: RelayAnswer): string {
  const waiting = countedMessages(queues).all;
  return `${counted(queues.length, 'queue counts', 'queues count')} ${counted(waiting, 'message', 'messages')} without naming them; what is named may be among them.`;
}

function oldestBlock(kept: readonly RelayDelivery[], { relay, left }: RelayAnswer, sheet: Sheet): string {
  if (kept.length === 0) return '';
  const failed = left.bounced + left.expired;
  const all = formatCount(relay.held + failed);
  const inAll = failed === 0 ? all : `${all}: ${formatCount(relay.held)} held, ${formatCount(failed)} failed`;
  const title = `The oldest, ${formatCount(kept.length)} of ${inAll}.`;
  const columns = relayColumns(
    ...['recipient', 'receivedAt', 'reason', 'heldBy', 'sender', 'nextHop', 'queueId'],
  );
  return sheet.below(sheet.rows(title, columns, kept), ['All rows with their ids: --format csv.']);
}

function adviceLines({ advice }: RelayAnswer, sheet: Sheet): string {
  return advice
    .map(({ text, commands }) => {
      if (commands.length === 0) return sheet.prose(text.endsWith('.') ? text : `${text}.`);
      return sheet.prose(`${text}: ${commands.map((command) => `\`${command}\``).join(' or ')}`);
    })
    .join('\n');
}
