import type { ExpirationRequest } from '#cli/ports.js';
import type { ExpirationSource } from '#mailflow/trace/message-expiration.js';
import { resolveFallBack, resolveServiceSettings } from '#settings/service-settings.js';
import { openExchangeExpirationSource } from '#sources/exchange/exchange-expiration-source.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { BOTH_NEEDED_FOR_CONNECTORS } from '#sources/exchange/refusal.js';

import type { QuotaLedgers } from './quota-ledgers.js';
import { CLOCK, type Road } from './road.js';
import { tenantGuid } from './service-source.js';
import { tenantNameOf } from './tenant-name.js';

/** Whoever looks at the queue in an incident waits no longer than this for a number that can be assumed. */
const PATIENCE_SECONDS = 5;

/** Null where Exchange is not to be asked, or could be another tenant's. */
export async function expirationSource(
  { quota, keepsHistory }: ExpirationRequest,
  road: Road,
  ledgers: QuotaLedgers,
): Promise<ExpirationSource | null> {
  const { options, environment } = road;
  const settings =
    options.via === 'exchange'
      ? resolveServiceSettings(options, environment)
      : resolveFallBack(options, environment);
  if (settings === null) return null;
  const origin = parseExchangeUrl(settings.url);
  const caPem = await road.caPem(settings);
  return openExchangeExpirationSource({
    ...{ origin, caPem, clock: CLOCK, env: environment },
    tokens: road.tokens(settings, caPem, BOTH_NEEDED_FOR_CONNECTORS),
    tenant: settings.tenant,
    tenantGuid: tenantGuid(settings, caPem),
    ledger: ledgers.ledger({
      scope: { origin: origin.origin, tenant: tenantNameOf(settings) },
      isAttended: road.isAttended,
      ...{ quota, keepsHistory },
    }),
    maxRequests: null,
    deadlineMs: Math.min(road.deadlineMs(null), CLOCK.monotonicMs() + PATIENCE_SECONDS * 1000),
    patienceMs: 0,
    onNotice: saysNothing,
    onCountdown: saysNothing,
    ...road.onRequest,
    kind: settings.isDrill ? 'drill' : 'exchange',
  });
}

/** What it waits for is no news: the trace is asked meanwhile. */
function saysNothing(): void {
  // Nobody needs to know.
}
