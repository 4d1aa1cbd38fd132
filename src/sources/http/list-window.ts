import type { TimeWindow } from '#mailflow/time-window.js';
import { questionsOf } from '#mailflow/trace/plan-questions.js';
import type { ServiceTerms, TraceQuestion } from '#mailflow/trace/question.js';
import type { TraceBatch, TraceQuery } from '#mailflow/trace/trace-source.js';

import { beginReading } from './begin-reading.js';
import type { SourceClock } from './clock.js';
import { clockRemarks } from './clock-remarks.js';
import type { Trouble } from './exchange.js';
import type { ServiceClock } from './service-clock.js';
import { isInterruption, listGap, tooOldOr, windowOf } from './trace-gap.js';

interface Stop {
  readonly kind: 'stopped';
  readonly trouble: Trouble;
  /** Null when there was no answer. */
  readonly status: number | null;
}

/** A step of one question, whichever service is asked. */
export type ListingStep<Page> =
  /** What came so far will come again. */
  | { readonly kind: 'restarted' }
  | (Page & {
      readonly kind: 'page';
      readonly date: Date | null;
      /** True when nothing follows. */
      readonly isLast: boolean;
    })
  | Stop;

interface Listing<Page> {
  /** As `graph.microsoft.com`, for messages. */
  readonly host: string;
  readonly clock: ServiceClock;
  readonly ownClock: SourceClock;
  readonly terms: ServiceTerms;
  /** Told the service's clock with every page. */
  readonly seenAt: (date: Date | null) => void;
  readonly stepsOf: (question: TraceQuestion, signal: AbortSignal) => AsyncIterable<ListingStep<Page>>;
  readonly batchOf: (page: Page, question: TraceQuestion, window: TimeWindow) => TraceBatch;
}

const QUESTION_REFUSED = 400;

/**
 * Lists what a query asks for, question by question, by the clock of the service. Ours is all there is to plan the first
 * question with; where it runs ahead, the window ends in what the service calls the future and is refused, and then the
 * answer has told the right time. Throws a Failure when there is no answer at all.
 */
export async function* listWindow<Page>(
  listing: Listing<Page>,
  query: TraceQuery,
  signal: AbortSignal,
): AsyncGenerator<TraceBatch> {
  const { clock, host } = listing;
  const asked = { ...query, window: windowOf(query) };
  const planned = clock.now();
  let stop = yield* listAt(planned, listing, asked, signal);
  const isRefused = stop?.status === QUESTION_REFUSED && stop.trouble.reason === 'protocol';
  if (isRefused && clock.now() < planned && clock.now() < asked.window.to) {
    stop = yield* listAt(clock.now(), listing, asked, signal);
  }
  if (stop !== null) throw stop.trouble.failure;
  const remarks = clockRemarks(host, clock.aheadMs());
  if (remarks !== null) yield remarks;
}

/** Asks as if it were `now`. Returns what was in the way of any answer, else null. */
async function* listAt<Page>(
  now: Date,
  { terms, ownClock, seenAt, stepsOf, batchOf }: Listing<Page>,
  { window, ...query }: TraceQuestion,
  signal: AbortSignal,
): AsyncGenerator<TraceBatch, Stop | null> {
  let hasAnswer = false;
  for (const question of questionsOf({ ...query, window }, window, now, terms)) {
    let reading = beginReading(ownClock);
    for await (const step of stepsOf(question, signal)) {
      switch (step.kind) {
        case 'restarted':
          reading = beginReading(ownClock);
          break;
        case 'page':
          hasAnswer = true;
          seenAt(step.date);
          yield {
            ...batchOf(step, question, window),
            page: { window: question.window, ...reading(step.date), isLast: step.isLast },
          };
          break;
        case 'stopped': {
          const stop = step.status === QUESTION_REFUSED ? dated(step, question, now) : step;
          if (isInterruption(stop.trouble)) throw stop.trouble.failure;
          if (!hasAnswer) return stop;
          yield { entries: [], gaps: [listGap(stop.trouble, window, question.window)], notes: [] };
          return null;
        }
      }
    }
  }
  return null;
}

function dated(stop: Stop, question: TraceQuestion, now: Date): Stop {
  return { ...stop, trouble: tooOldOr(stop.trouble, question.window, now) };
}
