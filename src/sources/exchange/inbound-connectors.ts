/** Get-InboundConnector. */
import type { InboundConnector } from '#mailflow/connector/connector.js';

import { boolean, type Decoder, field, nonEmptyText, orNull, record } from '../decode.js';
import type { Command } from './admin-client.js';
import { instantOrNever, textOrNull, texts } from './cmdlet-values.js';

/** No Identity: one that does not exist gives all of them. */
export const INBOUND_COMMAND: Command = {
  cmdlet: 'Get-InboundConnector',
  parameters: { ResultSize: 'Unlimited' },
};

export const decodeInbound: Decoder<InboundConnector> = (value, place) => {
  const row = record(value, place);
  const flag = (name: string) => field(row, name, orNull(boolean), place);
  const words = (name: string) => field(row, name, textOrNull, place);
  const several = (name: string) => field(row, name, orNull(texts), place);
  return {
    direction: 'inbound',
    name: field(row, 'Name', nonEmptyText, place),
    guid: words('Guid'),
    enabled: flag('Enabled'),
    type: words('ConnectorType'),
    madeBy: words('ConnectorSource'),
    comment: words('Comment'),
    cloudServicesMail: flag('CloudServicesMailEnabled'),
    changedAt: field(row, 'WhenChangedUTC', instantOrNever, place),
    senderDomains: several('SenderDomains'),
    senderAddresses: several('SenderIPAddresses'),
    associatedDomains: several('AssociatedAcceptedDomains'),
    requireTls: flag('RequireTls'),
    senderCertificate: words('TlsSenderCertificateName'),
    restrictsToAddresses: flag('RestrictDomainsToIPAddresses'),
    restrictsToCertificate: flag('RestrictDomainsToCertificate'),
    treatsAsInternal: flag('TreatMessagesAsInternal'),
    enhancedFiltering: {
      skipsLastAddress: flag('EFSkipLastIP'),
      skippedAddresses: several('EFSkipIPs'),
      testMode: flag('EFTestMode'),
      users: several('EFUsers'),
    },
  };
};
