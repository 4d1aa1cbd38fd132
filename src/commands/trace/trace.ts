import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import { sampleFlag, TRACE_QUERY_FLAGS, TRACE_SOURCE_FLAGS } from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports, TraceRequest } from '#cli/ports.js';
import { nothingMatched } from '#mailflow/trace/advice.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { judgeEvents } from '#mailflow/trace/judge-events.js';
import type { Survey, SurveyOptions, SurveyProgress } from '#mailflow/trace/survey.js';
import { survey } from '#mailflow/trace/survey.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import { concludeSurvey } from './conclude.js';
import { traceViews } from './trace.view.js';
import {
  readOwnDomains,
  readTraceQuery,
  readTraceRequest,
  refuseForgotten,
  TRACE_PERMISSIONS,
} from './trace-options.js';

interface TraceOptions {
  readonly request: TraceRequest;
  readonly query: TraceQuery;
  readonly sample: number | 'all' | 'none';
  readonly ownDomains: readonly string[] | null;
}

const DEFAULT_HOURS = 4;

export const trace = defineCommand<TraceOptions, Delivery, Survey>({
  words: ['trace'],
  summary: 'Trace mail: how much is held (4.x), how much failed (5.x), why, and what is still pending',
  permissions: TRACE_PERMISSIONS,
  examples: [
    { does: 'Rehearse on the outage of June 2026', line: 'trace --drill=june-2026' },
    { does: 'The last four hours of your tenant', line: 'trace' },
    {
      does: 'Failed and held mail of one sender, two days',
      line: 'trace --since 2d --sender ann@contoso.example --status failed --status pending',
    },
    {
      does: 'Through Exchange, where Graph does not answer or has no traces',
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
    'Held and failed mail is counted in full. Why it is held stands in a detail per delivery that costs one request of the tenant’s small quota, so reasons are read for a random sample and given with their 95 % interval.',
  flags: [...TRACE_QUERY_FLAGS, sampleFlag, ...TRACE_SOURCE_FLAGS],
  judges: false,
  schema: 'mailcheck.trace/1',
  habits: () => ({ screenRows: 20 }),
  parse: parseTrace,
  run: runTrace,
  views: traceViews,
});

function parseTrace(raw: RawArguments, context: ParseContext): TraceOptions {
  const options = {
    request: readTraceRequest(raw, context),
    query: readTraceQuery(raw, context, DEFAULT_HOURS),
    sample: readFlag(raw, sampleFlag, context),
    ownDomains: readOwnDomains(raw, context),
  };
  if (options.request.files.length === 0) refuseForgotten(options.query, context.now);
  return options;
}

async function* runTrace(options: TraceOptions, ports: Ports): Answer<Delivery, Survey> {
  const { query } = options;
  if (query.window !== null)
    ports.note(`Window ${query.window.from.toISOString()} to ${query.window.to.toISOString()}`);
  const source = await ports.traces(options.request);
  const result = yield* survey(
    source,
    surveyOptions(options, ports, source.asOf() ?? ports.now()),
    ports.signal,
  );
  for (const note of result.notes) ports.note(note);
  // An export gains no rows by waiting.
  const window = source.kind === 'file' ? null : query.window;
  const absence = result.deliveries === 0 ? nothingMatched(window, ports.now()) : null;
  return concludeSurvey(result, source, ports.now(), absence?.gap ?? null);
}

function surveyOptions({ query, sample, ownDomains }: TraceOptions, ports: Ports, now: Date): SurveyOptions {
  return {
    query,
    judge: judgeEvents,
    sample,
    ownDomains,
    expirationHours: null,
    random: ports.random,
    hashSeed: Math.floor(ports.random() * 2 ** 32),
    now,
    onProgress: (progress) => ports.progress(progressText(progress)),
  };
}

function progressText({ deliveries, held, failed, detailsRead, detailsWanted }: SurveyProgress): string {
  const listed = `${deliveries} deliveries, ${held} held, ${failed} failed`;
  return detailsWanted === 0
    ? `Listing: ${listed}`
    : `Reading reasons: ${detailsRead} of ${detailsWanted} (${listed})`;
}
