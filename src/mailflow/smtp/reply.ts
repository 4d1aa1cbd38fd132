/**
 * SMTP replies as they are found in the wild: bare, wrapped by a reporting program, spread over several lines, or
 * quoted inside another reply. Knows where a code can stand; refuses to know what a code means.
 */

export interface SmtpReply {
  /** Three digits (RFC 5321, 4.2), or null. */
  readonly replyCode: number | null;
  /** Enhanced status code (RFC 3463) as text, or null. */
  readonly enhancedStatus: string | null;
  /** What this reply says, lines joined; without the replies that it quotes. */
  readonly text: string;
  /** Replies quoted inside, in the order of their nesting: the last is the innermost. */
  readonly quoted: readonly SmtpReply[];
}

/** One reply without what it quotes. */
type Part = Omit<SmtpReply, 'quoted'>;

/** A place where a reply begins. */
interface Head {
  readonly at: number;
  /** Index of the first character after the codes. */
  readonly end: number;
  readonly replyCode: number;
  readonly enhancedStatus: string | null;
  readonly role: 'quoted' | 'next-line' | 'inline';
}

const BASIC = /(?<![\w.\-/&?])[245][0-7]\d(?=[\s\-#:;,_=)'"\]<(>.]|$)/g;
const ATTACHED = /[\s\-_#:=([<'"]{1,3}([245])\.([0-7])\.(\d{1,3})(?!\d|\.\d)[\s\-_#:)\]>]?/y;
const FREE =
  /(?<![\w.])(?<!(?:version|release|section|exim|postfix|sendmail|build|rfc)[\s:-])([245])\.([0-7])\.(\d{1,3})(?!\d|\.\d|\w)/i;
const LEAD_WORD =
  /(?:error|code|status|said|says|response|reply|with|returned|answered|smtp|esmtp|reason|host)$/i;
const AMOUNT =
  /\s(?:seconds?|minutes?|hours?|days?|messages?|recipients?|connections?|bytes|[kmg]i?b|ms|times|more)\b/iy;
const ADDRESS_TAIL = /[\da-f]{0,4}:[\da-f]*:$|(?:^|[^\w])\d{1,2}:$|:[\da-f]{1,4}:$/i;
const OPENERS = '\'"`>([{<=:';
const LOOK_BACK = 16;

/** Reads any text; one without a reply gives null codes and the text itself. Time is linear in the text. */
export function parseReply(text: string): SmtpReply {
  const heads = findHeads(text);
  const [first] = heads;
  if (first === undefined)
    return { replyCode: null, enhancedStatus: findFree(text), text: squeeze(text), quoted: [] };
  const parts = cutParts(text, heads);
  const [outer = { replyCode: first.replyCode, enhancedStatus: null, text: '' }, ...inner] = parts;
  return { ...outer, quoted: inner.map((part) => ({ ...part, quoted: [] })) };
}

function findHeads(text: string): Head[] {
  const heads: Head[] = [];
  for (const match of text.matchAll(BASIC)) {
    const head = readHead(text, match.index, heads.length === 0);
    if (head !== null) heads.push(head);
  }
  return heads;
}

function readHead(text: string, at: number, isFirst: boolean): Head | null {
  const replyCode = Number(text.slice(at, at + 3));
  ATTACHED.lastIndex = at + 3;
  const attached = ATTACHED.exec(text);
  const role = roleOf(text, at);
  if (attached === null) {
    if (/^\.\d/.test(text.slice(at + 3, at + 5))) return null;
    if (!canStandAlone(text, at, replyCode, isFirst) || !isIntroduced(text, at, role)) return null;
  }
  const enhancedStatus = attached === null ? null : codeOf(attached);
  return { at, end: attached === null ? at + 3 : ATTACHED.lastIndex, replyCode, enhancedStatus, role };
}

function roleOf(text: string, at: number): Head['role'] {
  const before = text.slice(Math.max(0, at - LOOK_BACK), at);
  const last = before.trimEnd().at(-1);
  if (last === undefined || /\n[ \t<]*$/.test(before)) return 'next-line';
  return OPENERS.includes(last) ? 'quoted' : 'inline';
}

/** Figures that look like codes: amounts, bracketed ids, the groups of an IPv6 address, codes that SMTP does not have. */
function canStandAlone(text: string, at: number, replyCode: number, isFirst: boolean): boolean {
  const before = text.slice(Math.max(0, at - LOOK_BACK), at);
  const after = text.slice(at + 3, at + 5);
  if (/^:[\da-f]{0,4}:/i.test(text.slice(at + 3, at + 9)) || ADDRESS_TAIL.test(before)) return false;
  if (/[([]$/.test(before) && /^[)\]]/.test(after)) return false;
  if (/\w#$|[?&]\w{1,12}=$/.test(before)) return false;
  if (isFirst) return true;
  AMOUNT.lastIndex = at + 3;
  return replyCode >= 400 && !AMOUNT.test(text);
}

function isIntroduced(text: string, at: number, role: Head['role']): boolean {
  if (role !== 'inline') return true;
  const before = text.slice(Math.max(0, at - LOOK_BACK), at);
  const trimmed = before.trimEnd();
  return /[;#,|]$/.test(trimmed) || LEAD_WORD.test(trimmed) || /^-[\w'"<]/.test(text.slice(at + 3, at + 5));
}

/** A repeated code is the next line of the same reply; another code on a line of its own ends the reply. */
function cutParts(text: string, heads: readonly Head[]): Part[] {
  const parts: Part[] = [];
  let open: OpenPart | undefined;
  for (const head of heads) {
    if (open !== undefined && isContinuation(open.head, head)) {
      open = {
        ...open,
        pieces: [...open.pieces.slice(-MAX_LINES), text.slice(open.from, head.at)],
        from: head.end,
      };
      continue;
    }
    if (open !== undefined) parts.push(closePart(text, open, head.at));
    if (open !== undefined && head.role === 'next-line') return parts;
    if (parts.length === MAX_PARTS) return parts;
    open = { head, pieces: open === undefined ? [text.slice(0, head.at)] : [], from: head.end };
  }
  if (open !== undefined) parts.push(closePart(text, open, text.length));
  return parts;
}

interface OpenPart {
  readonly head: Head;
  readonly pieces: readonly string[];
  readonly from: number;
}

const MAX_LINES = 100;
const MAX_PARTS = 8;

function isContinuation(first: Head, next: Head): boolean {
  if (next.replyCode !== first.replyCode || next.role === 'quoted') return false;
  return (
    next.enhancedStatus === null ||
    first.enhancedStatus === null ||
    next.enhancedStatus === first.enhancedStatus
  );
}

function closePart(text: string, open: OpenPart, end: number): Part {
  const said = squeeze([...open.pieces, text.slice(open.from, end)].join(' '));
  const { replyCode, enhancedStatus } = open.head;
  return { replyCode, enhancedStatus: enhancedStatus ?? findFree(said), text: said };
}

function findFree(text: string): string | null {
  const match = FREE.exec(text);
  return match === null ? null : codeOf(match);
}

function codeOf(match: RegExpExecArray): string {
  return match.slice(1, 4).map(Number).join('.');
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
