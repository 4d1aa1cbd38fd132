import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import type { UnjudgedRule } from '#mailflow/connector/judge-connectors.js';

import type { DomainMailHosts } from './ask-mail-hosts.js';
import type { ConnectorRow } from './connector-row.js';

export interface ConnectorsAnswer {
  readonly inventory: ConnectorInventory;
  readonly rows: readonly ConnectorRow[];
  readonly unjudged: readonly UnjudgedRule[];
  /** Of the accepted domains that DNS was asked about. */
  readonly mailHosts: readonly DomainMailHosts[];
  /** False when single connectors were asked for. */
  readonly isOfAll: boolean;
  readonly shownDomains: number;
}
