import type { Views } from '#cli/command.js';
import type { WaitKind } from '#mailflow/queue/wait-kind.js';
import type { Estimate } from '#mailflow/sampling/estimate-reasons.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { EXPIRY_NEAR_HOURS } from '#mailflow/trace/held-clock.js';
import { counted, formatCount, formatCountInterval, formatInstant } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Tail } from '#render/writer.js';

import { DELIVERY_COLUMNS } from '../trace/delivery-columns.js';
import { gapLines } from '../trace/gap-lines.js';
import { ageBlock } from './age-block.js';
import { findingLines } from './finding-lines.js';
import type { QueueAnswer } from './queue-answer.js';
import { pastText, queueHeadline } from './queue-headline.js';
import { queueMonitor } from './queue-monitor.js';
import { diffText, trendText } from './trend-text.js';

export const queueViews: Views<Delivery, QueueAnswer> = {
  columns: DELIVERY_COLUMNS,
  // The oldest is the first to be lost.
  rank: (row) => -row.receivedAt.getTime(),
  table: (kept, tail, page) => queueText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => queueText(kept, tail, markdownSheet(page)),
  monitor: queueMonitor,
};

function queueText(kept: readonly Delivery[], tail: Tail<QueueAnswer>, sheet: Sheet): string {
  const answer = tail.result;
  if (answer === null) return '';
  const blocks = [
    [queueHeadline(answer, tail, sheet), ...factLines(answer, sheet)].join('\n'),
    findingLines(tail.findings, sheet),
    ageBlock(answer, sheet),
    oldestBlock(kept, answer, sheet),
    gapLines(tail, sheet).join('\n'),
    adviceText(answer, sheet),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function factLines(answer: QueueAnswer, sheet: Sheet): readonly string[] {
  const { times, movement } = answer;
  const { timeZone } = sheet.page;
  const diff = movement.diff === null ? [] : [diffText(movement.diff, timeZone)];
  if (times.total === 0) return diff.map(sheet.prose);
  const trend = movement.trend === null ? [] : [trendText(movement.trend, timeZone)];
  return [...trend, ...diff, expiryText(answer, sheet), ...reasonTexts(answer)].map(sheet.prose);
}

function expiryText({ times, expirationHours }: QueueAnswer, { page }: Sheet): string {
  const { expiringWithin4h, nextExpiryAt, pastExpiry } = times;
  const near =
    expiringWithin4h === 0
      ? `None expires within ${EXPIRY_NEAR_HOURS} h`
      : `${counted(expiringWithin4h, 'expires', 'expire')} within ${EXPIRY_NEAR_HOURS} h`;
  const first = nextExpiryAt === null ? '' : `; the next at ${formatInstant(nextExpiryAt, page.timeZone)}`;
  const basis =
    expirationHours === null
      ? '24 h after receipt, assumed'
      : `${formatCount(Math.round(expirationHours * 10) / 10)} h after receipt, as your tenant is set`;
  const past = pastExpiry === 0 ? '' : ` ${pastText(pastExpiry)}.`;
  return `${near}${first} (${basis}).${past}`;
}

function reasonTexts({ times, waits, examined }: QueueAnswer): readonly string[] {
  if (waits === null) return ['Why they wait was not read.'];
  const isAll = examined >= times.total;
  const amount = ({ estimate, low, high }: Estimate): string =>
    isAll ? formatCount(estimate) : `about ${formatCount(estimate)} (${formatCountInterval(low, high)})`;
  const read = isAll ? 'all read' : `${formatCount(examined)} read`;
  const known = `A 4.x reason is known for ${amount(waits.known)} of ${formatCount(times.total)}, ${read}.`;
  const others = OTHER_WAITS.flatMap(({ kind, words }) =>
    waits[kind].estimate === 0 ? [] : [`${amount(waits[kind])} ${words}`],
  );
  return others.length === 0 ? [known] : [known, `Of the rest ${others.join(', ')}.`];
}

const OTHER_WAITS: readonly { readonly kind: WaitKind; readonly words: string }[] = [
  { kind: 'greylist', words: 'greylisted' },
  { kind: 'rule', words: 'held by a rule' },
  { kind: 'moderator', words: 'with a moderator' },
  { kind: 'untold', words: 'without any try told of' },
  { kind: 'unclear', words: 'failed for an unclear reason' },
];

const OLDEST_COLUMNS: readonly TableColumn<Delivery>[] = [
  ...columnsNamed(['recipient', 'receivedAt', 'expiresAt']),
  {
    key: 'reason',
    title: 'Reason',
    value: ({ verdict, likely }) => verdict?.reason ?? (likely === undefined ? null : `~${likely.reason}`),
  },
  ...columnsNamed(['sender', 'nextHop', 'messageTraceId']),
];

function columnsNamed(keys: readonly string[]): readonly TableColumn<Delivery>[] {
  return keys.flatMap((key) => DELIVERY_COLUMNS.filter((column) => column.key === key));
}

function oldestBlock(kept: readonly Delivery[], { times }: QueueAnswer, sheet: Sheet): string {
  if (kept.length === 0) return '';
  const title = `The oldest, ${formatCount(kept.length)} of ${formatCount(times.total)} (~ as most of its kind).`;
  const hint = 'One message: mailcheck trace show ID. All rows with their ids: --format csv.';
  return sheet.below(sheet.rows(title, OLDEST_COLUMNS, kept), [hint]);
}

function adviceText({ times }: QueueAnswer, sheet: Sheet): string {
  return times.total === 0
    ? ''
    : sheet.prose('Do not resend held mail and do not purge it: it is retried by itself.');
}
