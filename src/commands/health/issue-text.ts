/** An issue in words: what its screens share. */
import type { DescribedIssue } from '#mailflow/health/describe-issue.js';
import type { PostSection } from '#mailflow/health/read-post.js';
import { classOf } from '#mailflow/health/status-words.js';
import { formatAge, formatInstant } from '#render/human-format.js';
import type { Field, Sheet } from '#render/sheet.js';
import type { Page, Style } from '#render/writer.js';

const TOPICS = { 'mail-flow': ' on mail flow', 'sign-in': ' on sign-in' } as const;

/** `incident on mail flow`; a class that nobody knows as it came. */
export function kindText({ classification, touches }: DescribedIssue, { remote }: Sheet): string {
  const known = classOf(classification);
  const kind = known === 'unknown' ? `unknown class "${remote(classification)}"` : known;
  return touches === null ? kind : kind + TOPICS[touches];
}

export function toneOf({ level }: DescribedIssue): keyof Style | null {
  if (level === 'critical') return 'bad';
  return level === 'warning' ? 'warn' : null;
}

/** `now` is null where ages mean nothing: the answer is old, or the clocks disagree. */
export function issueFields(issue: DescribedIssue, now: Date | null, sheet: Sheet): readonly Field[] {
  const { page, remote } = sheet;
  const { service, feature, featureGroup, postCount, newestPostAt } = issue;
  const filed = [service, featureGroup, feature].filter((text) => text !== null && text !== '');
  const fields: readonly Field[] = [
    ['issue', `${remote(issue.id)}: ${kindText(issue, sheet)}, ${statusText(issue, sheet)}`],
    ['title', remote(issue.title)],
    ['since', sinceText(issue, now, page)],
    ['filed under', filed.map((text) => remote(text ?? '')).join(', ')],
    ['newest post', newestPostAt === null ? 'none yet' : instantText(newestPostAt, now, page)],
    ['next update', postCount === 0 ? '' : nextUpdateText(issue, now, sheet)],
  ];
  return fields.filter(([, text]) => text !== '');
}

function statusText({ isOpen, isStale, status }: DescribedIssue, { remote }: Sheet): string {
  const stale = isStale ? '; STALE' : '';
  return `${isOpen ? 'open' : 'over'} (${remote(status)}${stale})`;
}

function sinceText(
  { startedAt, endedAt, firstPostLagSeconds: lag }: DescribedIssue,
  now: Date | null,
  page: Page,
): string {
  const began =
    endedAt === null
      ? instantText(startedAt, now, page)
      : `${formatInstant(startedAt, page.timeZone)} to ${formatInstant(endedAt, page.timeZone)}`;
  if (lag === null) return began;
  return lag > 0 ? `${began}; first post ${formatAge(lag)} later` : began;
}

/** `2026-06-02 17:04 UTC, 26 min ago` */
function instantText(at: Date, now: Date | null, page: Page): string {
  const text = formatInstant(at, page.timeZone);
  if (now === null || at > now) return text;
  return `${text}, ${formatAge((now.getTime() - at.getTime()) / 1000)} ago`;
}

/** Whether it is overdue; what is not understood is shown as it was written. */
export function nextUpdateText(issue: DescribedIssue, now: Date | null, { page, remote }: Sheet): string {
  const { nextUpdateAt, nextUpdateText: written, isOverdue, isOpen } = issue;
  if (!isOpen) return '';
  if (written === null) return 'none is named';
  if (nextUpdateAt === null) return `"${remote(written.split('\n')[0] ?? '')}"`;
  const text = formatInstant(nextUpdateAt, page.timeZone);
  if (now === null || isOverdue === null) return text;
  const age = formatAge(Math.abs(now.getTime() - nextUpdateAt.getTime()) / 1000);
  return isOverdue ? `${text}, OVERDUE by ${age}` : `${text}, in ${age}`;
}

/** Our own line breaks: a section of several lines is a list of them. */
export function sectionText({ label, text }: PostSection, { remote }: Sheet): string {
  const lines = text.split('\n').map(remote).join(' / ');
  return label === null ? lines : `${label}: ${lines}`;
}
