/** An issue in words: what its screens share. */
import type { DescribedIssue } from '#mailflow/health/describe-issue.js';
import type { PostSection } from '#mailflow/health/read-post.js';
import { classOf } from '#mailflow/health/status-words.js';
import { formatAge } from '#render/human-format.js';
import type { Field, Sheet } from '#render/sheet.js';
import type { Style } from '#render/writer.js';

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

export interface IssueLook {
  readonly sheet: Sheet;
  /** Null where ages mean nothing: the answer is old, or the clocks disagree. */
  readonly now: Date | null;
  readonly instant: (at: Date) => string;
}

export function issueFields(issue: DescribedIssue, look: IssueLook): readonly Field[] {
  const { remote } = look.sheet;
  const { service, feature, featureGroup, postCount, newestPostAt } = issue;
  // A feature often bears the name of its group.
  const filed = [...new Set([service, featureGroup ?? '', feature ?? ''])].filter((text) => text !== '');
  const fields: readonly Field[] = [
    ['issue', `${remote(issue.id)}: ${kindText(issue, look.sheet)}, ${statusText(issue, look.sheet)}`],
    ['title', remote(issue.title)],
    ['since', sinceText(issue, look)],
    ['filed under', filed.map(remote).join(', ')],
    ['newest post', newestPostAt === null ? 'none yet' : agedText(newestPostAt, look)],
    ['next update', postCount === 0 ? '' : nextUpdateText(issue, look)],
  ];
  return fields.filter(([, text]) => text !== '');
}

function statusText({ isOpen, isStale, status }: DescribedIssue, { remote }: Sheet): string {
  const stale = isStale ? '; STALE' : '';
  return `${isOpen ? 'open' : 'over'} (${remote(status)}${stale})`;
}

function sinceText(
  { startedAt, endedAt, firstPostLagSeconds: lag }: DescribedIssue,
  look: IssueLook,
): string {
  const began =
    endedAt === null ? agedText(startedAt, look) : `${look.instant(startedAt)} to ${look.instant(endedAt)}`;
  return lag === null || lag <= 0 ? began : `${began}; first post ${formatAge(lag)} later`;
}

/** `2026-06-02 17:04 UTC, 26 min ago` */
function agedText(at: Date, { now, instant }: IssueLook): string {
  if (now === null || at > now) return instant(at);
  return `${instant(at)}, ${formatAge((now.getTime() - at.getTime()) / 1000)} ago`;
}

/** Whether it is overdue; what is not understood is shown as it was written. */
function nextUpdateText(issue: DescribedIssue, { now, instant, sheet }: IssueLook): string {
  const { nextUpdateAt, nextUpdateText: written, isOverdue, isOpen } = issue;
  if (!isOpen) return '';
  if (written === null) return 'none is named';
  if (nextUpdateAt === null) return `"${sheet.remote(written.split('\n')[0] ?? '')}"`;
  if (now === null || isOverdue === null) return instant(nextUpdateAt);
  const age = formatAge(Math.abs(now.getTime() - nextUpdateAt.getTime()) / 1000);
  return `${instant(nextUpdateAt)}, ${isOverdue ? `OVERDUE by ${age}` : `in ${age}`}`;
}

/** Our own line breaks: a section of several lines is a list of them. */
export function sectionText({ label, text }: PostSection, { remote }: Sheet): string {
  const lines = text.split('\n').map(remote).join(' / ');
  return label === null ? lines : `${label}: ${lines}`;
}
