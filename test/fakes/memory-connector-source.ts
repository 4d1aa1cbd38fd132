/** Connectors in memory: a set-up as it is declared, and each thing that may be in the way by name. */
import type { InventoryPart } from '#mailflow/connector/connector.js';
import type { ConnectorInventory, ConnectorSource } from '#mailflow/connector/connector-source.js';
import type { Gap } from '#mailflow/finding.js';

export interface MemorySetUp {
  readonly kind?: ConnectorSource['kind'];
  readonly inventory: ConnectorInventory;
  /** Parts that nobody may see, each with its gap; all of them: `failure` is thrown. */
  readonly refused?: Readonly<Partial<Record<InventoryPart, Gap>>>;
  readonly failure?: Error;
}

const PARTS: readonly InventoryPart[] = ['inbound', 'outbound', 'domains', 'transport', 'rules', 'servers'];

export function memoryConnectorSource({
  kind = 'exchange',
  inventory,
  refused = {},
  failure,
}: MemorySetUp): ConnectorSource {
  let requests = 0;
  let asOf: Date | null = null;
  return {
    kind,
    tenant: 'contoso.example',
    requestCount: () => requests,
    asOf: () => asOf,
    inventory: async (signal, { parts = PARTS, onPart } = {}) => {
      const gaps: Gap[] = [];
      for (const part of parts) {
        onPart?.(part);
        await Promise.resolve();
        signal.throwIfAborted();
        requests += 1;
        const gap = refused[part];
        if (gap !== undefined) gaps.push(gap);
      }
      if (failure !== undefined) throw failure;
      asOf = inventory.asOf;
      const isRefused = (part: InventoryPart): boolean =>
        refused[part] !== undefined || !parts.includes(part);
      const sight = Object.fromEntries(
        PARTS.map((part) => [part, isRefused(part) ? 'not-seen' : inventory.sight[part]]),
      ) as ConnectorInventory['sight'];
      return {
        ...inventory,
        sight,
        ...(isRefused('inbound') ? { inbound: [] } : {}),
        ...(isRefused('outbound') ? { outbound: [] } : {}),
        ...(isRefused('domains') ? { domains: [] } : {}),
        ...(isRefused('transport') ? { transport: null } : {}),
        ...(isRefused('rules') ? { rules: [] } : {}),
        ...(isRefused('servers') ? { servers: [] } : {}),
        gaps: [...inventory.gaps, ...gaps],
      };
    },
  };
}
