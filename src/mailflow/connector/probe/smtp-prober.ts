/**
 * The port through which one mail server is probed: one address, one connection, up to a given point. Knows what is asked;
 * what came back is an `SmtpProbe`. No mail is ever sent: DATA, AUTH and VRFY are not among its words.
 */
import type { SmtpProbe } from './smtp-probe.js';

/** How far a probe goes. `tls` ends after the second EHLO; each point proves those before it. */
export const STOP_POINTS = ['connect', 'banner', 'ehlo', 'tls', 'mail', 'rcpt'] as const;

export type StopPoint = (typeof STOP_POINTS)[number];

export interface SmtpQuestion {
  /** The host's name, for SNI and for the name in its certificate; null where only an address is known. */
  readonly name: string | null;
  /** Resolved and checked by whoever asks: nothing is resolved again, so that no other answer can slip in. */
  readonly address: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte, as on port 465 (RFC 8314). */
  readonly security: 'starttls' | 'implicit';
  readonly stopAfter: StopPoint;
  /** Whom RCPT names. Needed for `rcpt`; the sender is always the null sender. */
  readonly recipient: string | null;
  readonly deadlines: ProbeDeadlines;
}

/** How long a phase may take; RFC 5321, section 4.5.3.2, gives senders minutes, which nobody would wait for here. */
export interface ProbeDeadlines {
  readonly connectMs: number;
  /** Servers hold back their greeting to find out bad clients: not less than 30 s if such are not to be taken for dead. */
  readonly bannerMs: number;
  /** For the reply to each command, and for the handshake. */
  readonly replyMs: number;
  /** For all of it. */
  readonly wholeMs: number;
}

export const PROBE_DEADLINES: ProbeDeadlines = {
  connectMs: 10_000,
  bannerMs: 35_000,
  replyMs: 35_000,
  wholeMs: 90_000,
};

export interface SmtpProber {
  /** Never rejects. What was seen until the signal aborted is an answer too, which ends with `stopped`. */
  readonly probe: (question: SmtpQuestion, signal: AbortSignal) => Promise<SmtpProbe>;
}
