/**
 * Connectors as `status` asks for them: beside the rest, as far as ten seconds go, and never in the place of the trace. What
 * was told a few minutes ago is not asked for again.
 */
import type { Ports } from '#cli/ports.js';
import type { ConnectorInventory, ConnectorSource } from '#mailflow/connector/connector-source.js';
import {
  inventoryOf,
  isStillNew,
  type KeptSetUp,
  mayStandIn,
  WATCHED_PARTS,
} from '#mailflow/connector/kept-set-up.js';

import { keepSetUp, readKeptSetUp } from '../connectors/kept-set-up.js';
import { type Attempt, attempt } from './attempt.js';
import type { StatusOptions } from './status-options.js';

const CONNECTOR_SECONDS = 10;

export type AskedConnectors =
  | {
      readonly kind: 'asked';
      readonly source: ConnectorSource | null;
      readonly attempt: Attempt<ConnectorInventory>;
      /** What an earlier run was told: the answer itself, or what stands in for one that did not come; else null. */
      readonly kept: KeptSetUp | null;
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
  const { waitForQuota, quota, keepsHistory } = request;
  const kept = await readStandIn(keepsHistory, ports);
  const isAsked = kept === null || !isStillNew(kept, ports.now());
  const opened: { source: ConnectorSource | null } = { source: null };
  const tried = await attempt(async () => {
    opened.source = await ports.connectors({
      ...{ waitForQuota, quota, keepsHistory },
      maxRequests: allowance?.maxRequests ?? request.maxRequests,
      timeoutSeconds: Math.min(allowance?.seconds ?? CONNECTOR_SECONDS, timeoutSeconds),
      isBeside: true,
    });
    // Not before it is open: where Exchange is not to be asked, an answer of it has no place either.
    if (!isAsked) return inventoryOf(kept);
    const inventory = await opened.source.inventory(ports.signal, { parts: WATCHED_PARTS });
    await keepSetUp(inventory, keepsHistory, ports);
    return inventory;
  }, ports);
  if (tried.kind === 'failed' && tried.failure.kind === 'configuration')
    return { kind: 'not-asked', why: tried.failure.message.replace(/\.$/u, ''), at: tried.at };
  const isTold = isAsked && tried.kind === 'answered';
  return { kind: 'asked', source: opened.source, attempt: tried, kept: isTold ? null : kept };
}

async function readStandIn(keepsHistory: boolean, ports: Ports): Promise<KeptSetUp | null> {
  const kept = await readKeptSetUp(keepsHistory, ports);
  return kept !== null && mayStandIn(kept, ports.now()) ? kept : null;
}

function reasonNotToAsk({ files, maxRequests }: StatusOptions['request']): string | null {
  if (files.length > 0) return 'exports are read';
  return maxRequests === null ? null : '--max-requests is kept for the trace';
}
