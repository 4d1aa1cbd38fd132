/** An Exchange source with everything filled in, for tests to change one thing of. */
import type { ConnectorSource } from '#mailflow/connector/connector-source.js';
import type { ExpirationSource } from '#mailflow/trace/message-expiration.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import { openExchangeConnectorSource } from '#sources/exchange/exchange-connector-source.js';
import { openExchangeExpirationSource } from '#sources/exchange/exchange-expiration-source.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { openExchangeTraceSource } from '#sources/exchange/exchange-trace-source.js';
import type { ExchangeOptions } from '#sources/exchange/open-admin.js';
import { readyToken } from '#sources/sign-in/ready-token.js';

import type { SeenRequest } from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { ledgerOf, NOW, TOKEN } from '../graph/opened.js';

export const TENANT = '5f0c3c1e-1111-4000-8000-00000000000a';

interface Place {
  readonly exchangeUrl: string;
  readonly tenantId?: string;
}

type Changes = Partial<ExchangeOptions>;

export function openExchangeAt(
  place: Place,
  changes: Changes = {},
): { source: TraceSource; notices: string[] } {
  const { options, notices } = filledIn(place, changes);
  return { source: openExchangeTraceSource(options), notices };
}

export function openConnectorsAt(
  place: Place,
  changes: Changes = {},
): { source: ConnectorSource; notices: string[] } {
  const { options, notices } = filledIn(place, changes);
  return { source: openExchangeConnectorSource(options), notices };
}

export function openExpirationAt(place: Place, changes: Changes = {}): ExpirationSource {
  return openExchangeExpirationSource(filledIn(place, changes).options);
}

function filledIn(place: Place, changes: Changes): { options: ExchangeOptions; notices: string[] } {
  const clock = changes.clock ?? virtualClock(NOW);
  const notices: string[] = [];
  const tenant = place.tenantId ?? TENANT;
  const options = {
    origin: parseExchangeUrl(place.exchangeUrl),
    tokens: readyToken(TOKEN),
    tenant,
    tenantGuid: () => Promise.resolve(tenant),
    caPem: null,
    env: {},
    clock,
    ledger: ledgerOf(clock, 90),
    maxRequests: null,
    deadlineMs: null,
    patienceMs: Infinity,
    onNotice: (text: string) => void notices.push(text),
    newRequestId: () => '00000000-0000-4000-8000-000000000001',
    ...changes,
  };
  return { options, notices };
}

export const PLACE = `/adminapi/beta/${TENANT}/InvokeCommand`;

/** A good answer with these rows. */
export function answer(value: readonly unknown[] | null, warnings: readonly string[] = []): object {
  return { 'adminapi.warnings@odata.type': '#Collection(String)', '@adminapi.warnings': warnings, value };
}

export const MORE =
  'There are more results, use the following command to get more. Get-MessageTraceV2 -EndDate "x"';

export function row(
  n: number,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    MessageTraceId: `5f0c3c1e-0000-4000-8000-${String(n).padStart(12, '0')}`,
    MessageId: `<m${n}@contoso.example>`,
    'Received@data.type': 'System.DateTime',
    Received: '2026-06-30T10:00:00.1234567Z',
    SenderAddress: 'alice@contoso.example',
    RecipientAddress: `r${n}@fabrikam.example`,
    FromIP: '192.0.2.10',
    ToIP: '',
    Subject: `Order ${n}`,
    Status: 'Delivered',
    'Size@odata.type': '#Int32',
    Size: 1024 + n,
    ...changes,
  };
}

interface Asked {
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a request asked for. */
export function askedBy({ body }: SeenRequest): Asked {
  const { CmdletInput } = JSON.parse(body) as {
    CmdletInput: { CmdletName: string; Parameters: Record<string, unknown> };
  };
  return { cmdlet: CmdletInput.CmdletName, parameters: CmdletInput.Parameters };
}
