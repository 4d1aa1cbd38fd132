import type { Views } from '#cli/command.js';
import type { DescribedIssue } from '#mailflow/health/describe-issue.js';
import type { PostSection } from '#mailflow/health/read-post.js';
import type { SectionChange, TimelinePost } from '#mailflow/health/timeline.js';
import { counted, formatAge, formatCount, formatInstant } from '#render/human-format.js';
import type { Field, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Column, Page, Tail } from '#render/writer.js';

import { gapLines } from '../trace/gap-lines.js';
import { issueFields, kindText, sectionText, toneOf } from './issue-text.js';

export interface ShownIssue {
  readonly issue: DescribedIssue;
  /** Null where ages mean nothing. */
  readonly now: Date | null;
  /** When a kept answer was seen; null for what the service says now. */
  readonly seenAt: Date | null;
}

const POST_COLUMNS: readonly Column<TimelinePost>[] = [
  { key: 'at', title: 'Time', value: (row) => row.at },
  { key: 'kind', title: 'Kind', value: (row) => row.kind },
  { key: 'sinceImpactSeconds', title: 'After impact', value: (row) => row.sinceImpactSeconds },
  { key: 'sinceLastPostSeconds', title: 'After last post', value: (row) => row.sinceLastPostSeconds },
  { key: 'nextUpdateAt', title: 'Next update', value: (row) => row.nextUpdate?.at ?? null },
  {
    key: 'changed',
    title: 'Changed',
    value: (row) => row.changes.map(({ kind, label }) => `${kind} ${label ?? 'text'}`).join('; '),
  },
  {
    key: 'text',
    title: 'Text',
    value: (row) =>
      row.sections.map(({ label, text }) => (label === null ? text : `${label}: ${text}`)).join('\n'),
  },
];

export const showViews: Views<TimelinePost, ShownIssue> = {
  columns: POST_COLUMNS,
  rank: (row) => row.at.getTime(),
  table: (kept, tail, page) => showText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => showText(kept, tail, markdownSheet(page)),
};

function showText(kept: readonly TimelinePost[], tail: Tail<ShownIssue>, sheet: Sheet): string {
  if (tail.result === null) return '';
  const { issue, now, seenAt } = tail.result;
  const blocks = [
    issueBlock(issue, now, sheet),
    seenAt === null ? '' : sheet.prose(staleText(seenAt, sheet.page)),
    postsLine(kept, issue, sheet),
    ...kept.map((post, index) => postBlock(post, index === 0, sheet)),
    gapLines(tail, sheet).join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** Coloured after it is wrapped, for marks have no width. */
function issueBlock(issue: DescribedIssue, now: Date | null, sheet: Sheet): string {
  const { style } = sheet.page;
  const impact = issue.impact === null || issue.impact === issue.title ? '' : issue.impact;
  const fields: readonly Field[] = [
    ...issueFields(issue, { now, sheet, instant: (at) => bothTimes(at, sheet.page) }),
    ...(impact === '' ? [] : [['impact', sheet.remote(impact)] as const]),
  ];
  const kind = kindText(issue, sheet);
  const tone = toneOf(issue);
  const text = sheet.fields(fields).replace('OVERDUE', () => style.warn('OVERDUE'));
  return tone === null ? text : text.replace(kind, () => style[tone](kind));
}

function staleText(seenAt: Date, page: Page): string {
  const age = formatAge((page.now.getTime() - seenAt.getTime()) / 1000);
  return `STALE: the service cannot be asked; so it was ${age} ago (${formatInstant(seenAt, page.timeZone)}).`;
}

function postsLine(kept: readonly TimelinePost[], { postCount }: DescribedIssue, sheet: Sheet): string {
  if (postCount === 0) return sheet.prose('There is no post yet.');
  const shown = kept.length < postCount ? `, ${formatCount(kept.length)} shown (--limit ${postCount})` : '';
  return sheet.prose(
    `${counted(postCount, 'post', 'posts')}${shown}, newest first; the newest and the first whole, of the others what they changed.`,
  );
}

function postBlock(post: TimelinePost, isNewest: boolean, sheet: Sheet): string {
  const head = sheet.prose(headText(post, sheet));
  const isFirst = post.sinceLastPostSeconds === null;
  const lines =
    isNewest || isFirst
      ? post.sections.map((section) => sectionText(section, sheet))
      : changeTexts(post, sheet);
  const changed = isNewest && !isFirst ? [changedText(post, sheet)] : [];
  return sheet.below(sheet.page.style.strong(head), [...lines, ...changed]);
}

function headText(post: TimelinePost, { page, remote }: Sheet): string {
  const { at, kind, sinceImpactSeconds, sinceLastPostSeconds } = post;
  const parts = [
    bothTimes(at, page),
    sinceImpactSeconds > 0 ? `${formatAge(sinceImpactSeconds)} after the impact began` : '',
    sinceLastPostSeconds === null
      ? 'the first post'
      : `${formatAge(sinceLastPostSeconds)} after the last post`,
    kind.toLowerCase() === 'regular' ? '' : remote(kind),
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}

/** `2026-06-02 17:04 UTC (19:04 +02:00)`: as others read it, and as the clock on our wall. */
function bothTimes(at: Date, { timeZone }: Page): string {
  const [utc, local] = [formatInstant(at, 'UTC'), formatInstant(at, timeZone)];
  if (utc === local) return utc;
  const day = '2026-06-02 '.length;
  return `${utc} (${utc.slice(0, day) === local.slice(0, day) ? local.slice(day) : local})`;
}

function changedText({ changes }: TimelinePost, sheet: Sheet): string {
  if (changes.length === 0) return 'Nothing changed beside the post before.';
  return `Beside the post before: ${changes.map((change) => `${change.kind} ${nameOf(change, sheet)}`).join(', ')}.`;
}

function changeTexts({ changes }: TimelinePost, sheet: Sheet): readonly string[] {
  if (changes.length === 0) return ['Nothing changed beside the post before.'];
  return changes.map((change) =>
    change.kind === 'removed'
      ? `removed ${nameOf(change, sheet)}`
      : `${change.kind} ${sectionText(change, sheet)}`,
  );
}

function nameOf({ label }: Pick<PostSection & SectionChange, 'label'>, { remote }: Sheet): string {
  return label === null ? 'text without a label' : remote(label);
}
