/** Connectors as `status` asks for them: beside the rest, as far as ten seconds go, and never in the place of the trace. */
import type { Ports } from '#cli/ports.js';
import type { InventoryPart } from '#mailflow/connector/connector.js';
import type { ConnectorInventory, ConnectorSource } from '#mailflow/connector/connector-source.js';

import { type Attempt, attempt } from './attempt.js';
import type { StatusOptions } from './status-options.js';

/** One question a second: what tells most of an outage goes first, and what tells nothing of it is left out. */
const PARTS: readonly InventoryPart[] = ['outbound', 'domains', 'rules'];
const CONNECTOR_SECONDS = 10;

export type AskedConnectors =
  | {
      readonly kind: 'asked';
      readonly source: ConnectorSource | null;
      readonly attempt: Attempt<ConnectorInventory>;
    }
  /** Why, without a full stop; at the time of the answer. */
  | { readonly kind: 'not-asked'; readonly why: string; readonly at: Date };

/** What they may take where that is settled beforehand. */
export interface ConnectorAllowance {
  readonly maxRequests: number | null;
  readonly seconds: number;
}

/** Without an allowance they are asked where the trace goes without a cap. */
export async function askConnectors(
  { request, timeoutSeconds }: Pick<StatusOptions, 'request' | 'timeoutSeconds'>,
  ports: Ports,
  allowance: ConnectorAllowance | null = null,
): Promise<AskedConnectors> {
  const why = allowance === null ? reasonNotToAsk(request) : null;
  if (why !== null) return { kind: 'not-asked', why, at: ports.now() };
  const opened: { source: ConnectorSource | null } = { source: null };
  const tried = await attempt(async () => {
    const { waitForQuota, quota, keepsHistory } = request;
    opened.source = await ports.connectors({
      ...{ waitForQuota, quota, keepsHistory },
      maxRequests: allowance?.maxRequests ?? request.maxRequests,
      timeoutSeconds: Math.min(allowance?.seconds ?? CONNECTOR_SECONDS, timeoutSeconds),
      isBeside: true,
    });
    return opened.source.inventory(ports.signal, { parts: PARTS });
  }, ports);
  if (tried.kind === 'failed' && tried.failure.kind === 'configuration')
    return { kind: 'not-asked', why: tried.failure.message.replace(/\.$/u, ''), at: tried.at };
  return { kind: 'asked', source: opened.source, attempt: tried };
}

function reasonNotToAsk({ files, maxRequests }: StatusOptions['request']): string | null {
  if (files.length > 0) return 'exports are read';
  return maxRequests === null ? null : '--max-requests is kept for the trace';
}
