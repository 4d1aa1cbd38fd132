/** How a remote trace says what is missing. Shared by the services that are asked for it. */
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { createAnswerCheck, type TraceQuestion } from '#mailflow/trace/question.js';
import type {
  DetailAnswer,
  TraceBatch,
  TraceDetailLookup,
  TraceQuery,
} from '#mailflow/trace/trace-source.js';

import type { Trouble } from './exchange.js';

export function windowOf(query: TraceQuery): TimeWindow {
  if (query.window !== null) return query.window;
  throw new Failure('usage', 'A trace of the service needs a window of time.', {
    remedy: 'Give --since, or --from and --to.',
  });
}

const KEPT_DAYS = 90;
const DAY_MS = 24 * 3600 * 1000;

/** The service counts its 90 days from midnight UTC. Told from our own question: its words may change. */
export function tooOldOr(trouble: Trouble, asked: TimeWindow, now: Date): Trouble {
  const midnightMs = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  if (asked.from.getTime() >= midnightMs - KEPT_DAYS * DAY_MS) return trouble;
  const { requestId } = trouble.failure;
  const failure = new Failure(
    'usage',
    `Message trace reaches back ${KEPT_DAYS} days, and the window begins before that.`,
    {
      remedy: `Let the window begin within the last ${KEPT_DAYS} days.`,
      ...(requestId === undefined ? {} : { requestId }),
    },
  );
  return { reason: 'too-old', failure };
}

export function isInterruption(trouble: Trouble): boolean {
  return trouble.reason === 'interrupted';
}

/** `asked` is the part of the window that the answer ended in; slices come newest first. */
export function listGap(trouble: Trouble, window: TimeWindow, asked: TimeWindow): Gap {
  const span = `${window.from.toISOString()} to ${asked.to.toISOString()}`;
  return gapOf(trouble, `Deliveries between ${span}, in part: ${trouble.failure.message}`);
}

/**
 * The rows that were asked for. A condition that the service ignored is made good here. The window is another matter:
 * whoever gives rows from outside of it may have left out some from inside.
 */
export function checkedBatch(
  items: readonly TraceEntry[],
  question: TraceQuestion,
  window: TimeWindow,
): TraceBatch {
  const entries = items.filter(createAnswerCheck(question));
  if (entries.length === items.length) return { entries, gaps: [], notes: [] };
  const strays = items.length - entries.length;
  const inTime = createAnswerCheck({ ...ANYTHING, window: question.window });
  return {
    entries,
    gaps: items.every(inTime) ? [] : [listGap(outside(), window, question.window)],
    notes: [`The service ignored a condition; ${strays} rows that nobody asked for were left out.`],
  };
}

const ANYTHING = {
  senders: [],
  recipients: [],
  subject: null,
  messageIds: [],
  messageTraceIds: [],
  statuses: [],
} as const;

function outside(): Trouble {
  const message = 'The service gave rows from outside this time, so some may be missing.';
  const remedy =
    'Check that nothing between here and the service rewrites questions; if not, its contract has changed: update mailcheck.';
  return { reason: 'protocol', failure: new Failure('protocol', message, { remedy }) };
}

export function detailGap(trouble: Trouble): Gap {
  return gapOf(trouble, `The details of one delivery: ${trouble.failure.message}`);
}

function gapOf({ failure, reason }: Trouble, what: string): Gap {
  return { what, reason, remedy: failure.remedy, retryAfterSeconds: failure.retryAfterSeconds ?? null };
}

/** Whoever may not read one detail may read none; another request would only cost quota. */
export function untilRefused(lookup: TraceDetailLookup): TraceDetailLookup {
  let refusal: DetailAnswer | null = null;
  return async (key, signal) => {
    if (refusal !== null) return refusal;
    const answer = await lookup(key, signal);
    if (answer.kind === 'gap' && answer.gap.reason === 'refused') refusal = answer;
    return answer;
  };
}
