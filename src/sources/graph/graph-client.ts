import { Failure } from '#failure.js';

import { answerOf, jsonOf } from '../http/answer.js';
import { type Bearer, bearing } from '../http/bearer.js';
import type { SourceClock } from '../http/clock.js';
import { withinTime } from '../http/deadline.js';
import { type Exchange, type Received, stopped, stoppedBy, type Trouble } from '../http/exchange.js';
import type { RequestGate } from '../http/request-gate.js';
import { type RetryHabits, retrying } from '../http/retry.js';
import { createRetryAllowance } from '../http/retry-allowance.js';
import type { Send } from '../http/send.js';
import type { ServiceOrigin } from '../http/service.js';
import { isAborted } from '../sign-in/stopped.js';
import type { TokenSource } from '../sign-in/token-source.js';
import type { GraphArea } from './graph-area.js';
import { GRAPH_WORDS, ownPath } from './graph-origin.js';
import { percentEncoded } from './message-traces.js';
import {
  isMissingServicePrincipal,
  isWordOfGraph,
  type RefusalContext,
  refusalOf,
  requestIdOf,
  withOtherWay,
} from './refusal.js';

/** A first question, or a link that the service gave and that is followed as it stands. */
export type Target =
  | {
      readonly kind: 'question';
      readonly path: string;
      readonly filter: string | null;
      readonly top: number | null;
      /** Rows wished for in each page; null leaves it to the service. */
      readonly pageSize: number | null;
    }
  | { readonly kind: 'link'; readonly link: string; readonly pageSize: number | null };

export type Got =
  | {
      readonly kind: 'page';
      readonly body: unknown;
      readonly requestId: string | null;
      readonly date: Date | null;
    }
  | {
      readonly kind: 'stopped';
      readonly trouble: Trouble;
      /** Null when there was no answer. */
      readonly status: number | null;
      /** Whether it is the word of the service itself, and not of something on the way. */
      readonly isWordOfGraph: boolean;
      /** The tenant lacks Microsoft's own app behind the area. */
      readonly lacksServicePrincipal: boolean;
    };

export interface GraphClient {
  readonly get: (target: Target, signal: AbortSignal) => Promise<Got>;
}

interface GraphClientOptions {
  readonly area: GraphArea;
  readonly own: ServiceOrigin;
  readonly tokens: TokenSource;
  readonly send: Send;
  readonly gate: RequestGate;
  readonly clock: SourceClock;
  /** On the monotonic clock: bounds sign-in, connection, answer, repeats and pauses alike. Null for none. */
  readonly deadlineMs: number | null;
  readonly newRequestId: () => string;
  /** The command that asks elsewhere; null for none. */
  readonly otherWay: string | null;
  readonly onNotice: (text: string) => void;
}

const RETRY_HABITS: RetryHabits = {
  backoffMs: (attempt) => 1000 * 2 ** (attempt - 1),
  pauseMs: (attempt) => 30_000 * attempt,
  isThrottled: () => false,
};

/** Microsoft's Graph client behind a port of ours, with our own chain in it: bearer, retry, send. */
export function openGraphClient(options: GraphClientOptions): GraphClient {
  const { area, own, tokens, clock, deadlineMs, newRequestId, otherWay } = options;
  const { host } = new URL(own.origin);
  const allowance = createRetryAllowance();
  const bearer = bearing({
    allowance,
    tokens,
    scope: `${own.origin}/.default`,
    next: retrying({
      ...{ ...options, host, words: GRAPH_WORDS, errand: area.errand },
      ...{ habits: RETRY_HABITS, allowance },
    }),
    // Where the tenant lacks the service principal, the same would come again.
    isLasting: (body) => isMissingServicePrincipal(body, area),
    requestIdOf,
  });

  async function get(target: Target, signal: AbortSignal): Promise<Got> {
    if (isAborted(signal)) return unanswered(stoppedBy(signal));
    const exchange = await carry(target, { area, own, bearer, signal, requestId: newRequestId() });
    if (exchange.kind === 'stopped') return unanswered(pausedOr(exchange, otherWay));
    return read(exchange.response, { area, host, secrets: bearer.secrets(), otherWay });
  }

  return {
    get: (target, signal) => {
      const leftMs = deadlineMs === null ? null : deadlineMs - clock.monotonicMs();
      return withinTime({ leftMs, signal, timeUp: () => timeUp(host, area) }, (bounded) =>
        get(target, bounded),
      );
    },
  };
}

