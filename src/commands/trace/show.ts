import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports, TraceRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { normalizeDomain } from '#mailflow/address/address.js';
import type { Gap } from '#mailflow/finding.js';
import { nothingMatched } from '#mailflow/trace/advice.js';
import type { DeliveryState, TraceEntry } from '#mailflow/trace/delivery.js';
import type { Journey } from '#mailflow/trace/journey.js';
import { describeJourney } from '#mailflow/trace/journey.js';
import { judgeEvents } from '#mailflow/trace/judge-events.js';
import { createMatcher } from '#mailflow/trace/matches.js';
import { orderEvents } from '#mailflow/trace/order-events.js';
import type { ServiceTerms } from '#mailflow/trace/question.js';
import { FINAL_REASONS } from '#mailflow/trace/read-details.js';
import { stateOfStatus } from '#mailflow/trace/status.js';
import { isHeld } from '#mailflow/trace/to-delivery.js';
import type { DetailAnswer, TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';

import { askExpiration, openExpirationDesk } from './ask-expiration.js';
import { sayWindow } from './ask-survey.js';
import { sourceNote, windowNote, withRequests } from './conclude.js';
import { planVariant } from './plan-trace.js';
import type { ShowResult } from './show.view.js';
import { showViews } from './show.view.js';
import {
  readOwnDomains,
  readTerms,
  readTraceQuery,
  readTraceRequest,
  refuseForgotten,
  TRACE_PERMISSIONS,
} from './trace-options.js';

interface ShowOptions {
  readonly request: TraceRequest;
  readonly query: TraceQuery;
  readonly ownDomains: readonly string[] | null;
  readonly plan: boolean;
  readonly terms: ServiceTerms;
}

/** A single message is cheap to look for, so the whole of one slice of the service is searched. */
const DEFAULT_HOURS = 10 * 24;
/** Recipients of one message whose details are read; each costs a request. */
const MOST_RECIPIENTS = 20;

export const traceShow = defineCommand<ShowOptions, Journey, ShowResult>({
  words: ['trace', 'show'],
  summary: 'Show the way of one message, hop by hop, with delays, last attempt, next hop and expiry',
  positional: 'ID',
  permissions: TRACE_PERMISSIONS,
  examples: [
    { does: 'By the Message-ID that the sender or an NDR gives', line: 'trace show "<a1@contoso.example>"' },
    {
      does: 'By the trace id of a row, for one recipient',
      line: 'trace show 5f0c3c1e-0000-4000-8000-08dddddddd01 --recipient ann@contoso.example',
    },
    { does: 'From exports', line: 'trace show "<a1@contoso.example>" --file trace.csv --file detail.csv' },
  ],
  about: `ID is a message trace id (GUID) or a Message-ID. The last ten days are searched; --since 90d searches all that Microsoft keeps. Of a message with many recipients ${MOST_RECIPIENTS} are looked up, those in trouble first, and those that fared alike are shown as one; --recipient chooses.`,
  flags: [
    flags.recipientFlag,
    flags.sinceFlag,
    flags.fromFlag,
    flags.toFlag,
    flags.domainFlag,
    ...flags.TRACE_SOURCE_FLAGS,
  ],
  judges: false,
  schema: 'mailcheck.trace-show/1',
  habits: () => ({ screenRows: MOST_RECIPIENTS }),
  parse: parseShow,
  run: showMessage,
  views: showViews,
  variants: [
    planVariant<ShowOptions>(() => ({
      detailsOf: 'recipients',
      details: { atLeast: 0, atMost: MOST_RECIPIENTS },
    })),
  ],
});

const GUID = /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i;

function parseShow(raw: RawArguments, context: ParseContext): ShowOptions {
  const [id, ...rest] = raw.positionals;
  if (id === undefined || id.trim() === '' || rest.length > 0) {
    throw new Failure('usage', `trace show takes one id; ${raw.positionals.length} were given.`, {
      remedy: 'Give a trace id or a Message-ID in quotes, as mailcheck trace show "<a1@contoso.example>"',
    });
  }
  const query = readTraceQuery(raw, context, DEFAULT_HOURS);
  const named = GUID.test(id)
    ? { ...query, messageTraceIds: [id.replace(/[{}]/g, '').toLowerCase()] }
    : { ...query, messageIds: [id] };
  const request = readTraceRequest(raw, context);
  if (request.files.length === 0) refuseForgotten(named, context.now);
  return {
    request,
    query: named,
    ownDomains: readOwnDomains(raw, context),
    plan: readFlag(raw, flags.planFlag, context),
    terms: readTerms(raw, context),
  };
}

async function* showMessage(options: ShowOptions, ports: Ports): Answer<Journey, ShowResult> {
  sayWindow(options.query, ports);
  const expiration = openExpirationDesk((dropped) => askExpiration(options.request, ports, dropped));
  const source = await ports.traces(options.request);
  const { entries, gaps } = await findEntries(source, options.query, ports);
  const shown = entries
    .toSorted((left, right) => urgencyOf(right) - urgencyOf(left))
    .slice(0, MOST_RECIPIENTS);
  const detailGaps: Gap[] = [];
  const ownDomains = options.ownDomains === null ? null : new Set(options.ownDomains.map(normalizeDomain));
  for (const entry of shown) {
    const hindrance = detailGaps.find(({ reason }) => FINAL_REASONS.has(reason));
    const answer: DetailAnswer =
      hindrance === undefined ? await eventsOf(entry, source, ports.signal) : { kind: 'gap', gap: hindrance };
    if (answer.kind === 'gap') detailGaps.push(answer.gap);
    const events = answer.kind === 'events' ? answer.events : [];
    yield describeJourney({
      entry,
      events,
      order: orderEvents,
      judge: judgeEvents,
      context: { ownDomains, expirationHours: isHeldRow(entry) ? (await expiration.ask()).hours : null },
    });
  }
  const { window } = options.query;
  const searched = source.kind === 'file' ? null : window;
  const absence = entries.length === 0 ? nothingMatched(searched, ports.now()) : null;
  const states = statesOf(entries);
  return {
    result: { recipients: entries.length, states },
    summary: { deliveries: entries.length, ...Object.fromEntries(states) },
    tenant: source.tenant,
    source: sourceNote(withRequests(source, (await expiration.outcome())?.requests ?? 0)),
    window: window === null ? null : windowNote(window, gaps.length === 0, source.asOf() ?? ports.now()),
    findings: [],
    incomplete: [
      ...gaps,
      ...alikeGaps(detailGaps, shown.length),
      ...(entries.length > shown.length ? [tooManyRecipients(entries.length)] : []),
      ...(absence?.gap ? [absence.gap] : []),
    ],
  };
}

function isHeldRow({ status }: TraceEntry): boolean {
  return isHeld(stateOfStatus(status));
}

/** Of many recipients those in trouble are looked up first. */
function urgencyOf({ status }: TraceEntry): number {
  return URGENT_STATES.indexOf(stateOfStatus(status));
}

const URGENT_STATES: readonly DeliveryState[] = ['unknown', 'bounced', 'pending'];

function statesOf(entries: readonly TraceEntry[]): readonly (readonly [DeliveryState, number])[] {
  const counts = new Map<DeliveryState, number>();
  for (const { status } of entries) {
    const state = stateOfStatus(status);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].sort(([, left], [, right]) => right - left);
}

/** Many details that are missing for one reason are one gap. */
function alikeGaps(gaps: readonly Gap[], recipients: number): Gap[] {
  const byReason = new Map<string, Gap[]>();
  for (const gap of gaps) byReason.set(gap.reason, [...(byReason.get(gap.reason) ?? []), gap]);
  return [...byReason.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined || alike.length === 1) return alike;
    return [{ ...first, what: `the details of ${alike.length} of ${recipients} recipients` }];
  });
}

