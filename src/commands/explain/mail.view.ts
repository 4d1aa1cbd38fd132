/** What the screen and a ticket show of mails: recipients of one, totals of many. */
import type { NoticeNote, NoticeRecipient } from '#mailflow/bounce/notice/notice.js';
import type { VerdictClass } from '#mailflow/bounce/verdict.js';
import { PARTIES, VERDICT_CLASSES } from '#mailflow/bounce/verdict.js';
import { formatCount } from '#render/human-format.js';
import { markdownTable } from '#render/markdown.js';
import { prose } from '#render/prose.js';
import type { TableColumn } from '#render/row-table.js';
import { rowLines } from '#render/row-table.js';
import { summaryTable } from '#render/table.js';
import type { Page } from '#render/writer.js';

import type { ExplainRow, ExplainTotals, NoticePart, VerdictCount } from './explain-row.js';

const RECIPIENT_COLUMNS: readonly TableColumn<NoticeRecipient>[] = [
  { key: 'recipient', title: 'Recipient', value: ({ recipient }) => recipient ?? 'not named' },
  { key: 'state', title: 'State', value: ({ verdict }) => verdict.state },
  { key: 'enhancedStatus', title: 'Enhanced', value: ({ verdict }) => verdict.enhancedStatus },
  { key: 'reason', title: 'Reason', value: ({ verdict }) => verdict.reason },
  { key: 'party', title: 'Side', value: ({ verdict }) => verdict.party },
];
const RECIPIENTS_SHOWN = 20;

/** The one recipient that the answer is for, as a person reads it; null when it is for several or for nobody. */
export function onlyRecipient({ recipients }: NoticePart): string | null {
  const [first] = recipients;
  return recipients.length === 1 && first !== undefined
    ? (first.recipient ?? 'not named in the notice')
    : null;
}

/** A line for each of several recipients, and what was left unread. */
export function noticeLines(notice: NoticePart, page: Page): readonly string[] {
  const { recipients, notes } = notice;
  const more = recipients.length - RECIPIENTS_SHOWN;
  const table = rowLines(RECIPIENT_COLUMNS, recipients.slice(0, RECIPIENTS_SHOWN), page);
  return [
    ...(recipients.length < 2 ? [] : ['', ...table]),
    ...(more > 0 ? [`… and ${formatCount(more)} more`] : []),
    ...notes.map((note) => prose(NOTE_WORDS[note], page)),
  ];
}

const NOTE_WORDS: Record<NoticeNote, string> = {
  'too-large': 'Read in part: the mail is larger than 25 MiB.',
  'too-deep': 'Read in part: the mail has more than 20 levels of parts.',
  'too-many-parts': 'Read in part: the mail has more than 1,000 parts.',
  'headers-too-long': 'Read in part: the headers are longer than 256 KiB.',
  'no-boundary': 'The mail says that it has parts, and has none: it is cut, or was changed on the way.',
  'boundary-guessed': 'The header that names the parts is missing or wrong; they were found by their look.',
  'too-many-recipients': 'Read in part: the report names more than 1,000 recipients.',
  'several-reports': 'The mail holds several delivery reports; the first one is judged.',
  'attached-report':
    'The answer is from a report attached to the mail: it is worth as much as whoever passed it on.',
};

/** Where nothing failed there is no side to look for. */
const sideOf = ({ class: verdictClass, party }: Pick<VerdictCount, 'party' | 'class'>): string | null =>
  verdictClass === 'none' ? null : party;

const TOTAL_COLUMNS: readonly TableColumn<VerdictCount>[] = [
  { key: 'reason', title: 'Reason', value: (row) => row.reason },
  { key: 'count', title: 'Count', value: (row) => row.count, align: 'right' },
  { key: 'party', title: 'Side', value: sideOf },
  { key: 'class', title: 'Class', value: (row) => row.class },
];

interface SideCount {
  readonly party: string;
  readonly count: number;
}

const SIDE_COLUMNS: readonly TableColumn<SideCount>[] = [
  { key: 'party', title: 'Side', value: (row) => row.party },
  { key: 'count', title: 'Count', value: (row) => row.count, align: 'right' },
];

const ITEM_COLUMNS: readonly TableColumn<ExplainRow>[] = [
  { key: 'id', title: 'Item', value: (row) => row.id ?? null },
  { key: 'reason', title: 'Reason', value: (row) => ('verdict' in row ? row.verdict.reason : 'not read') },
  { key: 'party', title: 'Side', value: (row) => ('verdict' in row ? sideOf(row.verdict) : null) },
  {
    key: 'enhancedStatus',
    title: 'Enhanced',
    value: (row) => ('verdict' in row ? row.verdict.enhancedStatus : null),
  },
  { key: 'state', title: 'State', value: (row) => ('verdict' in row ? row.verdict.state : null) },
];

const ERROR_COLUMN: TableColumn<ExplainRow> = {
  key: 'error',
  title: 'Error',
  value: (row) => ('error' in row ? row.error : null),
};

function columnsFor(rows: readonly ExplainRow[]): readonly TableColumn<ExplainRow>[] {
  return rows.some((row) => 'error' in row) ? [...ITEM_COLUMNS, ERROR_COLUMN] : ITEM_COLUMNS;
}

/** Many answers: what they say together, then the first of them. */
export function totalsText(totals: ExplainTotals, kept: readonly ExplainRow[], page: Page): string {
  return [
    prose(headOf(totals), page),
    '',
    summaryTable(TOTAL_COLUMNS, totals.by, page),
    ...sectionOf(summaryTable(SIDE_COLUMNS, sideCounts(totals), page)),
    ...(kept.length === 0 ? [] : ['', firstOf(kept), ...rowLines(columnsFor(kept), kept, page)]),
  ].join('\n');
}

/** The same for a ticket. */
export function totalsMarkdown(totals: ExplainTotals, kept: readonly ExplainRow[], page: Page): string {
  return [
    `**${headOf(totals)}**`,
    '',
    ...markdownTable(TOTAL_COLUMNS, totals.by, page),
    ...sectionOf(markdownTable(SIDE_COLUMNS, sideCounts(totals), page).join('\n')),
    ...(kept.length === 0 ? [] : ['', firstOf(kept), '', ...markdownTable(columnsFor(kept), kept, page)]),
  ].join('\n');
}

function sectionOf(text: string): readonly string[] {
  return text === '' ? [] : ['', text];
}

function firstOf(kept: readonly ExplainRow[]): string {
  return `The first ${formatCount(kept.length)}:`;
}

/** `1,204 judged: 1,000 permanent, 204 transient. 3 could not be read.` */
function headOf({ judged, notRead, by }: ExplainTotals): string {
  const classes = VERDICT_CLASSES.map((name) => ({ name, count: countOf(by, (row) => row.class === name) }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${formatCount(count)} ${CLASS_WORDS[name]}`);
  const unread = notRead === 0 ? '' : ` ${formatCount(notRead)} could not be read.`;
  return `${formatCount(judged)} judged: ${classes.join(', ')}.${unread}`;
}

const CLASS_WORDS: Record<VerdictClass, string> = {
  transient: 'transient',
  permanent: 'permanent',
  none: 'no failure',
  unknown: 'unknown',
};

function sideCounts({ by }: ExplainTotals): readonly SideCount[] {
  const failed = by.filter((row) => row.class !== 'none');
  return PARTIES.map((party) => ({ party, count: countOf(failed, (row) => row.party === party) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
}

function countOf(by: readonly VerdictCount[], isMeant: (row: VerdictCount) => boolean): number {
  return by.filter(isMeant).reduce((sum, { count }) => sum + count, 0);
}
