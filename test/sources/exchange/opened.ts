/** An Exchange source with everything filled in, for tests to change one thing of. */
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import {
  type ExchangeTraceSourceOptions,
  openExchangeTraceSource,
} from '#sources/exchange/exchange-trace-source.js';
import { rollingBudget } from '#sources/http/request-budget.js';
import { readyToken } from '#sources/sign-in/ready-token.js';

import { virtualClock } from '../../fakes/virtual-clock.js';
import { NOW, TOKEN } from '../graph/opened.js';

export const TENANT = '5f0c3c1e-1111-4000-8000-00000000000a';

export function openExchangeAt(
  place: { readonly exchangeUrl: string; readonly tenantId?: string },
  changes: Partial<ExchangeTraceSourceOptions> = {},
): { source: TraceSource; notices: string[] } {
  const clock = changes.clock ?? virtualClock(NOW);
  const notices: string[] = [];
  const tenant = place.tenantId ?? TENANT;
  const source = openExchangeTraceSource({
    origin: parseExchangeUrl(place.exchangeUrl),
    tokens: readyToken(TOKEN),
    tenant,
    tenantGuid: () => Promise.resolve(tenant),
    caPem: null,
    env: {},
    clock,
    budget: rollingBudget({ limit: 90, windowMs: 300_000 }, clock.monotonicMs),
    maxRequests: null,
    deadlineMs: null,
    patienceMs: Infinity,
    onNotice: (text) => void notices.push(text),
    newRequestId: () => '00000000-0000-4000-8000-000000000001',
    ...changes,
  });
  return { source, notices };
}
