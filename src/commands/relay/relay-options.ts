import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { RelayRequest } from '#cli/ports.js';
import { olderFlag, policyFlag, queueByFlag, topFlag } from '#cli/queue-flags.js';
import * as relayFlags from '#cli/relay-flags.js';
import { Failure } from '#failure.js';
import type { QueueGrouping } from '#mailflow/queue/age-table.js';

import { readOwnDomains } from '../trace/trace-options.js';

export interface RelayOptions {
  readonly request: RelayRequest;
  readonly ownDomains: readonly string[] | null;
  readonly queueLifetimeSeconds: number | null;
  readonly by: QueueGrouping;
  /** Only what is held at least so long is shown; null for all. */
  readonly olderSeconds: number | null;
  /** Lines of the table; null: as many as fit. */
  readonly top: number | null;
  /** A file with limits of the user's own. */
  readonly policy: string | null;
}

export function parseRelay(raw: RawArguments, context: ParseContext): RelayOptions {
  const files = readFlag(raw, relayFlags.relayFileFlag, context);
  const programs = readFlag(raw, relayFlags.runFlag, context);
  if (files.length + programs.length > 0 && readFlag(raw, flags.drillFlag, context) !== null) {
    throw new Failure('usage', '--file and --run read a relay of yours; --drill has a simulated one.', {
      remedy: 'Give one of them, as mailcheck relay --drill=june-2026',
    });
  }
  return {
    request: {
      files,
      programs,
      fileTimeZone: readFlag(raw, relayFlags.relayFileTimeZoneFlag, context),
      dateOrder: readFlag(raw, relayFlags.relayDateOrderFlag, context),
      format: readFlag(raw, relayFlags.relayFormatFlag, context),
    },
    ownDomains: readOwnDomains(raw, context),
    queueLifetimeSeconds: readFlag(raw, relayFlags.queueLifetimeFlag, context),
    by: readFlag(raw, queueByFlag, context),
    olderSeconds: readFlag(raw, olderFlag, context),
    top: readFlag(raw, topFlag, context),
    policy: readFlag(raw, policyFlag, context),
  };
}
