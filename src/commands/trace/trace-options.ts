import { readVia } from '#cli/common-options.js';
import type { RawArguments } from '#cli/flag.js';
import { badValue, readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { TraceRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { parseAddressPattern, parseDomain } from '#mailflow/address/parse-address.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import type { SampleSize } from '#mailflow/trace/detail-plan.js';
import type { Grouping } from '#mailflow/trace/grouping.js';
import type { ServiceTerms } from '#mailflow/trace/question.js';
import { EXCHANGE_TERMS, GRAPH_TERMS, withQuota } from '#mailflow/trace/question.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

export interface TraceOptions {
  readonly request: TraceRequest;
  readonly query: TraceQuery;
  /** The query was narrowed to held and failed mail, for nothing else matters. */
  readonly asksTroubleOnly: boolean;
  readonly sample: SampleSize;
  readonly ownDomains: readonly string[] | null;
  readonly by: Grouping | null;
  readonly resendList: boolean;
  readonly plan: boolean;
  readonly terms: ServiceTerms;
  /** Null: as many as the format has room for. */
  readonly limit: number | null;
}

export const TRACE_PERMISSIONS = [
  'Microsoft Graph ExchangeMessageTrace.Read.All; none for --file and --drill',
  'through Exchange: Exchange.ManageAsApp and a role such as Global Reader, both (mailcheck help permissions)',
] as const;

/** Microsoft keeps trace rows for 90 days, counted from midnight UTC. */
const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

export function readTraceRequest(raw: RawArguments, context: ParseContext): TraceRequest {
  const files = readFlag(raw, flags.fileFlag, context);
  if (files.length > 0 && readFlag(raw, flags.drillFlag, context) !== null) {
    throw new Failure('usage', '--file reads your own export; --drill asks a simulated tenant.', {
      remedy: 'Give one of them.',
    });
  }
  return {
    files,
    fileTimeZone: readFlag(raw, flags.fileTimeZoneFlag, context),
    dateOrder: readFlag(raw, flags.dateOrderFlag, context),
    maxRequests: readFlag(raw, flags.maxRequestsFlag, context),
    waitForQuota: readFlag(raw, flags.waitFlag, context),
    quota: readFlag(raw, flags.quotaFlag, context),
    keepsHistory: !readFlag(raw, flags.noHistoryFlag, context),
  };
}

/** Without window flags the service is asked for `defaultHours`; an export is read whole. */
export function readTraceQuery(raw: RawArguments, context: ParseContext, defaultHours: number): TraceQuery {
  const fromFiles = readFlag(raw, flags.fileFlag, context).length > 0;
  const asked = flags.readWindow(raw, context);
  return {
    window: asked ?? (fromFiles ? null : lastHours(defaultHours, context.now)),
    senders: readAddresses(raw, flags.senderFlag, context),
    recipients: readAddresses(raw, flags.recipientFlag, context),
    subject: readFlag(raw, flags.subjectFlag, context),
    messageIds: readFlag(raw, flags.messageIdFlag, context),
    messageTraceIds: [],
    statuses: readFlag(raw, flags.statusFlag, context),
  };
}

/** Ends with the last whole second, so that the span is what was asked for. */
function lastHours(hours: number, now: Date): TimeWindow {
  const to = Math.floor(now.getTime() / 1000) * 1000;
  return { from: new Date(to - hours * 3_600_000), to: new Date(to) };
}

/** On which terms the chosen service takes questions. */
export function readTerms(raw: RawArguments, context: ParseContext): ServiceTerms {
  const terms = readVia(raw, context) === 'exchange' ? EXCHANGE_TERMS : GRAPH_TERMS;
  return withQuota(terms, readFlag(raw, flags.quotaFlag, context));
}

/** What Microsoft would refuse is refused before it is asked. */
export function refuseForgotten(query: TraceQuery, now: Date): void {
  if (query.window === null) return;
  const oldest = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - KEPT_DAYS * DAY_MS);
  if (query.window.from >= oldest) return;
  throw new Failure(
    'usage',
    `The window begins at ${query.window.from.toISOString()}; Microsoft keeps traces for ${KEPT_DAYS} days.`,
    {
      remedy: `Begin at ${oldest.toISOString()} or later, or read a kept export with --file.`,
    },
  );
}

/** The resend list reads what it needs and is laid out in its own way; a flag that it would not heed must not look heeded. */
export function refuseIdleFlags(raw: RawArguments, context: ParseContext): void {
  if (!readFlag(raw, flags.resendListFlag, context)) return;
  const idle = [flags.sampleFlag, flags.byFlag, flags.statusFlag].find(({ name }) =>
    raw.valuesByFlag.has(name),
  );
  if (idle === undefined) return;
  throw new Failure(
    'usage',
    `--resend-list and --${idle.name} do not go together: the list takes all failed mail and reads every detail.`,
    {
      remedy: `Leave one of them out, as mailcheck trace --since 24h --resend-list`,
    },
  );
}

export function readOwnDomains(raw: RawArguments, context: ParseContext): readonly string[] | null {
  const given = readFlag(raw, flags.domainFlag, context);
  if (given.length === 0) return null;
  return given.map((text) => {
    const parsed = parseDomain(text);
    if (!parsed.ok) throw badValue('--domain', text, parsed.expected, 'contoso.example');
    return parsed.value;
  });
}

function readAddresses(
  raw: RawArguments,
  flag: typeof flags.senderFlag,
  context: ParseContext,
): readonly string[] {
  return readFlag(raw, flag, context).map((text) => {
    const parsed = parseAddressPattern(text);
    if (!parsed.ok) throw badValue(`--${flag.name}`, text, parsed.expected, 'ann@contoso.example');
    return parsed.value;
  });
}
