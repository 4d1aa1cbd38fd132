/** Where reply codes and enhanced codes stand in a text, and which figures only look like them. */

/** A place where a reply begins. */
export interface Head {
  readonly at: number;
  /** Index of the first character after the codes. */
  readonly end: number;
  readonly replyCode: number;
  readonly enhancedStatus: string | null;
  readonly role: 'quoted' | 'next-line' | 'inline';
  /** A hyphen behind the reply code: more lines of the same reply follow. */
  readonly hasMore: boolean;
}

/** Success has few codes (RFC 5321, 4.2.3; RFC 4954); failures are given any number by their servers. */
const REPLY_CODE = /2(?:0[0-2]|1[0-4]|2[01]|35|5[0-3])|[45][0-7]\d/g;
const STATUS = /[245]\.[0-7]\.\d/g;
const LEAD_WORD =
  /(?:error|code|status|said|says|response|reply|with|returned|answered|smtp|esmtp|reason|host)$/i;
const VERSION_WORD = /(?:version|release|section|exim|postfix|sendmail|build|rfc)[\s:-]$/i;
const AMOUNT =
  /\s(?:seconds?|minutes?|hours?|days?|messages?|recipients?|connections?|bytes|[kmg]i?b|ms|times|more)\b/iy;
const ADDRESS_GROUP = /:[\da-f]{0,4}:/iy;
const ADDRESS_TAIL = /[\da-f]{0,4}:[\da-f]{0,16}:$|(?:^|[^\w])\d{1,2}:$|:[\da-f]{1,4}:$/i;
const LINK_TAIL = /\w#$|[?&]\w{1,12}=$/;
const OPENERS = '\'"`>([{<=:';
const BEFORE_STATUS = '-_#:=([<\'"';
const AFTER_STATUS = '-_#:)]>';
const NEVER_BEFORE_CODE = '.-/&?';
const AFTER_CODE = '-#:;,_=)\'"]<(>.';
const LOOK_BACK = 16;

/** A reply has few lines and quotes few others: what follows that many codes is read as words. */
const MOST_HEADS = 500;

/** The places where a reply begins, in their order. */
export function findHeads(text: string): Head[] {
  const heads: Head[] = [];
  for (let at = nextMatch(REPLY_CODE, text, 0); at !== -1; at = nextMatch(REPLY_CODE, text, at + 1)) {
    if (heads.length === MOST_HEADS) break;
    if (!isBasicCode(text, at)) continue;
    const head = readHead(text, at, heads.length === 0);
    if (head !== null) heads.push(head);
  }
  return heads;
}

/** An enhanced code away from any reply code, in the pieces of a text. */
export function findFreeStatus(text: string, spans: readonly number[]): string | null {
  let piece = 0;
  for (let at = nextMatch(STATUS, text, spans[0] ?? 0); at !== -1; at = nextMatch(STATUS, text, at + 1)) {
    while (piece < spans.length && at >= (spans[piece + 1] ?? 0)) piece += 2;
    const from = spans[piece];
    const to = spans[piece + 1];
    if (from === undefined || to === undefined) return null;
    const end = at < from ? -1 : endOfStatus(text, at);
    if (end !== -1 && end <= to && standsFree(text, from, at, end)) return statusAt(text, at, end);
  }
  return null;
}

/** Where the engine finds the next candidate: much quicker than looking at each character here. */
function nextMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  if (!pattern.test(text)) return -1;
  return pattern.lastIndex - (pattern === STATUS ? 5 : 3);
}

function standsFree(text: string, from: number, at: number, end: number): boolean {
  if (isWord(text.charCodeAt(end))) return false;
  if (at === from) return true;
  const before = text.charCodeAt(at - 1);
  return (
    !isWord(before) && before !== DOT && !VERSION_WORD.test(text.slice(Math.max(from, at - LOOK_BACK), at))
  );
}

function readHead(text: string, at: number, isFirst: boolean): Head | null {
  const replyCode = Number(text.slice(at, at + 3));
  const role = roleOf(text, at);
  const hasMore = text.charCodeAt(at + 3) === HYPHEN;
  const status = startOfStatus(text, at + 3);
  const end = status === -1 ? -1 : endOfStatus(text, status);
  if (end !== -1) {
    const closed = isOneOf(AFTER_STATUS, text, end) || isBlank(text.charCodeAt(end)) ? end + 1 : end;
    return { at, end: closed, replyCode, enhancedStatus: statusAt(text, status, end), role, hasMore };
  }
  if (text.charCodeAt(at + 3) === DOT && isDigit(text.charCodeAt(at + 4))) return null;
  if (!canStandAlone(text, at, replyCode, isFirst) || !isIntroduced(text, at, role)) return null;
  return { at, end: at + 3, replyCode, enhancedStatus: null, role, hasMore };
}

