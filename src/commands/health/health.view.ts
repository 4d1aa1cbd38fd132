import type { Views } from '#cli/command.js';
import type { Finding } from '#mailflow/finding.js';
import type { DescribedIssue } from '#mailflow/health/describe-issue.js';
import { counted, formatAge, formatCount, formatInstant, instantFormat } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Field, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Column, Tail } from '#render/writer.js';

import { gapLines } from '../trace/gap-lines.js';
import { healthMonitor } from './health-monitor.js';
import type { HealthResult, ServiceLine } from './health-result.js';
import { issueFields, kindText, sectionText, toneOf } from './issue-text.js';
import { verdictLine } from './verdict-line.js';

const ISSUE_COLUMNS: readonly Column<DescribedIssue>[] = [
  { key: 'id', title: 'Issue', value: (row) => row.id },
  { key: 'level', title: 'Level', value: (row) => row.level },
  { key: 'classification', title: 'Class', value: (row) => row.classification },
  { key: 'touches', title: 'Touches', value: (row) => row.touches },
  { key: 'status', title: 'Status', value: (row) => row.status },
  { key: 'isOpen', title: 'Open', value: (row) => row.isOpen },
  { key: 'service', title: 'Service', value: (row) => row.service },
  { key: 'title', title: 'Title', value: (row) => row.title },
  { key: 'startedAt', title: 'Since', value: (row) => row.startedAt },
  { key: 'endedAt', title: 'Until', value: (row) => row.endedAt },
  { key: 'newestPostAt', title: 'Newest post', value: (row) => row.newestPostAt },
  { key: 'firstPostLagSeconds', title: 'First post after', value: (row) => row.firstPostLagSeconds },
  { key: 'nextUpdateAt', title: 'Next update', value: (row) => row.nextUpdateAt },
  { key: 'isOverdue', title: 'Overdue', value: (row) => row.isOverdue },
  { key: 'feature', title: 'Feature', value: (row) => row.feature },
  { key: 'featureGroup', title: 'Group', value: (row) => row.featureGroup },
  { key: 'impact', title: 'Impact', value: (row) => row.impact },
  { key: 'isStale', title: 'Stale', value: (row) => row.isStale },
];

export const healthViews: Views<DescribedIssue, HealthResult> = {
  columns: ISSUE_COLUMNS,
  table: (kept, tail, page) => healthText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => healthText(kept, tail, markdownSheet(page)),
  monitor: healthMonitor,
};

