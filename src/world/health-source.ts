import type { HealthRequest } from '#cli/ports.js';
import type { HealthSource } from '#mailflow/health/health-source.js';
import { resolveServiceSettings } from '#settings/service-settings.js';
import { openGraphHealthSource } from '#sources/graph/graph-health-source.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';

import { CLOCK, type Road } from './road.js';

/** Every cloud has service health in Graph, whichever of the two services is asked for traces. */
export async function healthSource(request: HealthRequest, road: Road): Promise<HealthSource> {
  const settings = resolveServiceSettings({ ...road.options, via: 'graph' }, road.environment);
  const origin = parseGraphUrl(settings.url);
  const caPem = await road.caPem(settings);
  return openGraphHealthSource({
    ...{ origin, caPem, clock: CLOCK, env: road.environment },
    kind: settings.isDrill ? 'drill' : 'graph',
    tokens: road.tokens(settings, caPem),
    tenant: settings.tenant,
    ledger: road.healthLedger,
    maxRequests: null,
    deadlineMs: road.deadlineMs(request.timeoutSeconds),
    patienceMs: road.patienceMs,
    onNotice: road.onNotice,
    onCountdown: road.onCountdown,
    ...road.onRequest,
  });
}
