import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';

import type { AskedOptions } from '../trace/ask-survey.js';
import {
  readOwnDomains,
  readTerms,
  readTraceQuery,
  readTraceRequest,
  refuseForgotten,
} from '../trace/trace-options.js';

export interface StatusOptions extends AskedOptions {
  /** Time for everything together where `--timeout` says nothing. */
  readonly timeoutSeconds: number;
  readonly plan: boolean;
  readonly verbose: boolean;
}

const DEFAULT_HOURS = 4;
/** Who asks how it stands waits for the answer. */
const TIMEOUT_SECONDS = 30;

export function parseStatus(raw: RawArguments, context: ParseContext): StatusOptions {
  const request = readTraceRequest(raw, context);
  const query = readTraceQuery(raw, context, DEFAULT_HOURS);
  if (request.files.length === 0) refuseForgotten(query, context.now);
  return {
    request: { ...request, timeoutSeconds: TIMEOUT_SECONDS },
    query,
    sample: readFlag(raw, flags.sampleFlag, context),
    ownDomains: readOwnDomains(raw, context),
    terms: readTerms(raw, context),
    timeoutSeconds: TIMEOUT_SECONDS,
    plan: readFlag(raw, flags.planFlag, context),
    verbose: readFlag(raw, flags.verboseFlag, context),
  };
}
