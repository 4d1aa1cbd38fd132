import type { AccessToken } from './credential.js';
import { type SharedWork, sharedWork } from './shared-work.js';
import type { TokenSource } from './token-source.js';

const EARLY_MS = 5 * 60_000;

/** `isRefused`: the service has refused the last one, so that the same is of no use. */
export type FetchToken = (
  scope: string,
  signal: AbortSignal | undefined,
  isRefused: boolean,
) => Promise<AccessToken>;

interface Kept {
  readonly token: string;
  readonly renewAt: Date;
}

/** Keeps tokens in memory, by scope; renews five minutes early; one request in flight however many ask. */
export function cachedTokens(clock: { readonly now: () => Date }, fetchToken: FetchToken): TokenSource {
  const keptByScope = new Map<string, Kept>();
  const inFlightByScope = new Map<string, SharedWork<string>>();

  function renewal(scope: string, isRefused: boolean): SharedWork<string> {
    const work = sharedWork({
      start: async (signal) => {
        const fetched = await fetchToken(scope, signal, isRefused);
        keptByScope.set(scope, { token: fetched.token, renewAt: renewalOf(fetched, clock.now()) });
        return fetched.token;
      },
      onEnd: () => {
        if (inFlightByScope.get(scope) === work) inFlightByScope.delete(scope);
      },
    });
    inFlightByScope.set(scope, work);
    return work;
  }

  return {
    token: (scope, options, signal) => {
      const inFlight = inFlightByScope.get(scope);
      if (inFlight !== undefined) return inFlight.join(signal);
      const kept = keptByScope.get(scope);
      if (options?.refresh !== true && kept !== undefined && clock.now() < kept.renewAt)
        return Promise.resolve(kept.token);
      return renewal(scope, options?.refresh === true).join(signal);
    },
  };
}

/** Never before half of its life: a token of four minutes would otherwise be fetched for every request. */
export function renewalOf(fetched: AccessToken, now: Date): Date {
  const lifetimeMs = fetched.expiresAt.getTime() - now.getTime();
  return new Date(now.getTime() + Math.max(lifetimeMs - EARLY_MS, lifetimeMs / 2));
}
