/** Get-AcceptedDomain; of its more than fifty fields those that decide about mail. */
import type { AcceptedDomain } from '#mailflow/connector/connector.js';

import { boolean, type Decoder, field, nonEmptyText, orNull, record } from '../decode.js';
import type { Command } from './admin-client.js';
import { textOrNull } from './cmdlet-values.js';

export const DOMAINS_COMMAND: Command = {
  cmdlet: 'Get-AcceptedDomain',
  parameters: { ResultSize: 'Unlimited' },
};

export const decodeDomain: Decoder<AcceptedDomain> = (value, place) => {
  const row = record(value, place);
  const flag = (name: string) => field(row, name, orNull(boolean), place);
  const words = (name: string) => field(row, name, textOrNull, place);
  return {
    name: field(row, 'DomainName', nonEmptyText, place),
    type: words('DomainType'),
    isDefault: flag('Default'),
    isInitial: flag('InitialDomain'),
    matchesSubdomains: flag('MatchSubDomains'),
    sendingFromStopped: flag('SendingFromDomainDisabled'),
    sendingToStopped: flag('SendingToDomainDisabled'),
    pendingRemoval: flag('PendingRemoval'),
    pendingCompletion: flag('PendingCompletion'),
    authentication: words('AuthenticationType'),
    daneStatus: words('SmtpDaneStatus'),
  };
};
