/** One SMTP reply out of whatever bytes come, within limits: what a server sends is hostile until it is read to the end. */
import type { Oddity, ProbeReply, TroubleReason } from '#mailflow/connector/probe/smtp-probe.js';
import { findReplies } from '#mailflow/smtp/reply.js';

/** RFC 5321, section 4.5.3.1.5, allows 512 octets in a line; servers write more, but not without end. */
export const REPLY_LIMITS = { lineBytes: 2048, lines: 100, replyBytes: 65_536, keptChars: 4096 } as const;

export interface WholeReply {
  readonly kind: 'whole';
  readonly reply: ProbeReply;
  /** What stands behind the code, line by line, each cut to 200 characters. */
  readonly lines: readonly string[];
  /** Bytes behind the reply that nobody asked for. */
  readonly rest: Buffer;
}

export interface BrokenReply {
  readonly kind: 'broken';
  readonly reason: Extract<
    TroubleReason,
    'not-smtp' | 'line-too-long' | 'too-many-lines' | 'reply-too-long' | 'mixed-codes'
  >;
  readonly text: string;
}

export interface ReplyReader {
  readonly push: (bytes: Buffer) => WholeReply | BrokenReply | { readonly kind: 'more' };
  /** Bytes of the unfinished reply. */
  readonly pendingBytes: () => number;
  /** What has come of it, for a reader of the report. */
  readonly pendingText: () => string;
  readonly oddities: () => readonly Oddity['kind'][];
}

interface Line {
  readonly code: number;
  readonly isLast: boolean;
  readonly text: string;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SHOWN_CHARS = 200;
const MORE = { kind: 'more' } as const;

export function createReplyReader(): ReplyReader {
  let open = Buffer.alloc(0);
  let bytesOfReply = 0;
  let bytesOfLines = 0;
  let kept = '';
  const lines: Line[] = [];
  const odd = new Set<Oddity['kind']>();

  const broken = (reason: BrokenReply['reason'], last: Buffer): BrokenReply => {
    return { kind: 'broken', reason, text: shown(`${kept}${kept === '' ? '' : '\n'}${decode(last)}`) };
  };

  /** Null when the reply goes on. */
  function take(raw: Buffer, rest: Buffer): WholeReply | BrokenReply | null {
    noteOddities(raw, odd);
    const bare = withoutCarriageReturn(raw);
    const line = readLine(bare);
    if (line === null) return broken('not-smtp', bare);
    if (lines[0] !== undefined && lines[0].code !== line.code) return broken('mixed-codes', bare);
    if (lines.length === REPLY_LIMITS.lines) return broken('too-many-lines', bare);
    bytesOfLines += raw.length + 1;
    if (bytesOfLines > REPLY_LIMITS.replyBytes) return broken('reply-too-long', bare);
    lines.push(line);
    kept = keep(kept, decode(bare));
    if (!line.isLast) return null;
    const [parsed] = findReplies(kept);
    const reply = { replyCode: line.code, parsed, text: kept };
    return { kind: 'whole', reply, lines: lines.map(({ text }) => text), rest };
  }

  return {
    push: (bytes) => {
      bytesOfReply += bytes.length;
      let left = open.length === 0 ? bytes : Buffer.concat([open, bytes]);
      for (let end = left.indexOf(LINE_FEED); end !== -1; end = left.indexOf(LINE_FEED)) {
        const raw = left.subarray(0, end);
        left = left.subarray(end + 1);
        if (raw.length > REPLY_LIMITS.lineBytes) return broken('line-too-long', raw);
        const result = take(raw, left);
        if (result !== null) return result;
      }
      if (left.length > REPLY_LIMITS.lineBytes) return broken('line-too-long', left);
      if (bytesOfLines + left.length > REPLY_LIMITS.replyBytes) return broken('reply-too-long', left);
      // A copy: a slice would keep the whole chunk.
      open = Buffer.from(left);
      return MORE;
    },
    pendingBytes: () => bytesOfReply,
    pendingText: () => shown(`${kept}${kept === '' ? '' : '\n'}${decode(open)}`),
    oddities: () => [...odd],
  };
}

/** Bytes for a report: not more than a line or two. */
export function shownBytes(bytes: Buffer): string {
  return shown(decode(bytes.subarray(0, 4 * SHOWN_CHARS)));
}

/** RFC 5321, section 4.2: three digits, then a space, a hyphen, or nothing. */
function readLine(bare: Buffer): Line | null {
  const start = bare.toString('latin1', 0, 4);
  if (!/^[2-5]\d\d(?:[ -]|$)/.test(start)) return null;
  return {
    code: Number(start.slice(0, 3)),
    isLast: start.charAt(3) !== '-',
    text: shownBytes(bare.subarray(4)),
  };
}

function noteOddities(raw: Buffer, odd: Set<Oddity['kind']>): void {
  if (raw.at(-1) !== CARRIAGE_RETURN) odd.add('bare-line-feeds');
  if (raw.includes(0)) odd.add('nul-bytes');
  if (raw.some((byte) => byte > 0x7f)) odd.add('eight-bit-bytes');
}

function withoutCarriageReturn(raw: Buffer): Buffer {
  return raw.at(-1) === CARRIAGE_RETURN ? raw.subarray(0, -1) : raw;
}

function keep(kept: string, line: string): string {
  const left = REPLY_LIMITS.keptChars - kept.length - 1;
  if (kept === '') return line;
  return left > 0 ? `${kept}\n${line.slice(0, left)}` : kept;
}

function shown(text: string): string {
  return text.slice(0, SHOWN_CHARS);
}

/** Replies may be UTF-8 (RFC 6531); what is not becomes U+FFFD. */
function decode(bytes: Buffer): string {
  return bytes.toString('utf8');
}
