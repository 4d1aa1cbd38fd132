/** Asks what the enabled checks need and nothing else, all at once. Each source keeps the one deadline by itself. */
import type { Ports } from '#cli/ports.js';
import { CATALOGUE } from '#mailflow/check/catalogue.js';
import type { CheckPolicy } from '#mailflow/check/check-policy.js';
import { limitsOf } from '#mailflow/check/check-policy.js';
import { CHECK_IDS, type CheckSource } from '#mailflow/check/check-settings.js';
import type { SignalName } from '#mailflow/incident/signal.js';
import type { QuotaUse } from '#mailflow/quota/quota-use.js';

import type { WalkedPaths } from '../connectors/walk-paths.js';
import { askConnectors, type AskedConnectors } from '../status/ask-connectors.js';
import { type Asked, askSightings } from '../status/ask-sightings.js';
import { type Attempt, attempt } from '../status/attempt.js';
import { askPaths } from './ask-paths.js';
import type { SettledOptions } from './check-options.js';

export interface AskedCheck {
  readonly asked: Asked;
  /** Null where no check looks at them. */
  readonly paths: Attempt<WalkedPaths> | null;
  /** Null also where nothing is kept: only this run could be counted, and that says nothing. */
  readonly quota: Attempt<readonly QuotaUse[]> | null;
  readonly keepsHistory: boolean;
}

/** Throws a Failure when nothing that a check needs may be asked. */
export async function askCheck(
  options: SettledOptions,
  policy: CheckPolicy,
  ports: Ports,
): Promise<AskedCheck> {
  const sources = sourcesOf(policy);
  const connectors = askForConnectors(options, sources, ports);
  const { queue, inbound } = limitsOf(policy);
  const [asked, paths] = await Promise.all([
    askSightings(options, ports, {
      ...{ signals: signalsOf(sources), connectors, thresholds: queue, inbound },
    }),
    sources.has('paths') ? attempt(() => askPaths(options, connectors, ports), ports) : null,
  ]);
  // Last, so that what this run took is in it.
  const { keepsHistory } = options.request;
  const quota =
    sources.has('quota') && keepsHistory ? await attempt(() => askQuota(options, asked, ports), ports) : null;
  return { asked, paths, quota, keepsHistory };
}

/** What the enabled checks look at. */
export function sourcesOf({ checks }: CheckPolicy): ReadonlySet<CheckSource> {
  return new Set(CHECK_IDS.filter((id) => checks[id].isEnabled).flatMap((id) => CATALOGUE[id].sources));
}

const SIGNALS_BY_SOURCE: Readonly<Record<CheckSource, readonly SignalName[]>> = {
  trace: ['trace'],
  health: ['health'],
  // Whether mail hosts put senders off decides what missing mail means.
  history: ['inbound', 'reach'],
  connectors: ['connectors'],
  'sign-in': ['sign-in', 'reach'],
  paths: [],
  quota: [],
};

function signalsOf(sources: ReadonlySet<CheckSource>): ReadonlySet<SignalName> {
  return new Set([...sources].flatMap((source) => SIGNALS_BY_SOURCE[source]));
}

async function askForConnectors(
  options: SettledOptions,
  sources: ReadonlySet<CheckSource>,
  ports: Ports,
): Promise<AskedConnectors> {
  const { connectorCap: maxRequests, timeoutSeconds } = options;
  if (!sources.has('connectors'))
    return { kind: 'not-asked', why: 'no check looks at them', at: ports.now() };
  if (maxRequests === null)
    return { kind: 'not-asked', why: '--max-requests is kept for the trace', at: ports.now() };
  return askConnectors(options, ports, { maxRequests, seconds: timeoutSeconds });
}

/** Of this tenant. */
async function askQuota(
  { request }: SettledOptions,
  { trace }: Asked,
  ports: Ports,
): Promise<readonly QuotaUse[]> {
  const uses = await ports.quotaUses(request.quota);
  const own = uses.filter(({ tenant }) => tenant === trace?.tenant?.toLowerCase());
  // A run may name its tenant otherwise than the ledger does; then all accounts are taken for its own.
  return own.length > 0 ? own : uses;
}
