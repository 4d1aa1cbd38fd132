/** Get-OnPremServerReportInfo. Its fields are documented nowhere; their names are those of listings that admins have shown. */
import type { OnPremisesServer } from '#mailflow/connector/connector.js';

import { type Decoder, field, nonEmptyText, orNull, record } from '../decode.js';
import type { Command } from './admin-client.js';
import { commaTexts, instantOrNever, textOrNull } from './cmdlet-values.js';

export const SERVERS_COMMAND: Command = { cmdlet: 'Get-OnPremServerReportInfo', parameters: {} };

export const decodeServer: Decoder<OnPremisesServer> = (value, place) => {
  const row = record(value, place);
  const date = (name: string) => field(row, name, instantOrNever, place);
  return {
    name: field(row, 'ServerFQDN', nonEmptyText, place),
    version: field(row, 'ExchangeServer', textOrNull, place),
    build: field(row, 'Build', textOrNull, place),
    recommendedBuilds: field(row, 'RecommendedBuildVersions', orNull(commaTexts), place),
    firstSeenAt: date('FirstDetectedDate'),
    slowedFrom: date('ThrottleEnabledDate'),
    blockedFrom: date('BlockingEnabledDate'),
    nextStageAt: date('NextStageStartDate'),
  };
};
