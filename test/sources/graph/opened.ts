/** A source with everything filled in, for tests to change one thing of. */
import { processLedger } from '#mailflow/quota/process-ledger.js';
import type { RequestLedger } from '#mailflow/quota/request-ledger.js';
import type { DetailQuestion, TraceBatch, TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { type GraphTraceSourceOptions, openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { readyToken } from '#sources/sign-in/ready-token.js';

import { virtualClock } from '../../fakes/virtual-clock.js';

export const NOW = '2026-06-30T12:00:00Z';
export const TOKEN = 'canary-token-71c9';

export function openAt(
  origin: string,
  changes: Partial<GraphTraceSourceOptions> = {},
): { source: TraceSource; notices: string[] } {
  const clock = changes.clock ?? virtualClock(NOW);
  const notices: string[] = [];
  const source = openGraphTraceSource({
    origin: parseGraphUrl(origin),
    tokens: readyToken(TOKEN),
    tenant: 'contoso.example',
    caPem: null,
    env: {},
    clock,
    ledger: ledgerOf(clock, 90),
    maxRequests: null,
    deadlineMs: null,
    patienceMs: Infinity,
    onNotice: (text) => void notices.push(text),
    newRequestId: () => '00000000-0000-4000-8000-000000000001',
    ...changes,
  });
  return { source, notices };
}

/** A delivery of two hours ago, whose events are asked for. */
export function asked(messageTraceId: string, recipient: string): DetailQuestion {
  return { messageTraceId, recipient, receivedAt: new Date('2026-06-30T10:00:00Z') };
}

/** For this process alone, the whole limit for anybody. */
export function ledgerOf(
  { monotonicMs }: { readonly monotonicMs: () => number },
  limit: number,
): RequestLedger {
  const rules = { limit, reserve: 0, windowMs: 300_000, wayMs: 0 };
  return processLedger({ rules, isAttended: true, monotonicMs });
}

export function query(changes: Partial<TraceQuery> = {}): TraceQuery {
  return {
    window: { from: new Date('2026-06-30T08:00:00Z'), to: new Date('2026-06-30T12:00:00Z') },
    senders: [],
    recipients: [],
    subject: null,
    messageIds: [],
    messageTraceIds: [],
    statuses: [],
    ...changes,
  };
}

export async function collect(source: TraceSource, asked: TraceQuery = query()): Promise<Collected> {
  const batches: TraceBatch[] = [];
  for await (const batch of source.deliveries(asked, new AbortController().signal)) batches.push(batch);
  return {
    entries: batches.flatMap((batch) => batch.entries),
    gaps: batches.flatMap((batch) => batch.gaps),
    notes: batches.flatMap((batch) => batch.notes),
  };
}

type Collected = TraceBatch;

export function row(
  n: number,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    id: `5f0c3c1e-0000-4000-8000-${String(n).padStart(12, '0')}`,
    messageId: `<m${n}@contoso.example>`,
    senderAddress: 'alice@contoso.example',
    recipientAddress: `r${n}@fabrikam.example`,
    subject: `Order ${n}`,
    receivedDateTime: '2026-06-30T10:00:00Z',
    status: 'delivered',
    size: 1024 + n,
    fromIP: '192.0.2.10',
    toIP: '',
    ...changes,
  };
}

export function page(rows: readonly unknown[], nextLink?: string): object {
  return { value: rows, ...(nextLink === undefined ? {} : { '@odata.nextLink': nextLink }) };
}

export const LIST = '/v1.0/admin/exchange/tracing/messageTraces';
