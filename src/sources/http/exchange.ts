import type { Failure } from '#failure.js';

import { stoppedFailure } from '../sign-in/stopped.js';

/** The one word that a gap of a service gives as its reason. */
export type GapReason =
  | 'quota'
  | 'throttled'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'protocol'
  | 'foreign-link'
  | 'link-loop'
  | 'link-expired'
  | 'too-old'
  | 'interrupted';

/** Why there is no answer, for a person and in one word. */
export interface Trouble {
  readonly reason: GapReason;
  readonly failure: Failure;
}

/** One question on its way through the chain bearer, retry, send. */
export interface Call {
  /** From the first slash on, as it is to stand in the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is posted; null for a GET. Either way it is a question: safe to repeat. */
  readonly json: string | null;
  readonly signal: AbortSignal;
}

/** An answer, read whole. Not the `Response` of `fetch`, which copies its body and decodes it slowly. */
export interface Received {
  readonly status: number;
  /** Those that mean something here, by lower-case name. */
  readonly headers: { readonly get: (name: string) => string | null };
  readonly body: string;
}

export type Exchange =
  | { readonly kind: 'answered'; readonly response: Received }
  | { readonly kind: 'stopped'; readonly trouble: Trouble };

/** A step of the chain. It never throws: what goes wrong is part of its answer. */
export type Step = (call: Call) => Promise<Exchange>;

export function stopped(reason: GapReason, failure: Failure): Exchange & { kind: 'stopped' } {
  return { kind: 'stopped', trouble: { reason, failure } };
}

/** The end of a call whose signal has been aborted: by a person, or because the time is up. */
export function stoppedBy(signal: AbortSignal): Exchange & { kind: 'stopped' } {
  const failure = stoppedFailure(signal);
  return { kind: 'stopped', trouble: troubleOf(failure) };
}

/** The reason that fits a failure which came from elsewhere, as from a token source. */
export function troubleOf(failure: Failure): Trouble {
  switch (failure.kind) {
    case 'throttled':
    case 'unreachable':
    case 'timeout':
    case 'protocol':
      return { reason: failure.kind, failure };
    case 'interrupted':
    case 'terminated':
      return { reason: 'interrupted', failure };
    case 'usage':
    case 'input':
    case 'sign-in':
    case 'permission':
    case 'configuration':
      return { reason: 'refused', failure };
  }
}