interface Found {
  readonly entries: readonly TraceEntry[];
  readonly gaps: readonly Gap[];
}

async function findEntries(source: TraceSource, query: TraceQuery, ports: Ports): Promise<Found> {
  const matches = createMatcher(query);
  const entryByKey = new Map<string, TraceEntry>();
  const gaps: Gap[] = [];
  for await (const batch of source.deliveries(query, ports.signal)) {
    for (const note of batch.notes) ports.note(note);
    gaps.push(...batch.gaps);
    for (const entry of batch.entries) {
      const key = `${entry.messageTraceId ?? entry.messageId ?? ''} ${entry.recipient.toLowerCase()}`;
      if (matches(entry) && !entryByKey.has(key)) entryByKey.set(key, entry);
    }
  }
  return { entries: [...entryByKey.values()], gaps };
}

async function eventsOf(entry: TraceEntry, source: TraceSource, signal: AbortSignal): Promise<DetailAnswer> {
  if (entry.events !== null) return { kind: 'events', events: entry.events };
  const { messageTraceId, recipient, receivedAt } = entry;
  if (source.details === undefined || messageTraceId === null) return { kind: 'gap', gap: NO_EVENTS };
  return source.details({ messageTraceId, recipient, receivedAt }, signal);
}

const NO_EVENTS: Gap = {
  what: 'the events of the message: this export has a row per delivery only',
  reason: 'no-detail',
  remedy: 'Add the export of Get-MessageTraceDetailV2 with a second --file.',
  retryAfterSeconds: null,
};

function tooManyRecipients(count: number): Gap {
  return {
    what: `the way to ${count - MOST_RECIPIENTS} more recipients`,
    reason: 'limit',
    remedy: 'Choose one with --recipient.',
    retryAfterSeconds: null,
  };
}
