import type { ConnectorRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { ConnectorSource } from '#mailflow/connector/connector-source.js';
import { resolveFallBack, resolveServiceSettings } from '#settings/service-settings.js';
import { openExchangeConnectorSource } from '#sources/exchange/exchange-connector-source.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { BOTH_NEEDED_FOR_CONNECTORS } from '#sources/exchange/refusal.js';

import type { QuotaLedgers } from './quota-ledgers.js';
import { CLOCK, type Road } from './road.js';
import { tenantGuid } from './service-source.js';
import { tenantNameOf } from './tenant-name.js';

/** Exchange alone has connectors, whichever way traces are asked. */
export async function connectorSource(
  request: ConnectorRequest,
  road: Road,
  ledgers: QuotaLedgers,
): Promise<ConnectorSource> {
  if (request.isBeside === true) refuseStranger(road);
  const settings = resolveServiceSettings({ ...road.options, via: 'exchange' }, road.environment);
  const origin = parseExchangeUrl(settings.url);
  const caPem = await road.caPem(settings);
  return openExchangeConnectorSource({
    ...{ origin, caPem, clock: CLOCK, env: road.environment },
    tokens: road.tokens(settings, caPem, BOTH_NEEDED_FOR_CONNECTORS),
    tenant: settings.tenant,
    tenantGuid: tenantGuid(settings, caPem),
    ledger: ledgers.ledger({
      scope: { origin: origin.origin, tenant: tenantNameOf(settings) },
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
    kind: settings.isDrill ? 'drill' : 'exchange',
  });
}

function deadlineOf(
  { waitForQuota, timeoutSeconds }: ConnectorRequest,
  { options, deadlineMs }: Road,
): number | null {
  return options.timeoutSeconds === null && waitForQuota ? null : deadlineMs(timeoutSeconds);
}

/** The endpoint may be another tenant's, or the traces need its turns themselves: one question a second. */
function refuseStranger({ options, environment }: Road): void {
  if (options.via === 'exchange') {
    throw notAsked('the trace takes its turns at the same endpoint.');
  }
  if (resolveFallBack(options, environment) === null) {
    throw notAsked('Graph is named by address, token or --via, and Exchange is not.');
  }
}

function notAsked(why: string): Failure {
  return new Failure('configuration', why, { remedy: 'Ask by itself: mailcheck connectors' });
}
