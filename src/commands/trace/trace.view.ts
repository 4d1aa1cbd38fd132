import type { Views } from '#cli/command.js';
import type { ReasonEstimate, ReasonShare } from '#mailflow/sampling/estimate-reasons.js';
import { ABSENCE_SENTENCES } from '#mailflow/trace/advice.js';
import type { Delivery, DeliveryState } from '#mailflow/trace/delivery.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { formatCount, formatCountInterval } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Tail } from '#render/writer.js';

import { DELIVERY_COLUMNS } from './delivery-columns.js';
import { gapLines } from './gap-lines.js';
import { destinationBlock, groupBlock, groupCells } from './grouped.view.js';
import { headline } from './headline.js';
import type { TraceAnswer } from './trace-answer.js';

/** Columns of the rows under the summary; what a narrow screen cannot hold goes from the end. */
const SCREEN_COLUMNS: readonly TableColumn<Delivery>[] = [
  ...columnsNamed(['state', 'recipient']),
  { key: 'reason', title: 'Reason', value: (row) => likelyOr(row, 'reason') },
  ...columnsNamed(['receivedAt', 'sender']),
  { key: 'party', title: 'Side', value: (row) => likelyOr(row, 'party') },
  ...columnsNamed(['subject', 'messageTraceId']),
];

function columnsNamed(keys: readonly string[]): readonly TableColumn<Delivery>[] {
  return keys.flatMap((key) => DELIVERY_COLUMNS.filter((column) => column.key === key));
}

/** What is only likely bears a mark, in front, where no narrow column cuts it off. */
function likelyOr({ verdict, likely }: Delivery, word: 'reason' | 'party'): string | null {
  return verdict?.[word] ?? (likely === undefined ? null : `~${likely[word]}`);
}

export const traceViews: Views<Delivery, TraceAnswer> = {
  columns: DELIVERY_COLUMNS,
  rank: rankOf,
  groups: ({ survey }) => groupCells(survey.by),
  table: (kept, tail, page) => traceText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => traceText(kept, tail, markdownSheet(page)),
};

/** Trouble before mail that arrived; newest first among equals. */
function rankOf(row: Delivery): number {
  const isTrouble = row.held || row.state === 'bounced' || row.state === 'unknown';
  return (isTrouble ? 1e15 : 0) + row.receivedAt.getTime();
}

function traceText(kept: readonly Delivery[], tail: Tail<TraceAnswer>, sheet: Sheet): string {
  const answer = tail.result;
  if (answer === null) return '';
  const { survey } = answer;
  if (survey.deliveries === 0) return emptyText(answer, tail, sheet);
  const blocks =
    survey.by === null
      ? [
          reasonBlock(survey, sheet),
          destinationBlock(survey, sheet),
          rowBlock(kept, survey, sheet),
          [otherStates(survey, sheet), adviceBlock(survey, sheet)].filter((text) => text !== '').join('\n'),
        ]
      : [groupBlock(survey.by, answer, sheet)];
  const gaps = gapLines(tail, sheet).join('\n');
  return [headline(answer, tail, sheet), ...blocks, gaps].filter((block) => block !== '').join('\n\n');
}

function emptyText({ asksTroubleOnly }: TraceAnswer, tail: Tail<TraceAnswer>, sheet: Sheet): string {
  const sentences = asksTroubleOnly
    ? ['Nothing is held and nothing failed in this window, as far as the trace shows by now.']
    : ABSENCE_SENTENCES;
  return [...sentences.map(sheet.prose), ...gapLines(tail, sheet)].join('\n');
}

interface ReasonRow extends ReasonEstimate {
  readonly population: 'held' | 'failed';
}

const REASON_COLUMNS: readonly TableColumn<ReasonRow>[] = [
  {
    key: 'population',
    title: 'Mail',
    value: (row) => row.population,
    tone: (row) => (row.population === 'held' ? 'warn' : 'bad'),
  },
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

const REASONS_SHOWN = 3;

/** Why mail is held and why it failed, under each other: the largest reasons of each. */
function reasonBlock({ reasons }: Survey, sheet: Sheet): string {
  const titles = [
    shareText('Held (4.x, tried again)', reasons.held),
    shareText('Failed (5.x, final)', reasons.failed),
  ].filter((title) => title !== '');
  const rows = [...reasonRows('held', reasons.held), ...reasonRows('failed', reasons.failed)];
  if (rows.length === 0) return titles.map(sheet.prose).join('\n');
  const beyond = reasons.held.by.length + reasons.failed.by.length - rows.length;
  const more = beyond === 0 ? [] : [sheet.prose(`${formatCount(beyond)} more: --by reason`)];
  const [last = '', ...before] = titles.toReversed();
  const head = before.toReversed().map(sheet.prose);
  return [...head, sheet.summary(last, REASON_COLUMNS, rows), ...more].join('\n');
}

function reasonRows(population: ReasonRow['population'], { by }: ReasonShare): ReasonRow[] {
  return by.slice(0, REASONS_SHOWN).map((estimate) => ({ population, ...estimate }));
}

function shareText(title: string, share: ReasonShare): string {
  if (share.population === 0) return '';
  const what = `${title}: ${formatCount(share.population)}; `;
  return what + (share.examined === 0 ? 'reasons not read.' : examinedText(share));
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

function adviceBlock({ held, failed }: Survey, sheet: Sheet): string {
  const advice = [
    held === 0 ? '' : 'Do not resend held mail, it is retried.',
    failed === 0 ? '' : 'Who must resend: --resend-list.',
  ];
  return sheet.prose(advice.filter((text) => text !== '').join(' '));
}

function rowBlock(kept: readonly Delivery[], result: Survey, sheet: Sheet): string {
  if (kept.length === 0) return '';
  const isGuessed = kept.some(({ verdict, likely }) => verdict === null && likely !== undefined);
  const guessed = isGuessed ? ' (~ as most of its kind)' : '';
  const title = `Deliveries, ${formatCount(kept.length)} of ${formatCount(result.deliveries)}; newest trouble first${guessed}.`;
  const hint = sheet.prose('One message: mailcheck trace show ID. All rows with their ids: --format csv.');
  return `${sheet.rows(title, SCREEN_COLUMNS, kept)}\n${hint}`;
}