function healthText(kept: readonly DescribedIssue[], tail: Tail<HealthResult>, sheet: Sheet): string {
  const result = tail.result;
  if (result === null) return '';
  const now = result.kind === 'told' && !result.isClockWrong ? sheet.page.now : null;
  const blocks = [
    verdictLine(result, tail, sheet),
    ...(result.kind === 'told'
      ? [serviceBlock(result.services, tail.findings, sheet)]
      : [besideBlock(result, sheet)]),
    ...issueBlocks(kept, tail, now, sheet),
    gapLines(tail, sheet).join('\n'),
    ...(result.kind === 'told' ? [freshnessLine(result, tail, sheet)] : []),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const SERVICE_COLUMNS: readonly TableColumn<ServiceLine>[] = [
  { key: 'service', title: 'Service', value: (row) => row.service },
  { key: 'status', title: 'Says', value: (row) => row.status, tone: () => 'warn' },
  { key: 'openIssues', title: 'Open issues', value: (row) => row.openIssues },
];

/** Only what is not fine is shown; the rest is a number. */
function serviceBlock(services: readonly ServiceLine[], findings: readonly Finding[], sheet: Sheet): string {
  if (services.length === 0) return '';
  const troubled = services.filter(({ isFine }) => isFine !== true);
  const all = counted(services.length, 'service', 'services');
  if (troubled.length === 0)
    return sheet.prose(`${all}: ${services.length === 1 ? 'it says' : 'all say'} that nothing is wrong.`);
  const title = `${formatCount(troubled.length)} of ${all} ${troubled.length === 1 ? 'is' : 'are'} not fine.`;
  const unexplained = findings
    .filter(({ id, level }) => id === 'health-service-not-fine' && level !== 'info')
    .map(({ evidence, remedy }) => sheet.remote([...evidence, remedy].join(' ')));
  return sheet.below(sheet.summary(title, SERVICE_COLUMNS, troubled), unexplained);
}

/** What matters is told in full, the rest in a line each. */
function issueBlocks(
  kept: readonly DescribedIssue[],
  { result, findings }: Tail<HealthResult>,
  now: Date | null,
  sheet: Sheet,
): readonly string[] {
  const isTold = (row: DescribedIssue): boolean => row.newestPost !== null || toneOf(row) !== null;
  const [told, listed] = [kept.filter(isTold), kept.filter((row) => !isTold(row))];
  const all = (result?.counts.open ?? 0) + (result?.counts.resolved ?? 0);
  const remedyOf = ({ id }: DescribedIssue): string =>
    findings.find(({ subject, level }) => subject === id && level !== 'info')?.remedy ?? '';
  const title =
    kept.length < all
      ? `Issues, ${formatCount(kept.length)} of ${formatCount(all)}; worst first. All: --limit ${all}.`
      : '';
  return [
    sheet.prose(title),
    ...told.map((row) => issueBlock(row, remedyOf(row), now, sheet)),
    listed.length === 0 ? '' : sheet.rows(listTitle(listed), listColumns(listed, sheet), listed),
  ];
}

/** Coloured after it is wrapped, for marks have no width. */
function issueBlock(row: DescribedIssue, remedy: string, now: Date | null, sheet: Sheet): string {
  const { style, timeZone } = sheet.page;
  const tone = toneOf(row);
  const look = { now, sheet, instant: instantFormat(timeZone) };
  const todo: readonly Field[] = remedy === '' ? [] : [['do', sheet.remote(remedy)]];
  const fields = sheet.fields([...issueFields(row, look), ...todo]);
  const kind = kindText(row, sheet);
  const toned = tone === null ? fields : fields.replace(kind, () => style[tone](kind));
  const block = toned.replace('OVERDUE', () => style.warn('OVERDUE'));
  if (row.newestPost === null) return block;
  const post = row.newestPost.sections.map((section) => sheet.prose(sectionText(section, sheet)));
  return sheet.below(block, post);
}

function listTitle(listed: readonly DescribedIssue[]): string {
  const open = listed.filter((row) => row.isOpen).length;
  const over = listed.length - open;
  const parts = [
    open === 0 ? '' : `${formatCount(open)} open that ${open === 1 ? 'touches' : 'touch'} no mail delivery`,
    over === 0 ? '' : `${formatCount(over)} over`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')}. One issue: mailcheck health show ID.`;
}

function listColumns(
  listed: readonly DescribedIssue[],
  { page }: Sheet,
): readonly TableColumn<DescribedIssue>[] {
  const day = (at: Date): string => formatInstant(at, page.timeZone).slice(0, '2026-06-02'.length);
  const ended: TableColumn<DescribedIssue> = {
    key: 'endedAt',
    title: 'Until',
    value: (row) => (row.endedAt === null ? null : day(row.endedAt)),
  };
  const wide: readonly TableColumn<DescribedIssue>[] = [
    { key: 'service', title: 'Service', value: (row) => row.service },
    { key: 'status', title: 'Status', value: (row) => row.status },
  ];
  return [
    { key: 'id', title: 'Issue', value: (row) => row.id },
    { key: 'classification', title: 'Class', value: (row) => row.classification },
    { key: 'title', title: 'Title', value: (row) => row.title },
    { key: 'startedAt', title: 'Since', value: (row) => day(row.startedAt) },
    ...(listed.some((row) => !row.isOpen) ? [ended] : []),
    // A title tells more than these, and the letters of the id tell the service.
    ...(page.widthColumns < WIDE ? [] : wide),
  ];
}

const WIDE = 100;

type Untold = Extract<HealthResult, { kind: 'untold' }>;

/** What is known all the same, each with what it does not say. */
function besideBlock({ beside, showsKept }: Untold, sheet: Sheet): string {
  return sheet.fields([
    ['status page', sheet.remote(beside.statusPage.says)],
    ['from here', sheet.remote(beside.reach.says)],
    ['last known', lastKnownText(beside.lastKnown, showsKept, sheet)],
    ['mail itself', 'mailcheck trace asks for it another way; explain reads a reply without any service.'],
  ]);
}

const IDS_SHOWN = 3;

function lastKnownText(
  kept: Untold['beside']['lastKnown'],
  showsKept: boolean,
  { page, remote }: Sheet,
): string {
  if (kept === null) return 'nothing is kept of an earlier answer.';
  const { issues } = kept.answer;
  const ids = issues.slice(0, IDS_SHOWN).map(({ id }) => remote(id));
  const more = issues.length > ids.length ? ` and ${formatCount(issues.length - ids.length)} more` : '';
  const open =
    issues.length === 0
      ? 'no issue was open'
      : `${counted(issues.length, 'issue was', 'issues were')} open (${ids.join(', ')}${more})`;
  const age = formatAge((page.now.getTime() - kept.seenAt.getTime()) / 1000);
  const hint = showsKept || issues.length === 0 ? '' : ' --cache-ok shows them.';
  return `STALE, ${age} old (${formatInstant(kept.seenAt, page.timeZone)}): ${open}. It may be otherwise now.${hint}`;
}

function freshnessLine(
  result: Extract<HealthResult, { kind: 'told' }>,
  tail: Tail<HealthResult>,
  sheet: Sheet,
): string {
  const asOf = tail.source?.asOf ?? null;
  const trails = 'Posts trail the impact, often by an hour: mailcheck trace shows the mail itself.';
  if (asOf === null) return sheet.prose(`The answer bears no date. ${trails}`);
  const age = result.isClockWrong
    ? ''
    : `, ${formatAge((sheet.page.now.getTime() - asOf.getTime()) / 1000)} ago`;
  return sheet.prose(`As told ${formatInstant(asOf, sheet.page.timeZone)}${age}. ${trails}`);
}
