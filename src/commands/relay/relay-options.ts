import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { RelayRequest } from '#cli/ports.js';
import * as relayFlags from '#cli/relay-flags.js';
import { Failure } from '#failure.js';
import type { QueueGrouping } from '#mailflow/queue/age-table.js';

import { readOwnDomains } from '../trace/trace-options.js';

export interface RelayOptions {
  readonly request: RelayRequest;
  readonly ownDomains: readonly string[] | null;
  readonly queueLifetimeSeconds: number | null;
  readonly by: QueueGrouping;
  /** Rows and the table hold only mail that is older; null: all. */
  readonly olderSeconds: number | null;
  readonly top: number;
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
    by: readFlag(raw, relayFlags.relayByFlag, context),
    olderSeconds: readFlag(raw, relayFlags.olderFlag, context),
    top: readFlag(raw, relayFlags.topFlag, context) ?? DEFAULT_TOP,
  };
}

const DEFAULT_TOP = 8;
