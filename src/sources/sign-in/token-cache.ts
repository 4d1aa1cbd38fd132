import type { AccessToken } from './credential.js';
import type { TokenSource } from './token-source.js';

const EARLY_MS = 5 * 60_000;

interface Kept {
  readonly token: string;
  readonly renewAt: Date;
}

/** Keeps tokens in memory, by scope; renews five minutes early; one request in flight however many ask. */
export function cachedTokens(
  clock: { readonly now: () => Date },
  fetchToken: (scope: string, signal: AbortSignal | undefined) => Promise<AccessToken>,
): TokenSource {
  const keptByScope = new Map<string, Kept>();
  const inFlightByScope = new Map<string, Promise<string>>();

  async function renew(scope: string, signal: AbortSignal | undefined): Promise<string> {
    try {
      const fetched = await fetchToken(scope, signal);
      keptByScope.set(scope, { token: fetched.token, renewAt: renewalOf(fetched, clock.now()) });
      return fetched.token;
    } finally {
      inFlightByScope.delete(scope);
    }
  }

  return {
    token: (scope, options, signal) => {
      const inFlight = inFlightByScope.get(scope);
      if (inFlight !== undefined) return inFlight;
      const kept = keptByScope.get(scope);
      if (options?.refresh !== true && kept !== undefined && clock.now() < kept.renewAt)
        return Promise.resolve(kept.token);
      const renewal = renew(scope, signal);
      inFlightByScope.set(scope, renewal);
      return renewal;
    },
  };
}

/** Never before half of its life: a token of four minutes would otherwise be fetched for every request. */
function renewalOf(fetched: AccessToken, now: Date): Date {
  const lifetimeMs = fetched.expiresAt.getTime() - now.getTime();
  return new Date(now.getTime() + Math.max(lifetimeMs - EARLY_MS, lifetimeMs / 2));
}
