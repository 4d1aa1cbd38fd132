import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import { olderFlag, policyFlag, queueByFlag, topFlag } from '#cli/queue-flags.js';
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
  readonly by: QueueGrouping;
  /** Lines of the table; null: as many as fit. */
  readonly top: number | null;
  /** Only what is held at least so long is shown; null for all. */
  readonly olderSeconds: number | null;
  /** A file with limits of the user's own. */
  readonly policy: string | null;
}

/** Exchange gives up after 24 hours, other servers after 48 at least; what is older is not held any more. */
const DEFAULT_HOURS = 48;

export function parseQueue(raw: RawArguments, context: ParseContext): QueueOptions {
  const request = readTraceRequest(raw, context);
  const query = readTraceQuery(raw, context, DEFAULT_HOURS);
  const isFromFiles = request.files.length > 0;
  if (!isFromFiles) refuseForgotten(query, context.now);
  return {
    request,
    // An export has been read anyway, and what is in it beside held mail tells how much that is.
    query: isFromFiles ? query : onlyHeld(query),
    sample: readFlag(raw, flags.sampleFlag, context),
    ownDomains: readOwnDomains(raw, context),
    terms: readTerms(raw, context),
    plan: readFlag(raw, flags.planFlag, context),
    by: readFlag(raw, queueByFlag, context),
    top: readFlag(raw, topFlag, context),
    olderSeconds: readFlag(raw, olderFlag, context),
    policy: readFlag(raw, policyFlag, context),
  };
}
