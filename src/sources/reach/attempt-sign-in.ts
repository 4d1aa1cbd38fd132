import { Failure } from '#failure.js';
import type { SignInReading } from '#mailflow/reach/reach-source.js';

import { withinTime } from '../http/deadline.js';
import { isAborted, stoppedFailure } from '../sign-in/stopped.js';
import type { TokenSource } from '../sign-in/token-source.js';

export interface SignInAttempt {
  /** Throws a Failure where there are no credentials; null where a ready token was given. */
  readonly tokens: (() => TokenSource) | null;
  /** As `https://graph.microsoft.com/.default`. */
  readonly scope: string;
  readonly monotonicMs: () => number;
  readonly deadlineMs: number;
}

/** Gets a token as any question to Graph would, and shares it with them. Rejects only when a person stops it. */
export async function attemptSignIn(asked: SignInAttempt, signal: AbortSignal): Promise<SignInReading> {
  const { tokens, scope, monotonicMs, deadlineMs } = asked;
  if (isAborted(signal)) throw stoppedFailure(signal);
  if (tokens === null) return { kind: 'not-attempted' };
  const startMs = monotonicMs();
  try {
    const leftMs = deadlineMs - startMs;
    await withinTime({ leftMs, signal, timeUp }, (bounded) =>
      orAborted(tokens().token(scope, { refresh: false }, bounded), bounded),
    );
    return { kind: 'issued', tookMs: Math.round(monotonicMs() - startMs) };
  } catch (error) {
    if (isAborted(signal)) throw stoppedFailure(signal);
    if (error instanceof Failure) return readingOf(error);
    throw error;
  }
}

function timeUp(): Failure {
  const message = 'The time was up before the sign-in service had answered; this says nothing about mail.';
  return new Failure('timeout', message, {
    remedy: 'Raise --timeout, or check proxy and firewall of this machine.',
  });
}

/** Whoever asked first may have more time than we have. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(stoppedFailure(signal));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work, aborted]);
}

/** Credentials, consent, clock and settings are ours; all else is on their side or on the way there. */
function readingOf({ kind, message: text, remedy }: Failure): SignInReading {
  switch (kind) {
    case 'sign-in':
    case 'permission':
    case 'configuration':
    case 'usage':
    case 'input':
      return { kind: 'refused', text, remedy };
    case 'unreachable':
    case 'throttled':
    case 'timeout':
    case 'protocol':
    case 'interrupted':
    case 'terminated':
      return { kind: 'failed', text, remedy };
  }
}
