import type { Gap } from '../finding.js';
import type { TraceEntry } from './delivery.js';
import type { Judgement, LateJudge } from './judgement.js';
import type { TraceDetailLookup, TraceSource } from './trace-source.js';

/** A row whose detail can be asked for. */
export type TraceableEntry = TraceEntry & { readonly messageTraceId: string };

export function isTraceable(entry: TraceEntry): entry is TraceableEntry {
  return entry.messageTraceId !== null;
}

export interface DetailOrder {
  /** In the order in which they are asked for. */
  readonly wanted: readonly TraceableEntry[];
  readonly lookup: TraceDetailLookup;
  /** Absent where nothing is kept. */
  readonly kept?: TraceSource['keptDetails'] | undefined;
  readonly judge: LateJudge;
  /** Called after each answer with the answers so far. */
  readonly onRead: (count: number) => void;
}

export interface DetailReadings {
  /** Only rows whose detail was had. */
  readonly judgements: ReadonlyMap<TraceEntry, Judgement>;
  /** One per reason. */
  readonly gaps: readonly Gap[];
}

const CONCURRENCY = 4;

/** What stands in the way of one detail for these reasons stands in the way of all; asking on would only cost. */
export const FINAL_REASONS: ReadonlySet<string> = new Set(['quota', 'throttled', 'refused', 'unreachable']);

/** Reads and judges details, a few at a time. A Failure of the source passes through. */
export async function readDetails(order: DetailOrder, signal: AbortSignal): Promise<DetailReadings> {
  const judgements = new Map<TraceEntry, Judgement>();
  const gaps: Gap[] = [];
  const wanted = await withoutKept(order, judgements);
  // One iterator for all workers: each takes the next row that nobody has taken.
  const queue = wanted.values();
  let asked = 0;
  let stopped = false;

  async function work(): Promise<void> {
    for (const entry of queue) {
      signal.throwIfAborted();
      asked += 1;
      const { messageTraceId, recipient, receivedAt } = entry;
      const answer = await order.lookup({ messageTraceId, recipient, receivedAt }, signal);
      if (answer.kind === 'events') judgements.set(entry, await order.judge(answer.events, entry.status));
      else gaps.push(answer.gap);
      stopped ||= answer.kind === 'gap' && FINAL_REASONS.has(answer.gap.reason);
      order.onRead(judgements.size + gaps.length);
      if (stopped) return;
    }
  }

  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  } finally {
    stopped = true;
  }
  return { judgements, gaps: summarizeGaps(gaps, order.wanted.length, wanted.length - asked) };
}

/** What is kept is judged first: it costs nothing, and it is there even when nothing can be asked any more. */
async function withoutKept(
  { wanted, kept, judge, onRead }: DetailOrder,
  judgements: Map<TraceEntry, Judgement>,
): Promise<readonly TraceableEntry[]> {
  if (kept === undefined) return wanted;
  const unknown: TraceableEntry[] = [];
  for (const entry of wanted) {
    const events = await kept({ messageTraceId: entry.messageTraceId, recipient: entry.recipient });
    if (events === null) unknown.push(entry);
    else judgements.set(entry, await judge(events, entry.status));
  }
  if (judgements.size > 0) onRead(judgements.size);
  return unknown;
}

/** Says each reason once, with the number of details that it cost. What was not asked goes to the final reason. */
function summarizeGaps(gaps: readonly Gap[], wanted: number, unasked: number): Gap[] {
  const firstByReason = new Map<string, Gap>();
  for (const gap of gaps) if (!firstByReason.has(gap.reason)) firstByReason.set(gap.reason, gap);
  const stopping = gaps.find((gap) => FINAL_REASONS.has(gap.reason));
  return [...firstByReason.values()].map((gap) => {
    const same = gaps.filter(({ reason }) => reason === gap.reason);
    const missing = same.length + (gap.reason === stopping?.reason ? unasked : 0);
    return {
      ...gap,
      what: `the details of ${missing} of ${wanted} sampled deliveries`,
      retryAfterSeconds: longest(same.map(({ retryAfterSeconds }) => retryAfterSeconds)),
    };
  });
}

function longest(waits: readonly (number | null)[]): number | null {
  const known = waits.filter((wait) => wait !== null);
  return known.length === 0 ? null : Math.max(...known);
}
