/** The prose of a notice: its own words, without the message that it returns and without the marks of forwarding. */
import { isFieldLine } from '../../mime/header.js';
import { textOfPart } from '../../mime/part-text.js';
import type { MimeMail, MimePart } from '../../mime/scan-mime.js';
import type { Statements } from './statement.js';
import { inTurns, readStatements } from './statement.js';

/** The judge reads no more of one text. */
export const LONGEST_PROSE = 65_536;

/** Lines that a program puts before the message that it returns. All are told by their beginning. */
const RETURNED_HEADINGS = [
  /^[-=*|+\s]{0,80}(?:begin of )?(?:original|unsent|returned|your original)[ -](?:e-?mail|message|mail)\b(?! is\b| was\b| could\b| has\b)/i,
  /^[-=*|+\s]{0,80}(?:this is|included is|below is|enclosed is|here is|following is) (?:a|the) copy of/i,
  /^[-=*|+\s]{0,80}(?:a )?copy of (?:the|your) (?:original )?(?:message|mail)/i,
  /^[-=*|+\s]{0,80}below (?:this line|is (?:a|the))/i,
  /^[-=*|+\s]{0,80}the headers? of the original/i,
  /^[-=*|+\s]{0,80}message (?:headers?|text) follows?\b/i,
  /^[-=*|+\s]{0,80}bounced e-?mail:/i,
];
/** Fields that only a mail's own header has; prose does not begin a line so. */
const RETURNED_FIELD =
  /^(?:received|return-path|dkim-signature|x-received|message-id|mime-version|delivered-to):[ \t]*\S/i;
const QUOTE = /^(?:> ?){1,8}/;
/** A session line, as `>>> RCPT TO:<…>`, is no quotation. */
const SESSION = /^>>> ?[A-Z]{4}\b/i;

/** Read when it is asked, and once: a report for machines mostly needs none of it. */
export interface Prose {
  /** Empty when the mail has no text of its own. */
  readonly text: () => string;
  /** The lines before the returned message; where nothing stands before it, there is nothing to judge. */
  readonly lines: () => readonly string[];
  readonly statements: () => Statements;
  /** What belongs to no recipient, the first answer of a session before all of it. */
  readonly restInTurns: () => readonly string[];
}

export function openProse(mail: MimeMail): Prose {
  const text = once(() => proseOf(mail));
  const lines = once(() => linesBeforeReturned(text()));
  const statements = once(() => readStatements(lines()));
  return { text, lines, statements, restInTurns: once(() => inTurns(statements().rest)) };
}

function once<T>(read: () => T): () => T {
  let kept: { readonly value: T } | null = null;
  return () => (kept ??= { value: read() }).value;
}

function proseOf(mail: MimeMail): string {
  for (const part of textParts(mail)) {
    const text = textOfPart(part, LONGEST_PROSE).trim();
    if (text !== '') return withoutQuoteMarks(text);
  }
  return '';
}

/** Plain text first; what comes after an attached message belongs to it, or is an advertisement. */
function textParts(mail: MimeMail): MimePart[] {
  const attached = mail.leaves.findIndex(({ contentType }) => contentType.type === 'message/rfc822');
  const own = attached < 0 ? mail.leaves : mail.leaves.slice(0, attached);
  // A multipart that holds no parts is prose too.
  const isPlain = ({ contentType }: MimePart): boolean =>
    contentType.type === 'text/plain' || contentType.type === '' || contentType.type.startsWith('multipart/');
  const isHtml = ({ contentType }: MimePart): boolean => contentType.type === 'text/html';
  return [...own.filter(isPlain), ...own.filter(isHtml)].slice(0, MOST_TEXT_PARTS);
}

const MOST_TEXT_PARTS = 8;

/** A notice that a person passed on stands behind `>`; when most lines do, the marks say nothing. */
function withoutQuoteMarks(text: string): string {
  const lines = text.split('\n');
  const filled = lines.filter((line) => line.trim() !== '');
  const quoted = filled.filter((line) => line.startsWith('>') && !SESSION.test(line));
  if (quoted.length * 2 < filled.length) return text;
  return lines.map((line) => line.replace(QUOTE, '')).join('\n');
}

export function linesBeforeReturned(text: string): readonly string[] {
  const lines = text.split('\n');
  const end = lines.findIndex((line, index) => beginsReturned(line, lines[index + 1] ?? ''));
  return end < 0 ? lines : lines.slice(0, end);
}

function beginsReturned(line: string, next: string): boolean {
  const head = line.slice(0, 200);
  if (RETURNED_HEADINGS.some((heading) => heading.test(head))) return true;
  return RETURNED_FIELD.test(head) && (isFieldLine(next) || /^[ \t]+\S/.test(next));
}