function timeUp(host: string, { errand }: GraphArea): Failure {
  return new Failure('timeout', `The time was up before ${host} had answered.`, { remedy: errand.whenLate });
}

function unanswered({ trouble }: { readonly trouble: Trouble }): Got {
  return { kind: 'stopped', trouble, status: null, isWordOfGraph: false, lacksServicePrincipal: false };
}

interface Carriage {
  readonly area: GraphArea;
  readonly own: ServiceOrigin;
  readonly bearer: Bearer;
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/**
 * The library mangles links and hides what its middleware throws, so the middleware takes the link from here and
 * leaves its finding here. It is loaded on first use, since it costs 40 ms.
 */
async function carry(target: Target, { area, own, bearer, signal, requestId }: Carriage): Promise<Exchange> {
  const { Client, ResponseType } = await import('@microsoft/microsoft-graph-client');
  let outcome: Exchange = foreignLink();
  const middleware = {
    execute: async (context: { request: unknown; options?: { headers?: unknown } }) => {
      const url = target.kind === 'link' ? target.link : String(context.request);
      const path = ownPath(url, own, area);
      const headers = plainHeaders(context.options?.headers);
      if (path !== null) outcome = await bearer.step({ path, headers, json: null, signal });
    },
  };
  const client = Client.initWithMiddleware({ baseUrl: own.origin, defaultVersion: 'v1.0', middleware });
  const request = client
    .api(target.kind === 'link' ? '/' : target.path)
    .headers({
      accept: 'application/json',
      prefer: preferenceOf(target),
      'client-request-id': requestId,
    })
    .responseType(ResponseType.RAW);
  // The library puts filters into the address as they are; `+ & # %` would change the question.
  if (target.kind === 'question' && target.filter !== null) request.filter(percentEncoded(target.filter));
  if (target.kind === 'question' && target.top !== null) request.top(target.top);
  await request.get();
  return outcome;
}

/** Without the first one, words that are newer than the contract would come as `unknownFutureValue`. */
function preferenceOf({ pageSize }: Target): string {
  const size = pageSize === null ? '' : `, odata.maxpagesize=${pageSize}`;
  return `include-unknown-enum-members${size}`;
}

function plainHeaders(given: unknown): Readonly<Record<string, string>> {
  return typeof given === 'object' && given !== null
    ? Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
    : {};
}

function foreignLink(): Exchange {
  return stopped(
    'foreign-link',
    new Failure(
      'protocol',
      'The service pointed to an address outside of its own API; nothing was sent there.',
      {
        remedy:
          'Look for a proxy that rewrites answers, and report it to your security team if there is none.',
      },
    ),
  );
}

/** Only a service in trouble says when to come again without a word of quota; the road to it is not to blame then. */
function pausedOr<T extends { readonly trouble: Trouble }>(stop: T, otherWay: string | null): T {
  const { reason, failure } = stop.trouble;
  const isPaused = reason === 'unreachable' && failure.retryAfterSeconds !== undefined;
  return isPaused ? { ...stop, trouble: withOtherWay(stop.trouble, otherWay) } : stop;
}

function read(response: Received, context: RefusalContext): Got {
  const answer = answerOf(response);
  const page = jsonOf(answer);
  return page === null
    ? {
        kind: 'stopped',
        trouble: refusalOf(answer, context),
        status: answer.status,
        isWordOfGraph: isWordOfGraph(answer.body),
        lacksServicePrincipal: isMissingServicePrincipal(answer.body, context.area),
      }
    : { kind: 'page', body: page.value, requestId: answer.requestId, date: answer.date };
}
