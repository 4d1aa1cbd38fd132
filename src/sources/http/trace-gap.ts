/** How a remote trace says what is missing. Shared by the services that are asked for it. */
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import type { DetailAnswer, TraceDetailLookup, TraceQuery } from '#mailflow/trace/trace-source.js';

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
