import type { TraceRequest } from '#cli/ports.js';
import { EXCHANGE_TERMS, GRAPH_TERMS, type ServiceTerms } from '#mailflow/trace/question.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import type { ServiceSettings } from '#settings/service-settings.js';
import { resolveServiceSettings } from '#settings/service-settings.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { openExchangeTraceSource } from '#sources/exchange/exchange-trace-source.js';
import { tenantGuidOf } from '#sources/exchange/tenant-guid.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { openSend } from '#sources/http/send.js';
import { signInAuthority } from '#sources/sign-in/environment-tokens.js';

import { viaExchange } from './other-way.js';
import type { QuotaLedgers } from './quota-ledgers.js';
import { CLOCK, type Road } from './road.js';
import { tenantNameOf } from './tenant-name.js';
import type { TraceHistories } from './trace-histories.js';

interface Past {
  readonly ledgers: QuotaLedgers;
  readonly histories: TraceHistories | null;
}

export async function serviceSource(
  request: TraceRequest,
  road: Road,
  { ledgers, histories }: Past,
): Promise<TraceSource> {
  const { options, environment } = road;
  const settings = resolveServiceSettings(options, environment);
  const origin = settings.via === 'graph' ? parseGraphUrl(settings.url) : parseExchangeUrl(settings.url);
  const caPem = await road.caPem(settings);
  const scope = { origin: origin.origin, tenant: tenantNameOf(settings) };
  const shared = {
    origin,
    tokens: road.tokens(settings, caPem),
    tenant: settings.tenant,
    caPem,
    env: environment,
    clock: CLOCK,
    ledger: ledgers.ledger({
      scope,
      isAttended: road.isAttended,
      quota: request.quota,
      keepsHistory: request.keepsHistory,
    }),
    maxRequests: request.maxRequests,
    deadlineMs: deadlineOf(request, road),
    patienceMs: request.waitForQuota ? Infinity : road.patienceMs,
    onNotice: road.onNotice,
    onCountdown: road.onCountdown,
    ...road.onRequest,
  };
  const remembering = (source: TraceSource, terms: ServiceTerms): TraceSource =>
    histories === null ? source : histories.remembering(source, terms, scope);
  if (settings.via === 'graph') {
    const source = openGraphTraceSource({
      ...shared,
      kind: settings.isDrill ? 'drill' : 'graph',
      otherWay: viaExchange(process.argv.slice(2), options.redact),
    });
    return remembering(source, GRAPH_TERMS);
  }
  const source = openExchangeTraceSource({
    ...shared,
    kind: settings.isDrill ? 'drill' : 'exchange',
    tenantGuid: tenantGuid(settings, caPem),
  });
  return remembering(source, EXCHANGE_TERMS);
}

/** Learnt from the sign-in service where the tenant was named by a domain. */
function tenantGuid(
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
