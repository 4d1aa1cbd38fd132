/** The posts of an issue in order: what each changed, how long after the impact it came, and when the next is due. */
import { isOpen } from './is-open.js';
import type { PostSection } from './read-post.js';
import { readPost } from './read-post.js';
import type { ServiceIssue } from './service-issue.js';
import { parseUpdateTime } from './update-time.js';

export interface IssueTimeline {
  /** Oldest first. */
  readonly posts: readonly TimelinePost[];
  readonly firstPostAt: Date | null;
  readonly newestPostAt: Date | null;
  /** From the beginning of the impact to the first post; below zero when the post came first, null without posts. */
  readonly lagSeconds: number | null;
  /** What the newest post names; null when it names none, or the issue is over. */
  readonly nextUpdate: NextUpdate | null;
}

export interface TimelinePost {
  readonly at: Date;
  /** As the service wrote it: `regular`, `quick`, `strategic`. */
  readonly kind: string;
  readonly sections: readonly PostSection[];
  /** Beside the post before it; empty for the first. */
  readonly changes: readonly SectionChange[];
  readonly sinceImpactSeconds: number;
  /** Null for the first. */
  readonly sinceLastPostSeconds: number | null;
  readonly nextUpdate: NextUpdate | null;
}

export interface SectionChange {
  readonly kind: 'added' | 'changed' | 'removed';
  /** Null for text under no label. */
  readonly label: string | null;
  /** The section as it is now; of a removed one as it was. */
  readonly text: string;
}

export interface NextUpdate {
  /** As it was written; remote text. */
  readonly text: string;
  /** Null when the text is not understood. */
  readonly at: Date | null;
}

export function timelineOf(issue: ServiceIssue): IssueTimeline {
  const ordered = issue.posts.toSorted((left, right) => left.at.getTime() - right.at.getTime());
  const posts: TimelinePost[] = [];
  for (const post of ordered) {
    const before = posts.at(-1);
    const { at, kind, sections } = readPost(post);
    posts.push({
      ...{ at, kind, sections },
      changes: before === undefined ? [] : changesBetween(before.sections, sections),
      sinceImpactSeconds: secondsBetween(issue.startedAt, at),
      sinceLastPostSeconds: before === undefined ? null : secondsBetween(before.at, at),
      nextUpdate: nextUpdateIn(sections),
    });
  }
  const [first, newest] = [posts.at(0), posts.at(-1)];
  return {
    posts,
    firstPostAt: first?.at ?? null,
    newestPostAt: newest?.at ?? null,
    lagSeconds: first?.sinceImpactSeconds ?? null,
    nextUpdate: isOpen(issue) ? (newest?.nextUpdate ?? null) : null,
  };
}

/** True when the named time has passed and nothing came; null when no time is named that can be understood. */
export function isOverdue(nextUpdate: NextUpdate | null, now: Date): boolean | null {
  if (nextUpdate === null || nextUpdate.at === null) return null;
  return nextUpdate.at < now;
}

/** By section, in the order in which the newer post has them; what is gone comes last. */
export function changesBetween(
  before: readonly PostSection[],
  after: readonly PostSection[],
): readonly SectionChange[] {
  const [older, newer] = [textByLabel(before), textByLabel(after)];
  const changes: SectionChange[] = [];
  for (const [label, text] of newer) {
    const was = older.get(label);
    if (was === text) continue;
    changes.push({ kind: was === undefined ? 'added' : 'changed', label, text });
  }
  for (const [label, text] of older) {
    if (!newer.has(label)) changes.push({ kind: 'removed', label, text });
  }
  return changes;
}

/** A label that occurs twice is one section. */
function textByLabel(sections: readonly PostSection[]): ReadonlyMap<string | null, string> {
  const texts = new Map<string | null, string>();
  for (const { label, text } of sections) {
    const before = texts.get(label);
    texts.set(label, before === undefined ? text : `${before}\n${text}`);
  }
  return texts;
}

function nextUpdateIn(sections: readonly PostSection[]): NextUpdate | null {
  const text = sections.findLast(({ label }) => label === 'Next update by' || label === 'Next update')?.text;
  return text === undefined ? null : { text, at: parseUpdateTime(text) };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 1000);
}
