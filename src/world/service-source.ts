import type { TraceRequest } from '#cli/ports.js';
import { type Abandonable, abandonable } from '#mailflow/trace/abandonable-source.js';
import { fallingBackSource } from '#mailflow/trace/falling-back-source.js';
import { EXCHANGE_TERMS, GRAPH_TERMS } from '#mailflow/trace/question.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import type { ServiceSettings } from '#settings/service-settings.js';
import { resolveFallBack, resolveServiceSettings } from '#settings/service-settings.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { openExchangeTraceSource } from '#sources/exchange/exchange-trace-source.js';
import { tenantGuidOf } from '#sources/exchange/tenant-guid.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { openSend } from '#sources/http/send.js';
import { signInAuthority } from '#sources/sign-in/environment-tokens.js';

import { failureOfBoth, fallBackNote } from './fall-back.js';
import { viaExchange } from './other-way.js';
import type { QuotaLedgers } from './quota-ledgers.js';
import { CLOCK, type Road } from './road.js';
import { tenantNameOf } from './tenant-name.js';
import type { TraceHistories } from './trace-histories.js';

interface Past {
  readonly ledgers: QuotaLedgers;
  readonly histories: TraceHistories | null;
}

export async function serviceSource(request: TraceRequest, road: Road, past: Past): Promise<TraceSource> {
  const { options, environment } = road;
  const settings = resolveServiceSettings(options, environment);
  const second = resolveFallBack(options, environment);
  const asking = { request, road, past, deadlineMs: deadlineOf(request, road) };
  const service = await openService(settings, { ...asking, hasSecond: second !== null });
  if (second === null) return remembering(service, past, isNever);
  const hasTimeLeft = (): boolean => asking.deadlineMs === null || CLOCK.monotonicMs() < asking.deadlineMs;
  const hasRequestsLeft = (): boolean =>
    request.maxRequests === null || service.source.requestCount() < request.maxRequests;
  const noteOf = (failure: unknown): string | null =>
    hasTimeLeft() && hasRequestsLeft() ? fallBackNote(failure) : null;
  const graph = abandonable(service.source);
  return fallingBackSource({
    first: remembering({ ...service, source: graph.source }, past, takenOverFrom(graph, noteOf)),
    abandonFirst: graph.abandon,
    openSecond: async () => {
      const requestsElsewhere = service.source.requestCount;
      const exchange = await openService(second, { ...asking, requestsElsewhere });
      // What is kept of Graph is fuller: it answers before what is kept of Exchange.
      return remembering(exchange, past, () => true);
    },
    noteOf,
    failureOfBoth,
  });
}

function isNever(): boolean {
  return false;
}

function takenOverFrom(
  { isAbandoned }: Abandonable,
  noteOf: (failure: unknown) => string | null,
): (failure: unknown) => boolean {
  return (failure) => !isAbandoned() && noteOf(failure) !== null;
}

interface Asking {
  readonly request: TraceRequest;
  readonly road: Road;
  readonly past: Past;
  /** On the monotonic clock; null for none. */
  readonly deadlineMs: number | null;
  /** Whether another service is asked where this one does not begin to answer. */
  readonly hasSecond?: boolean;
  readonly requestsElsewhere?: () => number;
}

/** A service with what is kept of it: rows, terms and quota of two services never meet. */
type Service = Pick<Parameters<TraceHistories['remembering']>[1], 'scope' | 'terms'> & {
  readonly source: TraceSource;
};

function remembering(
  { source, ...kept }: Service,
  { histories }: Past,
  isTakenOver: (failure: unknown) => boolean,
): TraceSource {
  return histories === null ? source : histories.remembering(source, { ...kept, isTakenOver });
}

async function openService(settings: ServiceSettings, asking: Asking): Promise<Service> {
  const { request, road, past, deadlineMs, hasSecond = false, requestsElsewhere } = asking;
  const origin = settings.via === 'graph' ? parseGraphUrl(settings.url) : parseExchangeUrl(settings.url);
  const caPem = await road.caPem(settings);
  const scope = { origin: origin.origin, tenant: tenantNameOf(settings) };
  const shared = {
    origin,
    tokens: road.tokens(settings, caPem),
    tenant: settings.tenant,
    caPem,
    env: road.environment,
    clock: CLOCK,
    ledger: past.ledgers.ledger({
      scope,
      isAttended: road.isAttended,
      quota: request.quota,
      keepsHistory: request.keepsHistory,
    }),
    maxRequests: request.maxRequests,
    ...(requestsElsewhere === undefined ? {} : { requestsElsewhere }),
    deadlineMs,
    patienceMs: request.waitForQuota ? Infinity : road.patienceMs,
    onNotice: road.onNotice,
    onCountdown: road.onCountdown,
    ...road.onRequest,
  };
  if (settings.via === 'graph') {
    const source = openGraphTraceSource({
      ...shared,
      kind: settings.isDrill ? 'drill' : 'graph',
      ...(hasSecond
        ? { firstAnswerMs: halfOf(deadlineMs) }
        : { otherWay: viaExchange(process.argv.slice(2), road.options.redact === true) }),
    });
    return { source, terms: GRAPH_TERMS, scope };
  }
  const source = openExchangeTraceSource({
    ...shared,
    kind: settings.isDrill ? 'drill' : 'exchange',
    tenantGuid: tenantGuid(settings, caPem),
  });
  return { source, terms: EXCHANGE_TERMS, scope };
}

/** The other half is left to whoever is asked next. */
function halfOf(deadlineMs: number | null): number | null {
  return deadlineMs === null ? null : (deadlineMs - CLOCK.monotonicMs()) / 2;
}

/** Learnt from the sign-in service where the tenant was named by a domain. */
export function tenantGuid(
  settings: ServiceSettings,
  caPem: string | null,
): (signal: AbortSignal) => Promise<string> {
  const { tenant, signInEnvironment: env } = settings;
  const { authorityHost: origin } = signInAuthority({ env, authorityHost: settings.authorityHost });
  const { host } = new URL(origin);
  return tenantGuidOf({
    tenant,
    signInHost: host,
    send: openSend({ origin, isSecure: true }, { caPem, env }),
  });
}

function deadlineOf(request: TraceRequest, { options, deadlineMs }: Road): number | null {
  return options.timeoutSeconds === null && request.waitForQuota ? null : deadlineMs(request.timeoutSeconds);
}
