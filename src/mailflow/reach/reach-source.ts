/** What can be reached from here, step by step: names, connections, TLS, the first byte. Proves reach, never health. */

/** `control` has nothing to do with Microsoft: when it cannot be reached either, the trouble is on our side. */
export type ReachTarget = 'control' | 'sign-in' | 'graph' | 'exchange' | 'inbound-mail';

export type ReachStep = 'resolve' | 'connect' | 'tls' | 'first-byte';

export interface ReachReading {
  readonly target: ReachTarget;
  readonly host: string;
  readonly port: number;
  readonly outcome: ReachOutcome;
}

export type ReachOutcome =
  | {
      readonly kind: 'reached';
      /** From the first question for its name to the first byte of an answer. */
      readonly firstByteMs: number;
      /** The first line of a mail server, as `421 4.3.2 …`; null for other servers. Remote text. */
      readonly greeting: string | null;
    }
  | {
      readonly kind: 'failed';
      readonly step: ReachStep;
      readonly reason:
        | 'no-such-name'
        | 'name-server-silent'
        | 'refused'
        | 'timeout'
        | 'unreachable'
        | 'closed'
        | 'certificate';
      /** The system's words, as `ECONNREFUSED`. */
      readonly text: string;
    };

/** Our own attempt to sign in. */
export type SignInReading =
  | { readonly kind: 'issued'; readonly tookMs: number }
  /** A ready token was given, so nothing was attempted. */
  | { readonly kind: 'not-attempted' }
  /** Our side: credentials, consent, clock. */
  | { readonly kind: 'refused'; readonly text: string; readonly remedy: string }
  /** The sign-in service failed or could not be reached. */
  | { readonly kind: 'failed'; readonly text: string; readonly remedy: string };

export interface ReachSource {
  /** All targets at once, one reading each (inbound mail: one for each host). Never rejects but for an interruption. */
  readonly probe: (signal: AbortSignal) => Promise<readonly ReachReading[]>;
  /** Never rejects but for an interruption. */
  readonly signIn: (signal: AbortSignal) => Promise<SignInReading>;
}
