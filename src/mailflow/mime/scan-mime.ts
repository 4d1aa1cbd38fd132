/**
 * Takes a mail apart into its leaf parts (RFC 2045, 2046). One pass over the bytes, no recursion, fixed limits: what is
 * beyond them is left out and noted, never an error. It looks into no attached message and decodes nothing by itself.
 *
 * A scanner of our own, because the domain imports no package, and because mail parsers made for clients decode every
 * attachment, recurse into what is nested, and state no limits; for a mail made to hurt, those are the whole job here.
 */
import type { ContentType } from './content-type.js';
import { DEFAULT_TYPE, parseContentType } from './content-type.js';
import type { Header } from './header.js';
import { EMPTY_HEADER, fieldOf, isFieldLine, parseHeader } from './header.js';
import type { Octets } from './octets.js';
import { octetsOf } from './octets.js';

export interface MimeLimits {
  readonly bytes: number;
  /** Multiparts inside one another. */
  readonly depth: number;
  /** Those that hold parts included. */
  readonly parts: number;
  /** Of all parts together. */
  readonly headerBytes: number;
}

export const MIME_LIMITS: MimeLimits = {
  bytes: 25 * 1024 * 1024,
  depth: 20,
  parts: 1000,
  headerBytes: 256 * 1024,
};

/** Why a mail was not read whole. */
export type MimeNote =
  'too-large' | 'too-deep' | 'too-many-parts' | 'headers-too-long' | 'no-boundary' | 'boundary-guessed';

export interface MimePart {
  readonly header: Header;
  readonly contentType: ContentType;
  /** As it came: neither transfer encoding nor charset undone. */
  readonly body: Octets;
  /** Multiparts around it. */
  readonly depth: number;
}

export interface MimeMail {
  readonly header: Header;
  readonly contentType: ContentType;
  /** Parts that hold no parts, in order. A mail without parts is one itself. */
  readonly leaves: readonly MimePart[];
  readonly notes: readonly MimeNote[];
}

export function scanMime(bytes: Uint8Array, limits: MimeLimits = MIME_LIMITS): MimeMail {
  // One byte more than is read tells that there was more.
  return scanOctets(octetsOf(bytes.subarray(0, limits.bytes + 1)), limits);
}

export function scanOctets(mail: Octets, limits: MimeLimits = MIME_LIMITS): MimeMail {
  const scan = new Scan(mail.slice(0, limits.bytes), limits);
  if (mail.length > limits.bytes) scan.note('too-large');
  return scan.run();
}

interface Entity {
  readonly header: Header;
  readonly contentType: ContentType;
  readonly bodyAt: number;
  readonly depth: number;
}

/** What a line of the form `--boundary` does. */
interface Delimiter {
  /** Index of the open multipart that it belongs to. */
  readonly level: number;
  readonly closes: boolean;
  /** Where the line before it ends. */
  readonly at: number;
  readonly next: number;
}

/** RFC 2046 allows 70; some programs write more. */
const LONGEST_BOUNDARY = 250;
/** A boundary that the header does not name is looked for in the first lines only. */
const GUESS_CHARS = 65_536;

class Scan {
  readonly #text: Octets;
  readonly #limits: MimeLimits;
  readonly #notes = new Set<MimeNote>();
  readonly #leaves: MimePart[] = [];
  /** Boundaries of the multiparts that are open, outermost first. */
  readonly #open: string[] = [];
  readonly #levelByBoundary = new Map<string, number[]>();
  /** Read so far, those that hold parts included. */
  #parts = 0;
  #headerBytesLeft: number;

  constructor(text: Octets, limits: MimeLimits) {
    this.#text = text;
    this.#limits = limits;
    this.#headerBytesLeft = limits.headerBytes;
  }

  note(note: MimeNote): void {
    this.#notes.add(note);
  }

