/**
 * SMTP replies as they are found in the wild: bare, wrapped by a reporting program, spread over several lines, or
 * quoted inside another reply. Knows where a code can stand; refuses to know what a code means.
 *
 * A day's mail brings millions of them, so a reply is read in place: what it says is told as positions in the text.
 */
import { findFreeStatus, findHeads, type Head } from './reply-code.js';

export interface SmtpReply {
  /** Three digits (RFC 5321, 4.2), or null. */
  readonly replyCode: number | null;
  /** Enhanced status code (RFC 3463) as text, or null. */
  readonly enhancedStatus: string | null;
  /** Where its words stand, without its codes and without the replies that it quotes: start and end of each piece. */
  readonly spans: readonly number[];
}

/** A reply, and those that it quotes in the order of their nesting: the last is the innermost. */
export type QuotedReplies = readonly [outermost: SmtpReply, ...quoted: SmtpReply[]];

/** Reads any text; one without a reply gives null codes and the whole text. Time is linear in the text. */
export function findReplies(text: string): QuotedReplies {
  const [first, ...others] = findHeads(text);
  if (first === undefined) {
    const spans = [0, text.length];
    return [{ replyCode: null, enhancedStatus: findFreeStatus(text, spans), spans }];
  }
  const [outermost, ...quoted] = cutReplies(text, first, others);
  return [outermost ?? closeReply(text, first, [0, text.length]), ...quoted];
}

const MOST_REPLIES = 8;

/** A repeated code is the next line of the same reply; another code on a line of its own ends the reply. */
function cutReplies(text: string, first: Head, others: readonly Head[]): SmtpReply[] {
  const replies: SmtpReply[] = [];
  let open = first;
  let spans = first.at === 0 ? [] : [0, first.at];
  let from = first.end;
  for (const head of others) {
    spans.push(from, head.at);
    if (isContinuation(open, head)) {
      // Some programs write the reply code twice, and the enhanced code once.
      if (open.enhancedStatus === null) open = { ...open, enhancedStatus: head.enhancedStatus };
    } else {
      replies.push(closeReply(text, open, spans));
      if (head.role === 'next-line' || replies.length === MOST_REPLIES) return replies;
      open = head;
      spans = [];
    }
    from = head.end;
  }
  spans.push(from, text.length);
  replies.push(closeReply(text, open, spans));
  return replies;
}

/** A line that announces more (RFC 5321, 4.2.1) may end in a colon: what follows is the next line and no quotation. */
function isContinuation(first: Head, next: Head): boolean {
  if (next.replyCode !== first.replyCode || (next.role === 'quoted' && !first.hasMore)) return false;
  return (
    next.enhancedStatus === null ||
    first.enhancedStatus === null ||
    next.enhancedStatus === first.enhancedStatus
  );
}

function closeReply(text: string, { replyCode, enhancedStatus }: Head, spans: readonly number[]): SmtpReply {
  return { replyCode, enhancedStatus: enhancedStatus ?? findFreeStatus(text, spans), spans };
}
