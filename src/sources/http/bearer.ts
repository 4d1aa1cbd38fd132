import { Failure } from '#failure.js';

import { shownId } from '../sign-in/shown-text.js';
import type { TokenSource } from '../sign-in/token-source.js';
import { type Call, type Exchange, type Step, troubleOf } from './exchange.js';
import type { RetryAllowance } from './retry-allowance.js';

interface BearerOptions {
  readonly tokens: TokenSource;
  /** As `https://graph.microsoft.com/.default`. */
  readonly scope: string;
  readonly next: Step;
  readonly allowance: RetryAllowance;
  /** True for the body of a 401 that a new token would not cure. */
  readonly isLasting: (body: string) => boolean;
  /** The service's own id of a refused request, as its error object gives it. */
  readonly requestIdOf: (body: string) => string | null;
}

export interface Bearer {
  readonly step: Step;
  /** What may stand in no message. */
  readonly secrets: () => readonly string[];
}

/** Adds the token, and on a 401 gets a new one and asks once more: an old token may die between two pages. */
export function bearing(options: BearerOptions): Bearer {
  const { tokens, scope, next, allowance } = options;
  const used = new Set<string>();

  async function ask(call: Call, refresh: boolean): Promise<{ token: string; exchange: Exchange }> {
    const token = await tokens.token(scope, { refresh }, call.signal);
    used.add(token);
    const exchange = await next({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } });
    return { token, exchange };
  }

  async function askTwice(call: Call): Promise<Exchange> {
    const first = await ask(call, false);
    const refused = wantsNewToken(first.exchange, options);
    if (refused === null) return first.exchange;
    // Somebody else may have fetched a new one while this answer was on its way.
    const current = await tokens.token(scope, { refresh: false }, call.signal);
    const mustRenew = current === first.token;
    // A service that refuses ever new tokens, and each of them once, would cost twice as much for ever.
    if (mustRenew && !allowance.take()) return first.exchange;
    try {
      return (await ask(call, mustRenew)).exchange;
    } catch (error) {
      throw withRequestId(error, refused.requestId);
    }
  }

  return {
    secrets: () => [...used],
    step: async (call) => {
      try {
        return await askTwice(call);
      } catch (error) {
        if (error instanceof Failure) return { kind: 'stopped', trouble: troubleOf(error) };
        throw error;
      }
    },
  };
}

/** Not null for a 401 that a new token may cure. */
function wantsNewToken(
  exchange: Exchange,
  { isLasting, requestIdOf }: BearerOptions,
): { readonly requestId: string | null } | null {
  if (exchange.kind === 'stopped' || exchange.response.status !== 401) return null;
  const { headers, body } = exchange.response;
  return isLasting(body) ? null : { requestId: shownId(headers.get('request-id')) ?? requestIdOf(body) };
}

/** No new token: what to give support is the request that was refused. */
function withRequestId(error: unknown, requestId: string | null): unknown {
  if (!(error instanceof Failure) || error.requestId !== undefined || requestId === null) return error;
  const { kind, message, remedy, retryAfterSeconds, meetsEveryService } = error;
  return new Failure(kind, message, {
    remedy,
    requestId,
    cause: error,
    meetsEveryService,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
