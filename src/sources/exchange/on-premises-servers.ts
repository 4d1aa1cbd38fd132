/**
 * Get-OnPremServerReportInfo. Its fields are documented nowhere; their names are those of listings that admins have shown,
 * so whatever is not as expected was not told: a server that is named at all is worth a look.
 */
import { Failure } from '#failure.js';
import type { OnPremisesServer } from '#mailflow/connector/connector.js';

import { type Decoder, nonEmptyText, orNull, record } from '../decode.js';
import type { Command } from './admin-client.js';
import { commaTexts, instantOrNever, textOrNull } from './cmdlet-values.js';

export const SERVERS_COMMAND: Command = { cmdlet: 'Get-OnPremServerReportInfo', parameters: {} };

/** Only the first has been seen. */
const NAMES = ['ServerFQDN', 'ServerFqdn', 'ServerName', 'Server', 'Fqdn', 'Identity', 'Name'];

export const decodeServer: Decoder<OnPremisesServer> = (value, place) => {
  const row = record(value, place);
  const read = <T>(name: string, decode: Decoder<T | null>): T | null =>
    readable(() => decode(row[name] ?? null, place));
  const [name = 'a server that is not named'] = NAMES.flatMap(
    (field) => read(field, orNull(nonEmptyText)) ?? [],
  );
  return {
    name,
    version: read('ExchangeServer', textOrNull),
    build: read('Build', textOrNull),
    recommendedBuilds: read('RecommendedBuildVersions', orNull(commaTexts)),
    firstSeenAt: read('FirstDetectedDate', instantOrNever),
    slowedFrom: read('ThrottleEnabledDate', instantOrNever),
    blockedFrom: read('BlockingEnabledDate', instantOrNever),
    nextStageAt: read('NextStageStartDate', instantOrNever),
  };
};

function readable<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
