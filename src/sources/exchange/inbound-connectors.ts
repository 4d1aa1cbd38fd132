/** Get-InboundConnector. */
import type { InboundConnector } from '#mailflow/connector/connector.js';

import { type Decoder, record } from '../decode.js';
import type { Command } from './admin-client.js';
import { connectorFields } from './connector-fields.js';

/** No Identity: one that does not exist gives all of them. */
export const INBOUND_COMMAND: Command = {
  cmdlet: 'Get-InboundConnector',
  parameters: { ResultSize: 'Unlimited' },
};

export const decodeInbound: Decoder<InboundConnector> = (value, place) => {
  const row = record(value, place);
  const { flag, words, several, shared } = connectorFields(row, place);
  return {
    direction: 'inbound',
    ...shared,
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
