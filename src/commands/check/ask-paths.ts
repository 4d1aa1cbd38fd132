import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';

import { type SetUp, type WalkedPaths, walkPaths } from '../connectors/walk-paths.js';
import type { AskedConnectors } from '../status/ask-connectors.js';
import type { SettledOptions } from './check-options.js';

/** The way to each smart host and mail host, as `connectors probe` walks it, for the set-up that is asked for anyhow. */
export function askPaths(
  { ownDomains, timeoutSeconds, now }: SettledOptions & { readonly now: Date },
  connectors: Promise<AskedConnectors>,
  ports: Ports,
): Promise<WalkedPaths> {
  const domains = ownDomains ?? [];
  return walkPaths(
    {
      request: null,
      paths: { allowPrivate: false, resolvers: [], ports: [], timeoutSeconds },
      ...{ wanted: [], domains, hosts: [], stopAfter: null, recipient: null, confirm: false, now },
    },
    async () => setUpOf(await connectors, domains),
    ports,
  );
}

/** Without a set-up the domains that are named are walked alone; with neither there is no way to walk. */
function setUpOf(asked: AskedConnectors, domains: readonly string[]): SetUp | null {
  if (asked.kind === 'asked' && asked.attempt.kind === 'answered' && asked.source !== null)
    return { inventory: asked.attempt.value, source: asked.source };
  if (domains.length > 0) return null;
  if (asked.kind === 'asked' && asked.attempt.kind === 'failed') throw asked.attempt.failure;
  const why = asked.kind === 'not-asked' ? asked.why : 'they were not told';
  throw new Failure('configuration', `Connectors were not asked: ${why}.`, {
    remedy:
      'Name your domains in the policy as ownDomains, or let connectors be asked: `mailcheck connectors`.',
  });
}
