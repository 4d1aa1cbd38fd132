/**
 * Message trace over the admin endpoint of Exchange Online, as a trace source. Knows the wire of two cmdlets, their
 * quirks, roles and failures; it refuses to know what a status or an event means for mail.
 */
import { Failure } from '#failure.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import type { TraceEvent } from '#mailflow/trace/delivery.js';
import { createAnswerCheck, EXCHANGE_TERMS, type TraceQuestion } from '#mailflow/trace/question.js';
import type { DetailAnswer, DetailQuestion, TraceBatch, TraceSource } from '#mailflow/trace/trace-source.js';

import { TRACE_ERRAND } from '../http/errand.js';
import { type Trouble, troubleOf } from '../http/exchange.js';
import { listWindow } from '../http/list-window.js';
import { checkedBatch, detailGap, isInterruption, untilRefused } from '../http/trace-gap.js';
import { shownText } from '../sign-in/shown-text.js';
import { type AdminClient, type Got } from './admin-client.js';
import { decodeCollection } from './collection.js';
import { oneByOne } from './in-turn.js';
import { decodeDetail, detailCommand } from './message-trace-details.js';
import { askable, type TraceRow } from './message-traces.js';
import { type ExchangeOptions, openAdmin } from './open-admin.js';
import { tracePages } from './trace-pages.js';

/** Opens nothing yet; the first question does. Throws a Failure when the settings are wrong. */
export function openExchangeTraceSource(options: ExchangeOptions): TraceSource {
  const { client, gate, clock } = openAdmin(options, TRACE_ERRAND);
  let asOf: Date | null = null;
  const listing = {
    host: new URL(options.origin.origin).host,
    clock,
    ownClock: options.clock,
    terms: EXCHANGE_TERMS,
    seenAt: (date: Date | null) => void (asOf ??= date),
    stepsOf: (question: TraceQuestion, signal: AbortSignal) => tracePages(client, askable(question), signal),
    batchOf: askedBatch,
  };
  return {
    kind: options.kind ?? 'exchange',
    tenant: options.tenant,
    requestCount: gate.admittedCount,
    quotaLeft: options.ledger.left,
    asOf: () => asOf,
    deliveries: (query, signal) => listWindow(listing, query, signal),
    // One by one here too: whoever waits must hear of a refusal before asking.
    details: oneByOne(untilRefused((delivery, signal) => details(client, delivery, clock.now(), signal))),
  };
}

/** Rows are held against what was asked; with a status that could not be asked for, most rows are somebody else's. */
function askedBatch(page: Page, question: TraceQuestion, window: TimeWindow): TraceBatch {
  const batch = checkedBatch(
    page.rows.map(({ entry }) => entry),
    askable(question),
    window,
  );
  const remarks = page.remarks.map((remark) => `Exchange remarks: ${shownText(remark, [])}`);
  return {
    ...batch,
    entries: batch.entries.filter(createAnswerCheck(question)),
    notes: [...remarks, ...batch.notes],
  };
}

interface Page {
  readonly rows: readonly TraceRow[];
  readonly remarks: readonly string[];
}

/** Only being stopped is thrown: whatever else is in the way of a detail, the list stays true without it. */
async function details(
  client: AdminClient,
  delivery: DetailQuestion,
  now: Date,
  signal: AbortSignal,
): Promise<DetailAnswer> {
  const read = readDetail(await client.invoke(detailCommand(delivery, now), signal));
  if (read.kind === 'events') return read;
  if (isInterruption(read.trouble)) throw read.trouble.failure;
  return { kind: 'gap', gap: detailGap(read.trouble) };
}

type ReadDetail =
  | { readonly kind: 'events'; readonly events: readonly TraceEvent[] }
  | { readonly kind: 'stopped'; readonly trouble: Trouble };

function readDetail(got: Got): ReadDetail {
  if (got.kind === 'stopped') return got.isUnknownObject ? { kind: 'events', events: [] } : got;
  const place = { document: 'the answer of Get-MessageTraceDetailV2', path: '', requestId: got.requestId };
  try {
    const { items, hasMore } = decodeCollection(got.body, decodeDetail, place);
    return hasMore ? { kind: 'stopped', trouble: inPart(got.requestId) } : { kind: 'events', events: items };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'stopped', trouble: troubleOf(error) };
    throw error;
  }
}

/** The last event decides, and which one it is that did not come is not known. */
function inPart(requestId: string | null): Trouble {
  const failure = new Failure('protocol', 'Exchange gave a part of the events only.', {
    remedy: 'Look at this message in the Exchange admin center, or with Get-MessageTraceDetailV2.',
    ...(requestId === null ? {} : { requestId }),
  });
  return { reason: 'protocol', failure };
}
