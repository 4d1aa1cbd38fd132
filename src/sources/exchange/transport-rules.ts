/** Get-TransportRule, as far as routing goes. */
import type { RoutingRule } from '#mailflow/connector/connector.js';

import { type Decoder, field, finiteNumber, nonEmptyText, orNull, record } from '../decode.js';
import type { Command } from './admin-client.js';
import { instantOrNever, textOrNull } from './cmdlet-values.js';

export const RULES_COMMAND: Command = {
  cmdlet: 'Get-TransportRule',
  parameters: { ResultSize: 'Unlimited' },
};

export const decodeRule: Decoder<RoutingRule> = (value, place) => {
  const row = record(value, place);
  const words = (name: string) => field(row, name, textOrNull, place);
  return {
    name: field(row, 'Name', nonEmptyText, place),
    priority: field(row, 'Priority', orNull(finiteNumber), place),
    state: words('State'),
    mode: words('Mode'),
    routesTo: words('RouteMessageOutboundConnector'),
    errorAction: words('RuleErrorAction'),
    changedAt: field(row, 'WhenChanged', instantOrNever, place),
  };
};

/** Most rules do something else. */
export function routesOrHolds({ routesTo, errorAction }: RoutingRule): boolean {
  return routesTo !== null || errorAction === 'Defer';
}
