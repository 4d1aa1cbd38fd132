/**
 * A post as text: plain lines, and the labelled sections that Microsoft writes, as `User impact:` and `Next update by:`.
 * Posts are HTML-ish: marks and line feeds both break lines, and a label may stand in the middle of one.
 */
import { textOfHtml } from '../mime/html-text.js';
import type { IssuePost } from './service-issue.js';

export interface ReadPost {
  readonly at: Date;
  /** As the service wrote it. */
  readonly kind: string;
  /** In the order in which they stand. */
  readonly sections: readonly PostSection[];
}

export interface PostSection {
  /** One of the known labels, as we write them; null for text that stands under none. */
  readonly label: string | null;
  /** Lines joined by line feeds; remote text. */
  readonly text: string;
}

const LABELS = [
  'Title',
  'User impact',
  'More info',
  'Current status',
  'Scope of impact',
  'Start time',
  'Estimated start time',
  'End time',
  'Estimated end time',
  'Estimated time to resolve',
  'Preliminary root cause',
  'Root cause',
  'Workaround',
  'Final status',
  'Next steps',
  'Next update by',
  'Next update',
  'Incident report',
] as const;

const LABEL_BY_WORD: ReadonlyMap<string, string> = new Map(
  LABELS.map((label) => [label.toLowerCase(), label]),
);
/** Longer posts are not written; beyond it nothing is read. */
const MOST_CHARACTERS = 65_536;
const LONGEST_LABEL = 32;

export function readPost({ at, kind, content, contentType }: IssuePost): ReadPost {
  return { at, kind, sections: sectionsOf(linesOf(content, contentType)) };
}

function linesOf(content: string, contentType: IssuePost['contentType']): readonly string[] {
  const short = content.slice(0, MOST_CHARACTERS);
  const text = contentType === 'html' ? textOfHtml(withBreaks(short), MOST_CHARACTERS) : short;
  return text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim())
    .filter((line) => line !== '')
    .flatMap(apartAtLabels);
}

/** Line feeds outside of tags break lines as well. */
function withBreaks(html: string): string {
  return html.replace(/<[^<>]{0,1000}>|\n/g, (found) => (found === '\n' ? '<br>' : found));
}

/** A label within a line begins a line; it is written with its capital there, which prose is not. */
function apartAtLabels(line: string): readonly string[] {
  const starts = [...line.matchAll(/:/g)].flatMap(({ index }) => {
    const start = labelEndingAt(line, index);
    return start === null || start === 0 ? [] : [start];
  });
  const cuts = [0, ...starts, line.length];
  return cuts
    .slice(0, -1)
    .map((from, index) => line.slice(from, cuts[index + 1]).trim())
    .filter((part) => part !== '');
}

function labelEndingAt(line: string, colon: number): number | null {
  const label = LABELS.find((candidate) => {
    const start = colon - candidate.length;
    return start >= 0 && line.startsWith(candidate, start) && (start === 0 || line[start - 1] === ' ');
  });
  return label === undefined ? null : colon - label.length;
}

function sectionsOf(lines: readonly string[]): readonly PostSection[] {
  const sections: { label: string | null; lines: string[] }[] = [];
  for (const line of lines) {
    const { label, rest } = labelled(line);
    const last = sections.at(-1);
    const isMore = label === null ? last !== undefined : last?.label === label;
    if (isMore && last !== undefined) last.lines.push(rest);
    else sections.push({ label, lines: [rest] });
  }
  return sections
    .map((section) => ({
      label: section.label,
      text: section.lines.filter((text) => text !== '').join('\n'),
    }))
    .filter(({ text }) => text !== '');
}

function labelled(line: string): { readonly label: string | null; readonly rest: string } {
  const colon = line.slice(0, LONGEST_LABEL).indexOf(':');
  const label = colon < 0 ? undefined : LABEL_BY_WORD.get(line.slice(0, colon).trim().toLowerCase());
  return label === undefined ? { label: null, rest: line } : { label, rest: line.slice(colon + 1).trim() };
}