function roleOf(text: string, at: number): Head['role'] {
  const limit = Math.max(0, at - LOOK_BACK);
  let last = at - 1;
  while (last >= limit && isBlank(text.charCodeAt(last))) last -= 1;
  if (last < limit || startsLine(text, at, limit)) return 'next-line';
  return isOneOf(OPENERS, text, last) ? 'quoted' : 'inline';
}

function startsLine(text: string, at: number, limit: number): boolean {
  let before = at - 1;
  while (before >= limit && isIndent(text.charCodeAt(before))) before -= 1;
  return before >= limit && text.charCodeAt(before) === LINE_FEED;
}

function isIndent(code: number): boolean {
  return code === SPACE || code === TAB || code === LESS_THAN;
}

/** Three digits that SMTP can have, not part of a longer figure, name or link. */
function isBasicCode(text: string, at: number): boolean {
  const second = text.charCodeAt(at + 1);
  if (second < ZERO || second > SEVEN || !isDigit(text.charCodeAt(at + 2))) return false;
  if (at > 0 && (isWord(text.charCodeAt(at - 1)) || isOneOf(NEVER_BEFORE_CODE, text, at - 1))) return false;
  return at + 3 === text.length || isOneOf(AFTER_CODE, text, at + 3) || isBlank(text.charCodeAt(at + 3));
}

/** Figures that look like codes: amounts, bracketed ids, the groups of an IPv6 address, parts of a link. */
function canStandAlone(text: string, at: number, replyCode: number, isFirst: boolean): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at + 3);
  if (after === COLON && matchesAt(ADDRESS_GROUP, text, at + 3)) return false;
  if (before === COLON && ADDRESS_TAIL.test(lookBack(text, at))) return false;
  if ((before === OPEN_ROUND || before === OPEN_SQUARE) && (after === CLOSE_ROUND || after === CLOSE_SQUARE))
    return false;
  if ((before === NUMBER_SIGN || before === EQUALS) && LINK_TAIL.test(lookBack(text, at))) return false;
  return isFirst || (replyCode >= 400 && !matchesAt(AMOUNT, text, at + 3));
}

function isIntroduced(text: string, at: number, role: Head['role']): boolean {
  if (role !== 'inline') return true;
  const before = lookBack(text, at).trimEnd();
  return /[;#,|]$/.test(before) || LEAD_WORD.test(before) || /^-[\w'"<]/.test(text.slice(at + 3, at + 5));
}

function lookBack(text: string, at: number): string {
  return text.slice(Math.max(0, at - LOOK_BACK), at);
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Index of the enhanced code that is attached to a reply code by one to three marks; -1 when there is none. */
function startOfStatus(text: string, from: number): number {
  let at = from;
  while (at - from < 3 && (isOneOf(BEFORE_STATUS, text, at) || isBlank(text.charCodeAt(at)))) at += 1;
  return at > from && isClassDigit(text.charCodeAt(at)) ? at : -1;
}

/** Index behind the enhanced code that begins here; -1 when none does. Longer figures and versions are none. */
function endOfStatus(text: string, at: number): number {
  const subject = text.charCodeAt(at + 2);
  if (text.charCodeAt(at + 1) !== DOT || subject < ZERO || subject > SEVEN) return -1;
  if (text.charCodeAt(at + 3) !== DOT) return -1;
  const detail = at + 4;
  let end = detail;
  while (end < detail + 4 && isDigit(text.charCodeAt(end))) end += 1;
  if (end === detail || end === detail + 4) return -1;
  return text.charCodeAt(end) === DOT && isDigit(text.charCodeAt(end + 1)) ? -1 : end;
}

/** `5.1.01` is 5.1.1. */
function statusAt(text: string, at: number, end: number): string {
  const detail = at + 4;
  if (end - detail === 1 || text.charCodeAt(detail) !== ZERO) return text.slice(at, end);
  return text.slice(at, detail) + String(Number(text.slice(detail, end)));
}

const TAB = 9;
const LINE_FEED = 10;
const SPACE = 32;
const NUMBER_SIGN = 35;
const OPEN_ROUND = 40;
const CLOSE_ROUND = 41;
const HYPHEN = 45;
const DOT = 46;
const ZERO = 48;
const TWO = 50;
const FOUR = 52;
const FIVE = 53;
const SEVEN = 55;
const COLON = 58;
const LESS_THAN = 60;
const EQUALS = 61;
const OPEN_SQUARE = 91;
const CLOSE_SQUARE = 93;

/** Success, deferral, failure: the first digit of both kinds of code. */
function isClassDigit(code: number): boolean {
  return code === TWO || code === FOUR || code === FIVE;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

function isWord(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

/** What `\s` means in a regular expression. */
function isBlank(code: number): boolean {
  if (code <= SPACE) return code === SPACE || (code >= TAB && code <= 13);
  return code >= 0xa0 && /\s/.test(String.fromCharCode(code));
}

function isOneOf(marks: string, text: string, at: number): boolean {
  return at < text.length && marks.includes(text.charAt(at));
}
