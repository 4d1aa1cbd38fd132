import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import {
  byFlag,
  limitFlag,
  planFlag,
  resendListFlag,
  sampleFlag,
  TRACE_QUERY_FLAGS,
  TRACE_SOURCE_FLAGS,
} from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports } from '#cli/ports.js';
import { nothingMatched } from '#mailflow/trace/advice.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { isCounted } from '#mailflow/trace/grouping.js';
import { onlyTrouble } from '#mailflow/trace/plan-questions.js';

import { askExpiration, openExpirationDesk, untilLeft } from './ask-expiration.js';
import { askSurvey } from './ask-survey.js';
import { concludeSurvey, withRequests } from './conclude.js';
import type { ExpectedDetails } from './plan-trace.js';
import { planVariant } from './plan-trace.js';
import { resendVariant } from './resend.js';
import { traceViews } from './trace.view.js';
import type { TraceAnswer } from './trace-answer.js';
import type { TraceOptions } from './trace-options.js';
import {
  readOwnDomains,
  readTerms,
  readTraceQuery,
  readTraceRequest,
  refuseForgotten,
  refuseIdleFlags,
  TRACE_PERMISSIONS,
} from './trace-options.js';

const DEFAULT_HOURS = 4;
const SCREEN_ROWS = 5;
const SCREEN_GROUPS = 15;

export const trace = defineCommand<TraceOptions, Delivery, TraceAnswer>({
  words: ['trace'],
  summary: 'Trace mail: how much is held (4.x), how much failed (5.x), why, and what is still pending',
  permissions: TRACE_PERMISSIONS,
  examples: [
    { does: 'Rehearse on the outage of June 2026', line: 'trace --drill=june-2026' },
    { does: 'The last four hours of your tenant', line: 'trace' },
    { does: 'What would a day cost? Asks nothing', line: 'trace --since 24h --sample all --plan' },
    { does: 'Which destinations are hit', line: 'trace --since 24h --by domain' },
    { does: 'Whose side is it, with the range of each', line: 'trace --by party' },
    {
      does: 'Who must send again once it is over, as a sheet',
      line: 'trace --since 24h --resend-list --format csv',
    },
    {
      does: 'Failed and held mail of one sender, two days',
      line: 'trace --since 2d --sender ann@contoso.example --status failed --status pending',
    },
    {
      does: 'Through Exchange alone, past Graph',
      line: 'trace --via exchange --since 30m --sample 5',
    },
    { does: 'An export instead of the service', line: 'trace --file trace.csv' },
    { does: 'For a script', line: 'trace --since 1h --format json' },
    {
      does: 'Inbound or outbound? Say which domains are yours',
      line: 'trace --domain contoso.example --limit 50',
    },
  ],
  about:
    'Held and failed mail is counted in full. Why it is held stands in a detail per delivery that costs one request of the tenant’s small quota, so reasons are read for a random sample and given with their 95 % interval. --by reason, --by party and --resend-list ask for held and failed mail only; --resend-list reads the detail of every failed delivery.',
  flags: [...TRACE_QUERY_FLAGS, byFlag, resendListFlag, sampleFlag, ...TRACE_SOURCE_FLAGS],
  judges: false,
  schema: 'mailcheck.trace/1',
  habits: ({ by }) => ({ screenRows: SCREEN_ROWS, groupsInCsv: by !== null }),
  parse: parseTrace,
  run: runTrace,
  views: traceViews,
  variants: [planVariant<TraceOptions>(detailsOf), resendVariant],
});

function parseTrace(raw: RawArguments, context: ParseContext): TraceOptions {
  const request = readTraceRequest(raw, context);
  const query = readTraceQuery(raw, context, DEFAULT_HOURS);
  const by = readFlag(raw, byFlag, context);
  const resendList = readFlag(raw, resendListFlag, context);
  refuseIdleFlags(raw, context);
  const isFromFiles = request.files.length > 0;
  if (!isFromFiles) refuseForgotten(query, context.now);
  // An export has been read anyway; the service is asked for no more than matters.
  const asksTrouble = resendList || (by !== null && !isCounted(by));
  return {
    request,
    query: asksTrouble && !isFromFiles ? onlyTrouble(query) : query,
    asksTroubleOnly: asksTrouble && !isFromFiles && query.statuses.length === 0,
    sample: readFlag(raw, sampleFlag, context),
    ownDomains: readOwnDomains(raw, context),
    by,
    resendList,
    plan: readFlag(raw, planFlag, context),
    terms: readTerms(raw, context),
    limit: readFlag(raw, limitFlag, context),
  };
}

function detailsOf({ resendList, sample }: TraceOptions): ExpectedDetails {
  if (resendList) return { detailsOf: 'failed deliveries', details: { atLeast: 0, atMost: null } };
  const most = sample === 'none' ? 0 : sample;
  return {
    detailsOf: 'held and failed deliveries',
    details: { atLeast: 0, atMost: most === 'all' ? null : most },
  };
}

async function* runTrace(options: TraceOptions, ports: Ports): Answer<Delivery, TraceAnswer> {
  const { query, asksTroubleOnly, by, limit } = options;
  const expiration = openExpirationDesk((dropped) => askExpiration(options.request, ports, dropped));
  const { source, walk } = await askSurvey(options, ports, {
    expiration,
    ...(by === null ? {} : { groupBy: by }),
  });
  const survey = yield* untilLeft(walk, expiration);
  for (const note of survey.notes) ports.note(note);
  // An export gains no rows by waiting.
  const window = source.kind === 'file' ? null : query.window;
  const isAbsent = survey.deliveries === 0 && !asksTroubleOnly;
  const absence = isAbsent ? nothingMatched(window, ports.now()) : null;
  const answer = {
    ...{ survey, asksTroubleOnly, statuses: query.statuses },
    shownGroups: limit ?? SCREEN_GROUPS,
  };
  const requests = (await expiration.outcome())?.requests ?? 0;
  return concludeSurvey(answer, withRequests(source, requests), ports.now(), absence?.gap ?? null);
}
