/**
 * Message trace over Microsoft Graph, as a trace source. Knows the wire of two operations (list and detail), its
 * quirks, quota and failures; it refuses to know what a status or an event means for mail.
 */
import { randomUUID } from 'node:crypto';

import type { TimeWindow } from '#mailflow/time-window.js';
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';
import { deliveryKey, messageKey } from '#mailflow/trace/delivery-key.js';
import { GRAPH_TERMS, type TraceQuestion } from '#mailflow/trace/question.js';
import type { DetailAnswer, TraceSource } from '#mailflow/trace/trace-source.js';

import { list } from '../decode.js';
import { beginningInTime } from '../http/beginning-in-time.js';
import { listWindow } from '../http/list-window.js';
import { openRequestGate } from '../http/request-gate.js';
import { openSend, SEND_LIMITS } from '../http/send.js';
import { createServiceClock } from '../http/service-clock.js';
import type { ServiceOptions } from '../http/service-options.js';
import { told } from '../http/told-send.js';
import { checkedBatch, detailGap, isInterruption, untilRefused } from '../http/trace-gap.js';
import { refuseUnverifiedTls } from '../sign-in/verified-tls.js';
import { TRACE_AREA } from './graph-area.js';
import { type GraphClient, openGraphClient } from './graph-client.js';
import { decodeDetail, detailsPath } from './message-trace-details.js';
import { createTraceDecoder, filterOf, MESSAGE_TRACES_PATH } from './message-traces.js';
import { pagesOf } from './pages.js';

export interface GraphTraceSourceOptions extends ServiceOptions {
  /** The command that asks Exchange instead; shown where what is in the way is Graph's alone. */
  readonly otherWay?: string;
  /** `drill` when the other side is the simulated tenant. */
  readonly kind?: 'graph' | 'drill';
  /** So long may the first answer take, pauses for quota apart; null for as long as the deadline lets it. */
  readonly firstAnswerMs?: number | null;
}

/** Opens nothing yet; the first question does. Throws a Failure when the settings are wrong. */
export function openGraphTraceSource(options: GraphTraceSourceOptions): TraceSource {
  const { origin: own, firstAnswerMs = null } = options;
  if (own.isSecure) refuseUnverifiedTls(options.env);
  const gate = openRequestGate({
    ...options,
    errand: TRACE_AREA.errand,
    onCountdown: options.onCountdown ?? ignore,
  });
  const clock = createServiceClock(options.clock);
  const client = openGraphClient({
    area: TRACE_AREA,
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
  const listing = {
    host: new URL(own.origin).host,
    clock,
    ownClock: options.clock,
    terms: GRAPH_TERMS,
    seenAt: (date: Date | null) => void (asOf ??= date),
    stepsOf: (question: TraceQuestion, signal: AbortSignal) => pagesOf(client, listingOf(question), signal),
    batchOf: ({ items }: TracePage, question: TraceQuestion, window: TimeWindow) =>
      checkedBatch(items, question, window),
  };
  return {
    kind: options.kind ?? 'graph',
    tenant: options.tenant,
    requestCount: gate.admittedCount,
    quotaLeft: options.ledger.left,
    asOf: () => asOf,
    deliveries: (query, signal) =>
      beginningInTime(
        { ...gate, firstAnswerMs: asOf === null ? firstAnswerMs : null, host: listing.host },
        (bounded) => listWindow(listing, query, bounded),
        signal,
      ),
    details: untilRefused((key, signal) => details(client, detailsPath(key), signal)),
  };
}

function ignore(): void {
  // Nobody watches.
}

interface TracePage {
  readonly items: readonly TraceEntry[];
}

function listingOf(question: TraceQuestion) {
  return {
    first: {
      kind: 'question',
      path: MESSAGE_TRACES_PATH,
      filter: filterOf(question),
      top: GRAPH_TERMS.rowsPerPage,
      pageSize: null,
    },
    decodeItems: list(createTraceDecoder()),
    keyOf: (entry: TraceEntry) => deliveryKey(messageKey(entry), entry.recipient),
    atOf: (entry: TraceEntry) => entry.receivedAt,
    document: 'a page of message trace',
    whenBrokenOff: TRACE_AREA.errand.whenBrokenOff,
  } as const;
}

/** Only being stopped is thrown: whatever else is in the way of a detail, the list stays true without it. */
async function details(client: GraphClient, path: string, signal: AbortSignal): Promise<DetailAnswer> {
  const first = { kind: 'question', path, filter: null, top: null, pageSize: null } as const;
  const listing = {
    first,
    decodeItems: list(decodeDetail),
    keyOf: (event: TraceEvent) => JSON.stringify(event),
    atOf: (event: TraceEvent) => event.at,
    document: 'the details of a delivery',
    whenBrokenOff: TRACE_AREA.errand.whenBrokenOff,
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