  run(): MimeMail {
    const whole = this.#readEntity(startOf(this.#text), 0);
    const boundary = this.#boundaryOf(whole);
    if (boundary === null) {
      this.#addLeaf(whole, this.#text.length);
    } else {
      this.#openMultipart(boundary);
      this.#readParts(whole);
    }
    const { header, contentType } = whole;
    return { header, contentType, leaves: this.#leaves, notes: [...this.#notes] };
  }

  /** The boundary of the mail itself: named by the header, else guessed from what the body looks like. */
  #boundaryOf(whole: Entity): string | null {
    const named = boundaryIn(whole.contentType);
    if (named !== null && this.#occurs(named, whole.bodyAt)) return named;
    const isMultipart = whole.contentType.type.startsWith('multipart/');
    const isOpaque = whole.contentType.type.startsWith('message/');
    const guessed = isOpaque
      ? null
      : guessBoundary(this.#text.slice(whole.bodyAt, whole.bodyAt + GUESS_CHARS));
    if (guessed !== null) this.note('boundary-guessed');
    else if (isMultipart) this.note('no-boundary');
    return guessed;
  }

  #occurs(boundary: string, from: number): boolean {
    const delimiter = `--${boundary}`;
    return this.#text.startsWith(delimiter, from) || this.#text.includes(`\n${delimiter}`, from - 1);
  }

  #readParts(whole: Entity): void {
    let delimiter = this.#nextDelimiter(whole.bodyAt);
    while (delimiter !== null && this.#hasRoom()) {
      this.#closeDownTo(delimiter.closes ? delimiter.level : delimiter.level + 1);
      if (delimiter.closes) {
        delimiter = this.#nextDelimiter(delimiter.next);
        continue;
      }
      this.#parts += 1;
      const part = this.#readEntity(delimiter.next, this.#open.length);
      const boundary = boundaryIn(part.contentType);
      const isNested = boundary !== null && this.#mayNest();
      if (isNested) this.#openMultipart(boundary);
      delimiter = this.#nextDelimiter(part.bodyAt);
      // A multipart whose boundary never comes is read as text.
      const isEmpty = isNested && delimiter?.level !== this.#open.length - 1;
      if (!isNested || isEmpty) this.#addLeaf(part, delimiter?.at ?? this.#text.length);
    }
  }

  #hasRoom(): boolean {
    if (this.#parts < this.#limits.parts) return true;
    this.note('too-many-parts');
    return false;
  }

  #mayNest(): boolean {
    if (this.#open.length < this.#limits.depth) return true;
    this.note('too-deep');
    return false;
  }

  #openMultipart(boundary: string): void {
    const levels = this.#levelByBoundary.get(boundary) ?? [];
    levels.push(this.#open.length);
    this.#levelByBoundary.set(boundary, levels);
    this.#open.push(boundary);
  }

