import type { CommonOptions } from '#cli/common-options.js';
import type { ConnectorRequest } from '#cli/ports.js';
import type { ConnectorSource } from '#mailflow/connector/connector-source.js';
import type { Environment } from '#settings/service-settings.js';
import { resolveServiceSettings } from '#settings/service-settings.js';
import { openExchangeConnectorSource } from '#sources/exchange/exchange-connector-source.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { BOTH_NEEDED_FOR_CONNECTORS } from '#sources/exchange/refusal.js';

import { isAttended } from './attended.js';
import type { QuotaLedgers } from './quota-ledgers.js';
import {
  CLOCK,
  deadlineOf,
  PATIENCE_OF_A_PIPE_MS,
  readCertificates,
  type Talk,
  tenantGuid,
  tenantOf,
  tokensOf,
} from './service-source.js';

/** Exchange alone has connectors, whichever way traces are asked. */
export async function connectorSource(
  request: ConnectorRequest,
  options: CommonOptions,
  environment: Environment,
  { ledgers, onNotice, onCountdown }: Talk & { readonly ledgers: QuotaLedgers },
): Promise<ConnectorSource> {
  const settings = resolveServiceSettings({ ...options, via: 'exchange' }, environment);
  const origin = parseExchangeUrl(settings.url);
  const caPem = settings.caFile === null ? null : await readCertificates(settings.caFile);
  const attended = isAttended(environment);
  return openExchangeConnectorSource({
    origin,
    tokens: tokensOf(settings, {
      ...{ caPem, onNotice },
      ifFresh: ` If it is fresh, ${BOTH_NEEDED_FOR_CONNECTORS}.`,
    }),
    tenant: settings.tenant,
    tenantGuid: tenantGuid(settings, caPem),
    caPem,
    env: environment,
    clock: CLOCK,
    ledger: ledgers.ledger({
      scope: { origin: origin.origin, tenant: tenantOf(settings) },
      isAttended: attended,
      quota: request.quota,
      keepsHistory: request.keepsHistory,
    }),
    maxRequests: request.maxRequests,
    deadlineMs: deadlineOf(options, request),
    patienceMs: request.waitForQuota || attended ? Infinity : PATIENCE_OF_A_PIPE_MS,
    onNotice,
    onCountdown,
    ...(options.verbose ? { onRequest: onNotice } : {}),
    kind: settings.isDrill ? 'drill' : 'exchange',
  });
}
