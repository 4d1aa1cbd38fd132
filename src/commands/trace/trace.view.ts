import type { Views } from '#cli/command.js';
import type { ReasonEstimate, ReasonShare } from '#mailflow/sampling/estimate-reasons.js';
import { ABSENCE_SENTENCES } from '#mailflow/trace/advice.js';
import type { Delivery, DeliveryState } from '#mailflow/trace/delivery.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { formatAge, formatCount, formatCountInterval, formatInstant } from '#render/human-format.js';
import { prose } from '#render/prose.js';
import type { TableColumn } from '#render/row-table.js';
import { rowLines } from '#render/row-table.js';
import { safeText } from '#render/safe-text.js';
import { summaryTable } from '#render/table.js';
import type { Page, Style, Tail } from '#render/writer.js';

export const DELIVERY_COLUMNS: readonly TableColumn<Delivery>[] = [
  { key: 'receivedAt', title: 'Received', value: (row) => row.receivedAt },
  { key: 'state', title: 'State', value: (row) => row.state, tone: (row) => TONE_BY_STATE[row.state] },
  { key: 'sender', title: 'Sender', value: (row) => row.sender },
  { key: 'recipient', title: 'Recipient', value: (row) => row.recipient },
  { key: 'reason', title: 'Reason', value: (row) => row.verdict?.reason ?? null },
  { key: 'party', title: 'Side', value: (row) => row.verdict?.party ?? null },
  { key: 'subject', title: 'Subject', value: (row) => row.subject },
  { key: 'direction', title: 'Direction', value: (row) => row.direction },
  { key: 'status', title: 'Status', value: (row) => row.status },
  { key: 'held', title: 'Held', value: (row) => row.held },
  { key: 'class', title: 'Class', value: (row) => row.verdict?.class ?? null },
  { key: 'replyCode', title: 'Reply', value: (row) => row.verdict?.replyCode ?? null },
  { key: 'enhancedStatus', title: 'Enhanced', value: (row) => row.verdict?.enhancedStatus ?? null },
  { key: 'retry', title: 'Retry', value: (row) => row.verdict?.retry ?? null },
  { key: 'lastAttemptAt', title: 'Last attempt', value: (row) => row.lastAttemptAt },
  { key: 'nextHop', title: 'Next hop', value: (row) => row.nextHop },
  { key: 'expiresAt', title: 'Expires', value: (row) => row.expiresAt },
  { key: 'expiresAtBasis', title: 'Expiry basis', value: (row) => row.expiresAtBasis },
  { key: 'messageTraceId', title: 'Trace id', value: (row) => row.messageTraceId },
  { key: 'messageId', title: 'Message-ID', value: (row) => row.messageId },
  { key: 'sizeBytes', title: 'Size', value: (row) => row.sizeBytes },
  { key: 'fromIp', title: 'From IP', value: (row) => row.fromIp },
  { key: 'toIp', title: 'To IP', value: (row) => row.toIp },
  { key: 'remedy', title: 'Remedy', value: (row) => row.verdict?.remedy ?? null },
  { key: 'text', title: 'Text', value: (row) => row.verdict?.text ?? null },
];

const TONE_BY_STATE: Record<DeliveryState, keyof Style | null> = {
  delivered: 'good',
  pending: 'warn',
  bounced: 'bad',
  expanded: null,
  quarantined: 'warn',
  filtered: 'warn',
  recalled: null,
  unknown: 'strong',
};

/** Columns of the rows under the summary; what a narrow screen cannot hold goes from the end. */
const SCREEN_COLUMNS = DELIVERY_COLUMNS.slice(0, 7);

export const traceViews: Views<Delivery, Survey> = {
  columns: DELIVERY_COLUMNS,
  rank: rankOf,
  table: traceTable,
};

/** What was read stands before what was not, trouble before mail that arrived; newest first among equals. */
function rankOf(row: Delivery): number {
  const trouble = row.held || row.state === 'bounced' || row.state === 'unknown' ? 2 : 0;
  return (trouble + (row.verdict === null ? 0 : 1)) * 1e14 + row.receivedAt.getTime();
}

