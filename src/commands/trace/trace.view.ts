import type { Views } from '#cli/command.js';
import type { ReasonEstimate, ReasonShare } from '#mailflow/sampling/estimate-reasons.js';
import { ABSENCE_SENTENCES } from '#mailflow/trace/advice.js';
import type { Delivery, DeliveryState } from '#mailflow/trace/delivery.js';
import { EXPIRY_NEAR_HOURS } from '#mailflow/trace/held-clock.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { DEFAULT_EXPIRATION_HOURS } from '#mailflow/trace/to-delivery.js';
import { counted, formatAge, formatCount, formatCountInterval, formatInstant } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
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
const SCREEN_COLUMNS = columnsNamed([
  'state',
  'recipient',
  'reason',
  'receivedAt',
  'sender',
  'party',
  'subject',
  'messageTraceId',
]);

function columnsNamed(keys: readonly string[]): readonly TableColumn<Delivery>[] {
  return keys.flatMap((key) => DELIVERY_COLUMNS.filter((column) => column.key === key));
}

export const traceViews: Views<Delivery, Survey> = {
  columns: DELIVERY_COLUMNS,
  rank: rankOf,
  table: (kept, tail, page) => traceText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => traceText(kept, tail, markdownSheet(page)),
};

/** What was read stands before what was not, trouble before mail that arrived; newest first among equals. */
function rankOf(row: Delivery): number {
  const trouble = row.held || row.state === 'bounced' || row.state === 'unknown' ? 2 : 0;
  return (trouble + (row.verdict === null ? 0 : 1)) * 1e14 + row.receivedAt.getTime();
}

function traceText(kept: readonly Delivery[], tail: Tail<Survey>, sheet: Sheet): string {
  const result = tail.result;
  if (result === null) return '';
  if (result.deliveries === 0) return emptyText(tail, sheet);
  const blocks = [
    headline(result, tail, sheet),
    reasonBlock('Held (4.x, tried again)', result.reasons.held, sheet),
    reasonBlock('Failed (5.x, final)', result.reasons.failed, sheet),
    otherStates(result, sheet),
    adviceBlock(result, sheet),
    rowBlock(kept, result, sheet),
    gapLines(tail, sheet).join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function emptyText(tail: Tail<Survey>, sheet: Sheet): string {
  return [...ABSENCE_SENTENCES.map(sheet.prose), ...gapLines(tail, sheet)].join('\n');
}

/** What is missing from the answer, a paragraph each. */
export function gapLines(tail: Tail<unknown>, sheet: Sheet): readonly string[] {
  return tail.incomplete.map((gap) =>
    sheet.prose(`Not seen: ${sheet.remote(gap.what)} (${gap.reason}). ${sheet.remote(gap.remedy)}`),
  );
}

/** The answer in a few sentences: how much, since when, how long there is left. */
function headline(result: Survey, tail: Tail<Survey>, sheet: Sheet): string {
  const pending = sheet.prose(pendingText(result, tail, sheet.page));
  return [countsText(result, sheet), pending, sheet.prose(windowText(tail, sheet.page))].join('\n');
}

/** Marked after it is wrapped, for marks have no width. */
function countsText({ held, failed, deliveries, messages }: Survey, { page, prose }: Sheet): string {
  const heldText = `${formatCount(held)} held (4.x)`;
  const failedText = `${formatCount(failed)} failed (5.x)`;
  const all = `${counted(deliveries, 'delivery', 'deliveries')}, ${counted(messages, 'message', 'messages')}`;
  return prose(`${heldText} and ${failedText} of ${all}.`)
    .replace(heldText, page.style[held > 0 ? 'warn' : 'good'])
    .replace(failedText, page.style[failed > 0 ? 'bad' : 'good']);
}

function pendingText(result: Survey, tail: Tail<Survey>, page: Page): string {
  const { oldestHeld, expiringWithin4h, pastExpiry } = result;
  if (oldestHeld === null) return 'Nothing received in this window is pending.';
  const seenAt = tail.source?.asOf ?? page.now;
  const age = `Still pending: the oldest for ${formatAge((seenAt.getTime() - oldestHeld.receivedAt.getTime()) / 1000)}`;
  if (!canShowExpiry(tail, seenAt)) return `${age}, as far as this window shows; older mail: --since 2d.`;
  const near = expiringWithin4h === 0 ? 'none expires' : counted(expiringWithin4h, 'expires', 'expire');
  const past =
    pastExpiry === 0
      ? ''
      : `, ${counted(pastExpiry, 'is', 'are')} past it (stale status, or waiting for a person)`;
  return `${age}; ${near} within 4 h${past}.`;
}

/** A young window cannot hold mail that is about to expire, and must not say that there is none. */
function canShowExpiry(tail: Tail<Survey>, seenAt: Date): boolean {
  const oldestAgeHours =
    tail.window === null ? 0 : (seenAt.getTime() - tail.window.from.getTime()) / 3_600_000;
  return oldestAgeHours > DEFAULT_EXPIRATION_HOURS - EXPIRY_NEAR_HOURS;
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
  { key: 'party', title: 'Side', value: (row) => row.party },
  { key: 'estimate', title: 'Deliveries', value: (row) => row.estimate },
  {
    key: 'range',
    title: '95 % range',
    value: (row) => formatCountInterval(row.low, row.high),
    align: 'right',
  },
  { key: 'class', title: 'Class', value: (row) => row.class },
];

function reasonBlock(title: string, share: ReasonShare, sheet: Sheet): string {
  if (share.population === 0) return '';
  const what = `${title}: ${formatCount(share.population)}; `;
  if (share.examined === 0) return sheet.prose(`${what}reasons not read.`);
  return sheet.summary(what + examinedText(share), REASON_COLUMNS, share.by);
}

const FEW = 10;

function examinedText({ examined, population }: ReasonShare): string {
  if (examined === population) return 'all reasons read.';
  const few = examined < FEW ? ' That is too few to tell much: raise --sample.' : '';
  return `reasons of ${formatCount(examined)} read, the rest estimated.${few}`;
}

/** What is neither held nor failed, in one line; a status nobody knows is shown as it came. */
function otherStates(result: Survey, sheet: Sheet): string {
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
  if (parts.length === 0) return '';
  const words = result.statusWordsUnknown.map(
    ({ word, count }) => `"${sheet.remote(word)}" ${formatCount(count)}`,
  );
  return sheet.prose(`Others: ${parts.join(', ')}${words.length === 0 ? '' : ` (${words.join(', ')})`}.`);
}

function adviceBlock(result: Survey, sheet: Sheet): string {
  const held = result.held === 0 ? '' : 'Held mail is tried again by itself: do not send it again. ';
  const failed =
    result.failed === 0 ? '' : 'Failed mail is final: its sender sends it again once the reason is mended.';
  return sheet.prose(`${held}${failed}`.trim());
}

function rowBlock(kept: readonly Delivery[], result: Survey, sheet: Sheet): string {
  if (kept.length === 0) return '';
  const title = `Deliveries, ${formatCount(kept.length)} of ${formatCount(result.deliveries)}; trouble with a known reason first.`;
  const hint = sheet.prose(
    'The way of one message: mailcheck trace show ID. All rows with their ids: --format csv.',
  );
  return `${sheet.rows(title, SCREEN_COLUMNS, kept)}\n${hint}`;
}
