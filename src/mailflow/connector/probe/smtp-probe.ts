/** What a probe saw, phase by phase. Facts only: `judge-probe.ts` says what they mean. All text in here is remote and hostile. */
import type { SmtpReply } from '../../smtp/reply.js';
import type { TlsSight } from './tls-facts.js';

export type PhaseName =
  | 'connect'
  | 'banner'
  | 'ehlo'
  | 'starttls'
  | 'tls'
  /** What was said before TLS is forgotten (RFC 3207, section 4.2), so it is asked again. */
  | 'second-ehlo'
  | 'mail'
  | 'rcpt'
  | 'quit';

export interface SmtpProbe {
  /** In the order in which they were tried. The last one but QUIT is where it ended. */
  readonly phases: readonly ProbePhase[];
  readonly end: ProbeEnd;
  readonly tls: TlsSight;
  /** What EHLO told last before TLS; null when it did not answer. */
  readonly capabilities: readonly string[] | null;
  /** What EHLO told inside TLS; null when it was not asked. */
  readonly securedCapabilities: readonly string[] | null;
  /** Each kind once, in the order of its first sight. */
  readonly oddities: readonly Oddity[];
  /** Bytes taken from the network in all, TLS included. */
  readonly bytesRead: number;
}

export interface ProbePhase {
  readonly phase: PhaseName;
  readonly tookMs: number;
  /** Null for `connect` and `tls`, and where no whole reply came. */
  readonly reply: ProbeReply | null;
  /** Why it ended without the reply or connection that was waited for; null when that came, whatever it said. */
  readonly trouble: PhaseTrouble | null;
}

export interface ProbeReply {
  /** Three digits, as the protocol has them. */
  readonly replyCode: number;
  /** The outermost reply as the rules read it; its spans are positions in `text`. */
  readonly parsed: SmtpReply;
  /** Its lines with their codes, LF between them, cut to 4 KiB. */
  readonly text: string;
}

export type TroubleReason =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  /** The other side closed or reset the connection. */
  | 'closed'
  /** What came is no SMTP reply. */
  | 'not-smtp'
  | 'line-too-long'
  | 'too-many-lines'
  | 'reply-too-long'
  /** Lines of one reply with different codes (RFC 5321, section 4.2.1): nobody can say which one holds. */
  | 'mixed-codes'
  /** More bytes stood behind a reply than belong to it, so the next reply would be taken for another. */
  | 'unasked-bytes'
  /** Bytes behind the reply to STARTTLS, unprotected, that would be read as if they came through TLS (CVE-2011-0411). */
  | 'injection'
  /** No handshake came about. */
  | 'tls-failed'
  /** Whoever asked has no more time. */
  | 'stopped'
  /** This machine cannot: no route, no free port, no file handle. */
  | 'own-network';

export interface PhaseTrouble {
  readonly reason: TroubleReason;
  /** The system's code or the bytes that were seen, at most 200 characters. Remote text; may be empty. */
  readonly text: string;
  /** Bytes of an unfinished reply: a server that trickles is not a silent one. */
  readonly pendingBytes: number;
}

export type ProbeEnd =
  /** It went as far as was asked. */
  | { readonly kind: 'complete' }
  /** Nothing was sent and no connection was made: a value that must not reach a socket. */
  | { readonly kind: 'not-asked'; readonly why: string }
  /** A reply that allows no further step: 4xx, 5xx, or a code that has no meaning there. */
  | { readonly kind: 'answered'; readonly phase: PhaseName }
  | { readonly kind: 'broken'; readonly phase: PhaseName };

export interface Oddity {
  readonly kind: 'nul-bytes' | 'bare-line-feeds' | 'eight-bit-bytes' | 'wrong-code';
  readonly phase: PhaseName;
}
