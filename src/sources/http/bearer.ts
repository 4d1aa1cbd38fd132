import { Failure } from '#failure.js';

import type { TokenSource } from '../sign-in/token-source.js';
import { type Call, type Exchange, type Step, troubleOf } from './exchange.js';

interface BearerOptions {
  readonly tokens: TokenSource;
  /** As `https://graph.microsoft.com/.default`. */
  readonly scope: string;
  readonly next: Step;
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
  const { tokens, scope, next } = options;
  const used = new Set<string>();

  async function ask(call: Call, refresh: boolean): Promise<{ token: string; exchange: Exchange }> {
    const token = await tokens.token(scope, { refresh }, call.signal);
    used.add(token);
    const exchange = await next({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } });
    return { token, exchange };
  }

  async function askTwice(call: Call): Promise<Exchange> {
    const first = await ask(call, false);
    const refused = await wantsNewToken(first.exchange, options);
    if (refused === null) return first.exchange;
    // Somebody else may have fetched a new one while this answer was on its way.
    const current = await tokens.token(scope, { refresh: false }, call.signal);
    try {
      return (await ask(call, current === first.token)).exchange;
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
async function wantsNewToken(
  exchange: Exchange,
  { isLasting, requestIdOf }: BearerOptions,
): Promise<{ readonly requestId: string | null } | null> {
  if (exchange.kind === 'stopped' || exchange.response.status !== 401) return null;
  const body = await exchange.response.clone().text();
  return isLasting(body)
    ? null
    : { requestId: exchange.response.headers.get('request-id') ?? requestIdOf(body) };
}

/** No new token: what to give support is the request that was refused. */
function withRequestId(error: unknown, requestId: string | null): unknown {
  if (!(error instanceof Failure) || error.requestId !== undefined || requestId === null) return error;
  const { kind, message, remedy, retryAfterSeconds } = error;
  return new Failure(kind, message, {
    remedy,
    requestId,
    cause: error,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
