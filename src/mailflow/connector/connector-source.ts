/** The port through which connectors are asked for. In domain terms: no cmdlet, page or header passes through. */
import type { Gap } from '../finding.js';
import type {
  AcceptedDomain,
  InboundConnector,
  InventoryPart,
  OnPremisesServer,
  OutboundConnector,
  RoutingRule,
  Sight,
  TransportConfig,
} from './connector.js';

/** All that could be seen. An empty list says that there is none only where `sight` of its part is `whole`. */
export interface ConnectorInventory {
  readonly inbound: readonly InboundConnector[];
  readonly outbound: readonly OutboundConnector[];
  readonly domains: readonly AcceptedDomain[];
  readonly transport: TransportConfig | null;
  readonly rules: readonly RoutingRule[];
  readonly servers: readonly OnPremisesServer[];
  readonly sight: Readonly<Record<InventoryPart, Sight>>;
  readonly gaps: readonly Gap[];
  /** The service's clock when it answered; ours where it told none. Ages are counted to here. */
  readonly asOf: Date;
}

export interface ConnectorSource {
  readonly kind: 'exchange' | 'drill';
  /** The tenant's GUID or domain where it is known. */
  readonly tenant: string | null;
  /** Requests sent so far. */
  readonly requestCount: () => number;
  /** The service's clock, null before its first answer. */
  readonly asOf: () => Date | null;
  /**
   * What cannot be had of a part is a gap, and the others are answered. Throws a Failure when nothing could be had at all,
   * and when it is stopped.
   */
  readonly inventory: (signal: AbortSignal, wish?: InventoryWish) => Promise<ConnectorInventory>;
}

export interface InventoryWish {
  /** What to ask for, in this order; all of it when absent. What is not asked for was not seen, and is no gap. */
  readonly parts?: readonly InventoryPart[];
  /** Told of each part before it is asked for. */
  readonly onPart?: (part: InventoryPart) => void;
}
