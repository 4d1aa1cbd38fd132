/**
 * A trace source that remembers: it asks another source for what the kept past cannot answer, keeps every page as it
 * comes, and gives the rest from what is kept. It never asks more than the other source alone would be asked, and its
 * answer is the one that asking for everything anew would give.
 */
import type { Gap } from '../finding.js';
import type { TimeWindow } from '../time-window.js';
import {
  type CoveredSpan,
  DEFAULT_SETTLING,
  provenBy,
  type Settling,
  SETTLING_BY_STATUS,
  settledSpans,
  settlingFor,
} from './coverage.js';
import type { TraceEntry, TraceEvent } from './delivery.js';
import { type ListingPlan, planListing, type RowCount } from './listing-plan.js';
import { createMatcher } from './matches.js';
import { ALL_MAIL, shapeOf } from './question-shape.js';
import { isOpen } from './reconcile.js';
import { contains, intersect, type Span, spanOf, subtract, union } from './span.js';
import { bareWord } from './status.js';
import type { KeptDetails, TraceHistory } from './trace-history.js';
import type { DeliveryKey, PagePlace, TraceBatch, TraceQuery, TraceSource } from './trace-source.js';

/** What one listing of the service is asked for. */
export interface ListingQuestion extends TraceQuery {
  readonly window: TimeWindow;
}

export interface RememberingOptions {
  readonly source: TraceSource;
  readonly history: TraceHistory;
  /** The listings that the source makes of a query; what it would be asked without a history. */
  readonly questionsOf: (query: TraceQuery, window: TimeWindow, now: Date) => readonly ListingQuestion[];
  /** Rows that one request brings at most. */
  readonly rowsPerPage: number;
  readonly now: () => Date;
  /** What a failure of the source leaves out of the answer; null for one that must end it. */
  readonly gapOf: (failure: unknown) => Gap | null;
  /** Told once when the history cannot be read or written; the answer is then the source's own. */
  readonly onHistoryTrouble: (error: unknown) => void;
}

export function rememberingSource(options: RememberingOptions): TraceSource {
  const { source } = options;
  const memory = openMemory(options);
  const { details } = source;
  const now = (): number => options.now().getTime();

  async function keptDetails(key: DeliveryKey): Promise<readonly TraceEvent[] | null> {
    const kept = await memory.read((history) => history.details(key), null);
    return kept !== null && stillHolds(kept, now()) ? kept.events : null;
  }

  return {
    get kind() {
      return memory.answeredAlone() ? 'history' : source.kind;
    },
    tenant: source.tenant,
    requestCount: source.requestCount,
    asOf: () => (memory.answeredAlone() ? memory.asOf() : source.asOf()),
    deliveries: (query, signal) =>
      query.window === null
        ? source.deliveries(query, signal)
        : deliveries({ ...options, memory }, query, query.window, signal),
    ...(details === undefined
      ? {}
      : {
          keptDetails,
          details: async (key, signal) => {
            const kept = await keptDetails(key);
            if (kept !== null) return { kind: 'events', events: kept };
            const answer = await details(key, signal);
            // A service that knows nothing yet may know more later.
            if (answer.kind === 'events' && answer.events.length > 0)
              await memory.write((history) =>
                history.keepDetails({ key, events: answer.events, readAt: options.now() }),
              );
            return answer;
          },
        }),
  };
}

/** What an open delivery's events said stays true for so long. */
const OPEN_DETAILS_HOLD_MS = 3 * 60_000;

/** Events of a final status hold for good; events that were read under another status do not. */
function stillHolds({ readAt, status, statusNow }: KeptDetails, nowMs: number): boolean {
  if (bareWord(status) !== bareWord(statusNow)) return false;
  return !isOpen(statusNow) || nowMs - readAt.getTime() < OPEN_DETAILS_HOLD_MS;
}

/** The history as far as it works; after a trouble nothing more is written, so that no proof has a hole in it. */
interface Memory {
  readonly read: <T>(ask: (history: TraceHistory) => Promise<T>, otherwise: T) => Promise<T>;
  readonly write: (keep: (history: TraceHistory) => Promise<unknown>) => Promise<void>;
  readonly failed: (error: unknown) => void;
  readonly asked: () => void;
  /** Told when the newest part of an answer that nobody was asked for was seen. */
  readonly answered: (seenAt: Date | null) => void;
  readonly answeredAlone: () => boolean;
  readonly asOf: () => Date | null;
}

function openMemory({ history, onHistoryTrouble }: RememberingOptions): Memory {
  let isSound = true;
  let wasAsked = false;
  let hasAnswered = false;
  let seenAt: Date | null = null;
  const failed = (error: unknown): void => {
    if (isSound) onHistoryTrouble(error);
    isSound = false;
  };
  return {
    failed,
    read: async (ask, otherwise) => {
      if (!isSound) return otherwise;
      try {
        return await ask(history);
      } catch (error) {
        failed(error);
        return otherwise;
      }
    },
    write: async (keep) => {
      if (!isSound) return;
      try {
        await keep(history);
      } catch (error) {
        failed(error);
      }
    },
    asked: () => {
      wasAsked = true;
    },
    answered: (date) => {
      hasAnswered = true;
      seenAt = date;
    },
    answeredAlone: () => hasAnswered && !wasAsked,
    asOf: () => seenAt,
  };
}

interface Context extends RememberingOptions {
  readonly memory: Memory;
}

/** What one listing leaves to the kept past. */
interface Remainder {
  readonly question: ListingQuestion;
  readonly spans: readonly Span[];
}

async function* deliveries(
  context: Context,
  query: TraceQuery,
  window: TimeWindow,
  signal: AbortSignal,
): AsyncGenerator<TraceBatch> {
  const now = context.now();
  const settling = await measuredSettling(context.memory, now);
  const run: Run = { ...context, now: () => now, settling, signal, hasRows: false, brokenOff: false };
  const remainders: Remainder[] = [];
  for (const question of context.questionsOf(query, window, now)) {
    const spans = yield* answerAnew(run, question);
    remainders.push({ question, spans });
  }
  yield* fromHistory(run, query, remainders);
  context.memory.answered(run.newestSeenAt ?? null);
}

/** One question of a user, on its way. */
interface Run extends Context {
  readonly settling: Settling;
  readonly signal: AbortSignal;
  /** True when there is something to answer with, whatever fails from here on. */
  hasRows: boolean;
  /** True when the source could not go on; nothing more is asked then. */
  brokenOff: boolean;
  newestSeenAt?: Date;
}