function traceTable(kept: readonly Delivery[], tail: Tail<Survey>, page: Page): string {
  const result = tail.result;
  if (result === null) return '';
  if (result.deliveries === 0) return emptyText(tail, page);
  const blocks = [
    headline(result, tail, page),
    reasonBlock('Held (4.x, tried again)', result.reasons.held, page),
    reasonBlock('Failed (5.x, final)', result.reasons.failed, page),
    otherStates(result, page),
    adviceBlock(result, page),
    rowBlock(kept, result, page),
    gapBlock(tail, page),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function emptyText(tail: Tail<Survey>, page: Page): string {
  const paragraphs = [
    ...ABSENCE_SENTENCES,
    ...tail.incomplete.map((gap) => `Not seen: ${safeText(gap.what)}. ${safeText(gap.remedy)}`),
  ];
  return paragraphs.map((text) => prose(text, page)).join('\n');
}

/** The answer in a few sentences: how much, since when, how long there is left. */
function headline(result: Survey, tail: Tail<Survey>, page: Page): string {
  const seenAt = tail.source?.asOf ?? page.now;
  return [
    countsText(result, page),
    prose(pendingText(result, seenAt), page),
    prose(windowText(tail, page), page),
  ].join('\n');
}

function pendingText({ oldestHeld, expiringWithin4h, pastExpiry }: Survey, seenAt: Date): string {
  if (oldestHeld === null) return 'Nothing is pending.';
  const age = formatAge((seenAt.getTime() - oldestHeld.receivedAt.getTime()) / 1000);
  const near = expiringWithin4h === 0 ? 'none expires' : `${formatCount(expiringWithin4h)} expire`;
  const past =
    pastExpiry === 0
      ? ''
      : `; ${formatCount(pastExpiry)} are past it (stale status, or waiting for a person)`;
  return `Still pending: the oldest for ${age}; ${near} within 4 h${past}.`;
}

/** Marked after it is wrapped, for marks have no width. */
function countsText({ held, failed, deliveries, messages }: Survey, page: Page): string {
  const heldText = `${formatCount(held)} held (4.x)`;
  const failedText = `${formatCount(failed)} failed (5.x)`;
  const all = `of ${formatCount(deliveries)} deliveries, ${formatCount(messages)} messages`;
  return prose(`${heldText} and ${failedText} ${all}.`, page)
    .replace(heldText, page.style[held > 0 ? 'warn' : 'good'])
    .replace(failedText, page.style[failed > 0 ? 'bad' : 'good']);
}

function windowText(tail: Tail<Survey>, page: Page): string {
  if (tail.window === null) return '';
  const { from, to, settledUntil, complete } = tail.window;
  const instant = (at: Date): string => formatInstant(at, page.timeZone);
  const settled = settledUntil < to ? `; settled until ${instant(settledUntil)}` : '';
  return `Received ${instant(from)} to ${instant(to)}${settled}${complete ? '' : '; NOT listed whole'}.`;
}

const REASON_COLUMNS: readonly TableColumn<ReasonEstimate>[] = [
  { key: 'reason', title: 'Reason', value: (row) => row.reason },
  { key: 'estimate', title: 'Deliveries', value: (row) => row.estimate },
  {
    key: 'range',
    title: '95 % range',
    value: (row) => formatCountInterval(row.low, row.high),
    align: 'right',
  },
  { key: 'party', title: 'Side', value: (row) => row.party },
  { key: 'class', title: 'Class', value: (row) => row.class },
];

function reasonBlock(title: string, share: ReasonShare, page: Page): string {
  if (share.population === 0) return '';
  const read =
    share.examined === share.population
      ? 'all reasons read'
      : `reasons of ${formatCount(share.examined)} read, the rest estimated`;
  if (share.examined === 0)
    return prose(`${title}: ${formatCount(share.population)}; reasons not read.`, page);
  return [
    prose(`${title}: ${formatCount(share.population)}; ${read}.`, page),
    summaryTable(REASON_COLUMNS, share.by, page),
  ].join('\n');
}

/** What is neither held nor failed, in one line; a status nobody knows is shown as it came. */
function otherStates(result: Survey, page: Page): string {
  const shown: readonly DeliveryState[] = [
    'delivered',
    'expanded',
    'quarantined',
    'filtered',
    'recalled',
    'unknown',
  ];
  const parts = shown
    .filter((state) => result.counts[state] > 0)
    .map((state) => `${formatCount(result.counts[state])} ${state}`);
  const words = result.statusWordsUnknown.map(
    ({ word, count }) => `"${safeText(word)}" ${formatCount(count)}`,
  );
  return prose(`Others: ${parts.join(', ')}${words.length === 0 ? '' : ` (${words.join(', ')})`}.`, page);
}

function adviceBlock(result: Survey, page: Page): string {
  const held = result.held === 0 ? '' : 'Held mail is tried again by itself: do not send it again. ';
  const failed =
    result.failed === 0 ? '' : 'Failed mail is final: its sender sends it again once the reason is mended.';
  return prose(`${held}${failed}`.trim(), page);
}

function rowBlock(kept: readonly Delivery[], result: Survey, page: Page): string {
  if (kept.length === 0) return '';
  const title = `Deliveries, ${formatCount(kept.length)} of ${formatCount(result.deliveries)}; trouble first`;
  return [prose(title, page), ...rowLines(SCREEN_COLUMNS, kept, page)].join('\n');
}

function gapBlock(tail: Tail<Survey>, page: Page): string {
  return tail.incomplete
    .map((gap) => prose(`Not seen: ${safeText(gap.what)} (${gap.reason}). ${safeText(gap.remedy)}`, page))
    .join('\n');
}
