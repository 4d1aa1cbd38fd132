/**
 * Message trace over Microsoft Graph, as a trace source. Knows the wire of two operations (list and detail), its
 * quirks, quota and failures; it refuses to know what a status or an event means for mail.
 */
import { randomUUID } from 'node:crypto';

import type { RequestLedger } from '#mailflow/quota/request-ledger.js';
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';
import { deliveryKey, messageKey } from '#mailflow/trace/delivery-key.js';
import { questionsOf } from '#mailflow/trace/plan-questions.js';
import { GRAPH_TERMS, type TraceQuestion } from '#mailflow/trace/question.js';
import type { DetailAnswer, TraceBatch, TraceSource } from '#mailflow/trace/trace-source.js';

import { beginReading } from '../http/begin-reading.js';
import type { SourceClock } from '../http/clock.js';
import { byServiceClock, type StopStatus } from '../http/listing-clock.js';
import { openRequestGate } from '../http/request-gate.js';
import { openSend, SEND_LIMITS, type SendLimits } from '../http/send.js';
import type { ServiceOrigin } from '../http/service.js';
import { createServiceClock } from '../http/service-clock.js';
import { told } from '../http/told-send.js';
import {
  checkedBatch,
  detailGap,
  isInterruption,
  listGap,
  tooOldOr,
  untilRefused,
  windowOf,
} from '../http/trace-gap.js';
import type { EnvironmentVariables, TokenSource } from '../sign-in/token-source.js';
import { refuseUnverifiedTls } from '../sign-in/verified-tls.js';
import { type GraphClient, openGraphClient } from './graph-client.js';
import { decodeDetail, detailsPath } from './message-trace-details.js';
import { createTraceDecoder, filterOf, MESSAGE_TRACES_PATH } from './message-traces.js';
import { pagesOf } from './pages.js';

export interface GraphTraceSourceOptions {
  /** The service; parsed before credentials are looked at, so that a wrong address is what a person hears of first. */
  readonly origin: ServiceOrigin;
  readonly tokens: TokenSource;
  readonly tenant: string | null;
  /** One more certificate authority to trust, PEM. */
  readonly caPem: string | null;
  readonly env: EnvironmentVariables;
  readonly clock: SourceClock;
  /** Shared by all who ask the same tenant. */
  readonly ledger: RequestLedger;
  readonly maxRequests: number | null;
  /** The instant on the monotonic clock at which whatever is under way is given up; null for none. */
  readonly deadlineMs: number | null;
  /**
   * The longest pause for quota, asked for by the service or needed by the budget, that is sat out; a longer one ends
   * the answer and says when to come again. The deadline bounds it as well.
   */
  readonly patienceMs: number;
  /** Told of pauses and repeats: talk, for standard error. */
  readonly onNotice: (text: string) => void;
  /** Told every second how long a pause still is: a line that replaces itself, for a person who watches. */
  readonly onCountdown?: (text: string) => void;
  /** Told of each request when it is over: method, path, status, time. */
  readonly onRequest?: (text: string) => void;
  /** The command that asks Exchange instead; shown where what is in the way is Graph's alone. */
  readonly otherWay?: string;
  /** `drill` when the other side is the simulated tenant. */
  readonly kind?: 'graph' | 'drill';
  readonly limits?: SendLimits;
  readonly newRequestId?: () => string;
}

/** Opens nothing yet; the first question does. Throws a Failure when the settings are wrong. */
export function openGraphTraceSource(options: GraphTraceSourceOptions): TraceSource {
  const own = options.origin;
  if (own.isSecure) refuseUnverifiedTls(options.env);
  const gate = openRequestGate({ ...options, onCountdown: options.onCountdown ?? ignore });
  const clock = createServiceClock(options.clock);
  const client = openGraphClient({
    own,
    tokens: options.tokens,
    send: clock.watch(told(openSend(own, options, options.limits ?? SEND_LIMITS), options)),
    gate,
    clock: options.clock,
    deadlineMs: options.deadlineMs,
    newRequestId: options.newRequestId ?? randomUUID,
    otherWay: options.otherWay ?? null,
    onNotice: options.onNotice,
  });
  let asOf: Date | null = null;
  const context: ListingContext = { client, clock: options.clock, seenAt: (date) => (asOf ??= date) };
  const { host } = new URL(own.origin);
  return {
    kind: options.kind ?? 'graph',
    tenant: options.tenant,
    requestCount: gate.admittedCount,
    quotaLeft: options.ledger.left,
    asOf: () => asOf,
    deliveries: (query, signal) => {
      const window = windowOf(query);
      return byServiceClock({
        host,
        clock,
        window,
        listed: (now, stoppedWith) =>
          deliveries({ ...context, stoppedWith }, { ...query, window }, now, signal),
      });
    },
    details: untilRefused((key, signal) => details(client, detailsPath(key), signal)),
  };
}

function ignore(): void {
  // Nobody watches.
}

interface ListingContext {
  readonly client: GraphClient;
  readonly clock: SourceClock;
  /** Told the service's clock with every page. */
  readonly seenAt: (date: Date | null) => void;
}

async function* deliveries(
  context: ListingContext & { readonly stoppedWith: StopStatus },
  query: TraceQuestion,
  now: Date,
  signal: AbortSignal,
): AsyncGenerator<TraceBatch> {
  const { window } = query;
  let hasAnswer = false;
  for (const question of questionsOf(query, window, now, GRAPH_TERMS)) {
    const listing = {
      first: listTarget(question),
      decodeItem: createTraceDecoder(),
      keyOf: (entry: TraceEntry) => deliveryKey(messageKey(entry), entry.recipient),
      atOf: (entry: TraceEntry) => entry.receivedAt,
      document: 'a page of message trace',
    };
    let reading = beginReading(context.clock);
    for await (const step of pagesOf(context.client, listing, signal)) {
      if (step.kind === 'stopped') {
        context.stoppedWith(step.status);
        const trouble = step.status === 400 ? tooOldOr(step.trouble, question.window, now) : step.trouble;
        if (!hasAnswer || isInterruption(trouble)) throw trouble.failure;
        yield { entries: [], gaps: [listGap(trouble, window, question.window)], notes: [] };
        return;
      }
      if (step.kind === 'restarted') {
        reading = beginReading(context.clock);
        continue;
      }
      hasAnswer = true;
      context.seenAt(step.date);
      const page = { window: question.window, ...reading(step.date), isLast: step.isLast };
      yield { ...checkedBatch(step.items, question, window), page };
    }
  }
}

function listTarget(question: TraceQuestion) {
  return {
    kind: 'question',
    path: MESSAGE_TRACES_PATH,
    filter: filterOf(question),
    top: GRAPH_TERMS.rowsPerPage,
  } as const;
}

/** Only being stopped is thrown: whatever else is in the way of a detail, the list stays true without it. */
async function details(client: GraphClient, path: string, signal: AbortSignal): Promise<DetailAnswer> {
  const first = { kind: 'question', path, filter: null, top: null } as const;
  const listing = {
    first,
    decodeItem: decodeDetail,
    keyOf: (event: TraceEvent) => JSON.stringify(event),
    atOf: (event: TraceEvent) => event.at,
    document: 'the details of a delivery',
  };
  const events: TraceEvent[] = [];
  for await (const step of pagesOf(client, listing, signal)) {
    if (step.kind === 'page') events.push(...step.items);
    else if (step.kind === 'restarted') events.length = 0;
    else if (isInterruption(step.trouble)) throw step.trouble.failure;
    else return { kind: 'gap', gap: detailGap(step.trouble) };
  }
  return { kind: 'events', events };
}