  /** Keeps `count` multiparts open. */
  #closeDownTo(count: number): void {
    while (this.#open.length > count) {
      const boundary = this.#open.pop() ?? '';
      const levels = this.#levelByBoundary.get(boundary);
      levels?.pop();
      if (levels?.length === 0) this.#levelByBoundary.delete(boundary);
    }
  }

  /** Jumps from one line that begins with `--` to the next; all other lines are passed over unseen. */
  #nextDelimiter(from: number): Delimiter | null {
    if (this.#levelByBoundary.size === 0) return null;
    let at =
      this.#text.startsWith('--', from) && isLineStart(this.#text, from) ? from : this.#nextDashes(from);
    while (at >= 0) {
      const end = this.#text.indexOf('\n', at);
      const lineEnd = end < 0 ? this.#text.length : end;
      const found = lineEnd - at > LONGEST_BOUNDARY + 8 ? null : this.#match(at, lineEnd);
      if (found !== null) return found;
      at = this.#nextDashes(lineEnd);
    }
    return null;
  }

  /** Index of the next line that begins with `--`, looking from a line end on. */
  #nextDashes(from: number): number {
    const found = this.#text.indexOf('\n--', Math.max(0, from));
    return found < 0 ? -1 : found + 1;
  }

  #match(at: number, lineEnd: number): Delimiter | null {
    const word = this.#text.slice(at + 2, lineEnd).trimEnd();
    const opening = this.#levelByBoundary.get(word)?.at(-1);
    const closing = word.endsWith('--') ? this.#levelByBoundary.get(word.slice(0, -2))?.at(-1) : undefined;
    const level = opening ?? closing;
    if (level === undefined) return null;
    return { level, closes: opening === undefined, at: lineEndBefore(this.#text, at), next: lineEnd + 1 };
  }

  #addLeaf(entity: Entity, end: number): void {
    const { header, contentType, depth, bodyAt } = entity;
    this.#leaves.push({ header, contentType, depth, body: this.#text.slice(bodyAt, Math.max(bodyAt, end)) });
  }

  /** Header lines up to the first blank line, the first delimiter, or the first line that can be none of them. */
  #readEntity(from: number, depth: number): Entity {
    let at = from;
    const isTop = depth === 0;
    while (at < this.#text.length && at - from < this.#headerBytesLeft) {
      const end = this.#text.indexOf('\n', at);
      const lineEnd = end < 0 ? this.#text.length : end;
      const head = this.#text.slice(at, Math.min(lineEnd, at + LONGEST_BOUNDARY + 8)).trimEnd();
      if (head === '' && lineEnd - at < 2) return this.#entity(from, at, lineEnd + 1, depth);
      const isFolded = head.startsWith(' ') || head.startsWith('\t') || head === '';
      if (!isFolded && !isFieldLine(head)) {
        if (!isTop && this.#match(at, lineEnd) !== null) return this.#entity(from, at, at, depth);
        // Junk among fields, as an mbox line that was quoted, does not end the header.
        if (at === from) return this.#entity(from, at, at, depth);
      }
      at = lineEnd + 1;
    }
    const isCut = at < this.#text.length;
    if (isCut) this.note('headers-too-long');
    return this.#entity(from, at, this.#afterHeader(at, isCut), depth);
  }

  #entity(from: number, end: number, bodyAt: number, depth: number): Entity {
    const allowed = Math.min(end, from + Math.max(0, this.#headerBytesLeft));
    this.#headerBytesLeft -= end - from;
    const header = allowed > from ? parseHeader(this.#text.slice(from, allowed)) : EMPTY_HEADER;
    const value = fieldOf(header, 'content-type');
    const contentType = value === null ? DEFAULT_TYPE : parseContentType(value);
    return { header, contentType, bodyAt: Math.min(bodyAt, this.#text.length), depth };
  }

  /** Behind a header that was cut the body begins after the next blank line. */
  #afterHeader(at: number, isCut: boolean): number {
    if (!isCut || this.#headerBytesLeft <= 0) return at;
    const blank = this.#text.indexOf('\n\n', at);
    const blankWithReturn = this.#text.indexOf('\r\n\r\n', at);
    const nearest = [blank < 0 ? -1 : blank + 2, blankWithReturn < 0 ? -1 : blankWithReturn + 4];
    return Math.min(...nearest.filter((end) => end >= 0), this.#text.length);
  }
}

function isLineStart(text: Octets, at: number): boolean {
  return at === 0 || text[at - 1] === '\n';
}

/** The line end before a delimiter belongs to the delimiter (RFC 2046, 5.1.1). */
function lineEndBefore(text: Octets, at: number): number {
  const isPair = text[at - 2] === '\r';
  return Math.max(0, at - (isPair ? 2 : 1));
}

/** Blank lines, a byte-order mark and the `From ` line of an mbox stand before some saved mails. */
function startOf(text: Octets): number {
  let at = text.startsWith('\xef\xbb\xbf') ? 3 : 0;
  while (at < text.length && '\r\n \t'.includes(text.charAt(at))) at += 1;
  if (text.startsWith('From ', at) || text.startsWith('>From ', at)) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end + 1;
  }
  return at;
}

function boundaryIn({ type, parameters }: ContentType): string | null {
  if (!type.startsWith('multipart/')) return null;
  const boundary = (parameters.get('boundary') ?? '').trimEnd();
  return boundary === '' || boundary.length > LONGEST_BOUNDARY ? null : boundary;
}

/** Some lines of preamble may stand before the first part; prose before it makes the delimiter somebody else's. */
const MOST_PREAMBLE_LINES = 4;

/**
 * A body that begins with a line of dashes and a word, which comes again before a Content- field, is a multipart whose
 * header was lost on the way.
 */
function guessBoundary(body: Octets): string | null {
  const filled = body.split('\n').filter((line) => line.trim() !== '');
  const first = filled
    .slice(0, MOST_PREAMBLE_LINES)
    .find((line) => /^--[^\s-]/.test(line) || /^--.*\w/.test(line));
  if (first === undefined || first.length > LONGEST_BOUNDARY + 3) return null;
  const word = first.slice(2).trim();
  const isDelimiter = filled.some(
    (line, index) =>
      line.trimEnd() === `--${word}` && /^content-[a-z-]{4,25}:/i.test(filled[index + 1] ?? ''),
  );
  return isDelimiter ? word : null;
}
