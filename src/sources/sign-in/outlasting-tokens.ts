import { Failure } from '#failure.js';

import type { AccessToken } from './credential.js';
import type { KeptToken, KeptTokens } from './sign-in-memory.js';
import { type FetchToken, renewalOf } from './token-cache.js';

interface Outlasting {
  readonly kept: KeptTokens;
  readonly keyOf: (scope: string) => string;
  readonly now: () => Date;
  readonly onNotice: (text: string) => void;
}

/** Below that a token would end in the middle of a question. */
const LEAST_LEFT_MS = 30_000;

/** A clock that was set back makes a kept token one of the future: nothing can be told of its age then. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * A sign-in service in trouble must not end a running incident: a kept token is used for as long as it is good, and while
 * signing in fails also in its last minutes, with a remark. One that the service itself has refused is not.
 */
export function outlasting(fetchToken: FetchToken, { kept, keyOf, now, onNotice }: Outlasting): FetchToken {
  return async (scope, signal, isRefused) => {
    const key = keyOf(scope);
    const found = isRefused ? null : usable(await kept.read(key), now());
    if (found !== null && now() < renewalOf(found, found.issuedAt)) return found;
    try {
      const fresh = await fetchToken(scope, signal, isRefused);
      await kept.write(key, { ...fresh, issuedAt: now() });
      return fresh;
    } catch (error) {
      if (found === null || !(error instanceof Failure) || isStop(error)) throw error;
      onNotice(
        `${error.message} The token of ${minutesAgo(found, now())} is good until ${clockTime(found)}, and is used.`,
      );
      return found;
    }
  };
}

function usable(found: KeptToken | null, now: Date): KeptToken | null {
  if (found === null) return null;
  const leftMs = found.expiresAt.getTime() - now.getTime();
  const isOfFuture = found.issuedAt.getTime() > now.getTime() + CLOCK_TOLERANCE_MS;
  return leftMs < LEAST_LEFT_MS || isOfFuture ? null : found;
}

function isStop({ kind }: Failure): boolean {
  return kind === 'interrupted' || kind === 'terminated';
}

function minutesAgo({ issuedAt }: KeptToken, now: Date): string {
  return `${Math.max(0, Math.round((now.getTime() - issuedAt.getTime()) / 60_000))} min ago`;
}

function clockTime({ expiresAt }: AccessToken): string {
  return `${expiresAt.toISOString().slice(11, 16)} UTC`;
}

/** For the run alone. */
export function memoryTokens(): KeptTokens {
  const tokenByKey = new Map<string, KeptToken>();
  return {
    read: (key) => Promise.resolve(tokenByKey.get(key) ?? null),
    write: (key, kept) => {
      tokenByKey.set(key, kept);
      return Promise.resolve();
    },
  };
}
