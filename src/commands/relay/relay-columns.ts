import type { RelayDelivery } from '#mailflow/relay/relay-delivery.js';
import type { TableColumn } from '#render/row-table.js';

import { DELIVERY_COLUMNS } from '../trace/delivery-columns.js';

/** What a trace knows and a relay does not. */
const FOREIGN: ReadonlySet<string> = new Set([
  'messageTraceId',
  'fromIp',
  'toIp',
  'likelyReason',
  'likelyParty',
  'likelyShare',
  'likelyExamined',
]);

/** The columns of a delivery, and what only a relay tells. */
export const RELAY_COLUMNS: readonly TableColumn<RelayDelivery>[] = [
  ...DELIVERY_COLUMNS.filter(({ key }) => !FOREIGN.has(key)),
  { key: 'queueId', title: 'Queue id', value: (row) => row.queueId },
  { key: 'toMicrosoft', title: 'To Microsoft', value: (row) => row.toMicrosoft },
  { key: 'heldBy', title: 'Held by', value: (row) => row.heldBy },
];

export function relayColumns(...keys: readonly string[]): readonly TableColumn<RelayDelivery>[] {
  return keys.flatMap((key) => RELAY_COLUMNS.filter((column) => column.key === key));
}
