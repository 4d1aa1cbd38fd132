/** The set-up between two runs. What cannot be read or kept is no reason to withhold an answer. */
import type { Ports } from '#cli/ports.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import { type KeptSetUp, setUpToKeep } from '#mailflow/connector/kept-set-up.js';

import { attempt } from '../status/attempt.js';

type Keeping = Pick<Ports, 'now' | 'setUpHistory'>;

export async function readKeptSetUp(keepsHistory: boolean, ports: Keeping): Promise<KeptSetUp | null> {
  const read = await attempt(
    async () => (await (await ports.setUpHistory(keepsHistory))?.last()) ?? null,
    ports,
  );
  return read.kind === 'answered' ? read.value : null;
}

export async function keepSetUp(
  inventory: ConnectorInventory,
  keepsHistory: boolean,
  ports: Keeping,
): Promise<void> {
  const kept = setUpToKeep(inventory, ports.now());
  if (kept === null) return;
  await attempt(async () => (await ports.setUpHistory(keepsHistory))?.keep(kept), ports);
}
