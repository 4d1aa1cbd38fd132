import { Failure } from '#failure.js';
import type { Connector } from '#mailflow/connector/connector.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';

const NAMED = 10;

/**
 * The connectors that were asked for, by name or GUID. Throws a usage failure for one that is not there; where not all
 * could be seen it may be among the rest, which is a gap already.
 */
export function chooseConnectors(
  inventory: ConnectorInventory,
  wanted: readonly string[],
): readonly Connector[] {
  const all = [...inventory.outbound, ...inventory.inbound];
  if (wanted.length === 0) return all;
  const keys = wanted.map((name) => name.trim().toLowerCase());
  const isMeant = ({ name, guid }: Connector, key: string): boolean =>
    name.trim().toLowerCase() === key || guid?.toLowerCase() === key;
  const missing = wanted.find((_, index) => !all.some((connector) => isMeant(connector, keys[index] ?? '')));
  const isWhole = inventory.sight.inbound === 'whole' && inventory.sight.outbound === 'whole';
  if (missing !== undefined && isWhole) throw noSuchConnector(missing, all);
  return all.filter((connector) => keys.some((key) => isMeant(connector, key)));
}

function noSuchConnector(name: string, all: readonly Connector[]): Failure {
  const [first] = all;
  if (first === undefined) {
    return new Failure('usage', `There is no connector "${name}": the tenant has none.`, {
      remedy: 'Leave --connector out.',
    });
  }
  const rest = all.length > NAMED ? `, and ${String(all.length - NAMED)} more` : '';
  const names = all.slice(0, NAMED).map((each) => `"${each.name}"`);
  return new Failure('usage', `There is no connector "${name}".`, {
    remedy: `Give one of ${names.join(', ')}${rest}, as --connector "${first.name}"`,
  });
}
