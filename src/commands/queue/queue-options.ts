import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import { diffFlag, olderFlag, policyFlag, queueByFlag, topFlag, watchFlag } from '#cli/queue-flags.js';
import { Failure } from '#failure.js';
import type { QueueGrouping } from '#mailflow/queue/age-table.js';
import { onlyHeld } from '#mailflow/trace/plan-questions.js';

import type { AskedOptions } from '../trace/ask-survey.js';
import {
  readOwnDomains,
  readTerms,
  readTraceQuery,
  readTraceRequest,
  refuseForgotten,
} from '../trace/trace-options.js';

export interface QueueOptions extends AskedOptions {
  readonly plan: boolean;
  readonly isWindowAsked: boolean;
  readonly by: QueueGrouping;
  /** Lines of the table; null: as many as fit. */
  readonly top: number | null;
  /** Only what is held at least so long is shown; null for all. */
  readonly olderSeconds: number | null;
  /** A file with limits of the user's own. */
  readonly policy: string | null;
  /** Since the look before this one, or one of at least so many seconds ago; null where it is not asked for. */
  readonly diff: 'last' | number | null;
  /** Between two looks; null for one look alone. */
  readonly watchSeconds: number | null;
}

/** Exchange gives up after 24 hours, other servers after 48 at least; what is older is not held any more. */
const DEFAULT_HOURS = 48;

export function parseQueue(raw: RawArguments, context: ParseContext): QueueOptions {
  const request = readTraceRequest(raw, context);
  const query = readTraceQuery(raw, context, DEFAULT_HOURS);
  const isFromFiles = request.files.length > 0;
  if (!isFromFiles) refuseForgotten(query, context.now);
  refuseStandingStill(raw, context);
  return {
    request,
    // An export has been read anyway, and what is in it beside held mail tells how much that is.
    query: isFromFiles ? query : onlyHeld(query),
    sample: readFlag(raw, flags.sampleFlag, context),
    ownDomains: readOwnDomains(raw, context),
    terms: readTerms(raw, context),
    isWindowAsked: flags.readWindow(raw, context) !== null,
    plan: readFlag(raw, flags.planFlag, context),
    by: readFlag(raw, queueByFlag, context),
    top: readFlag(raw, topFlag, context),
    olderSeconds: readFlag(raw, olderFlag, context),
    policy: readFlag(raw, policyFlag, context),
    diff: readFlag(raw, diffFlag, context),
    watchSeconds: readFlag(raw, watchFlag, context),
  };
}

/** An export and a window of the past do not move; a flag that could not be heeded must not look heeded. */
function refuseStandingStill(raw: RawArguments, context: ParseContext): void {
  const moving = [diffFlag, watchFlag].find(({ name }) => raw.valuesByFlag.has(name));
  if (moving === undefined) return;
  const still = [flags.fileFlag, flags.toFlag, flags.planFlag].find(({ name }) => raw.valuesByFlag.has(name));
  if (still !== undefined) {
    throw new Failure(
      'usage',
      `--${moving.name} and --${still.name} do not go together: looks are compared with now.`,
      {
        remedy: `Leave one of them out, as mailcheck queue --diff`,
      },
    );
  }
  const format = readFlag(raw, flags.formatFlag, context);
  if (moving !== watchFlag || format === null || format === 'table' || format === 'ndjson') return;
  throw new Failure('usage', `--watch has no end, and ${format} is written at the end.`, {
    remedy: 'Give --format table or ndjson, as mailcheck queue --watch 60s --format ndjson',
  });
}
