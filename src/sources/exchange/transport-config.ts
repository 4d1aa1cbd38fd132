/** Get-TransportConfig: one object for the organisation. */
import type { TransportConfig } from '#mailflow/connector/connector.js';

import { boolean, type Decoder, field, finiteNumber, orNull, record } from '../decode.js';
import type { Command } from './admin-client.js';
import { timeSpan } from './cmdlet-values.js';

export const TRANSPORT_COMMAND: Command = { cmdlet: 'Get-TransportConfig', parameters: {} };

/** MessageExpiration in seconds; null where it is not told. Nothing else of the object is looked at. */
export const decodeExpiration: Decoder<number | null> = (value, place) =>
  field(record(value, place), 'MessageExpiration', orNull(timeSpan), place);

export const decodeTransport: Decoder<TransportConfig> = (value, place) => {
  const row = record(value, place);
  const flag = (name: string) => field(row, name, orNull(boolean), place);
  return {
    messageExpirationSeconds: field(row, 'MessageExpiration', orNull(timeSpan), place),
    journalExpirationDays: field(row, 'JournalMessageExpirationDays', orNull(finiteNumber), place),
    externalDelayNotices: flag('ExternalDelayDsnEnabled'),
    internalDelayNotices: flag('InternalDelayDsnEnabled'),
    legacyTlsClients: flag('AllowLegacyTLSClients'),
  };
};
