/**
 * A trace source that remembers: it asks another source for what the kept past cannot answer, keeps every page as it
 * comes, and gives the rest from what is kept. Its answer is the one that asking for everything anew would give, and it
 * never takes more requests.
 */
import type { Gap } from '../finding.js';
import type { TraceEvent } from './delivery.js';
import { type GuardedHistory, guardHistory } from './guarded-history.js';
import { inboundHistory } from './kept-arrivals.js';
import type { ServiceTerms } from './question.js';
import { isOpen, isSameStatus } from './reconcile.js';
import { questionsLeft, rememberedAnswer } from './remembered-answer.js';
import type { KeptDetails, TraceHistory } from './trace-history.js';
import type { DeliveryKey, TraceDetailLookup, TraceSource } from './trace-source.js';

export interface RememberingOptions {
  readonly source: TraceSource;
  readonly history: TraceHistory;
  /** Those of the source. */
  readonly terms: ServiceTerms;
  readonly now: () => Date;
  /** What a failure of the source leaves out of the answer; null for one that must end it. */
  readonly gapOf: (failure: unknown) => Gap | null;
  /** Failures after which somebody else is asked, unless the source has given something before; none when absent. */
  readonly isTakenOver?: (failure: unknown) => boolean;
  /** Told once, when the history cannot be read or written; from then on the source answers alone. */
  readonly onHistoryTrouble: (error: unknown) => void;
}

export function rememberingSource(options: RememberingOptions): TraceSource {
  const { source, now } = options;
  const history = guardHistory(options.history, options.onHistoryTrouble);
  const answers: Answers = { wasAsked: false, keptAsOf: null };
  const isAnsweredAlone = (): boolean => answers.keptAsOf !== null && !answers.wasAsked;
  return {
    get kind() {
      return isAnsweredAlone() ? 'history' : source.kind;
    },
    questionsLeft: async (query) => {
      const { window } = query;
      return window === null ? [] : await questionsLeft({ ...options, history }, { ...query, window });
    },
    tenant: source.tenant,
    requestCount: source.requestCount,
    ...(source.quotaLeft === undefined ? {} : { quotaLeft: source.quotaLeft }),
    asOf: () => (isAnsweredAlone() ? answers.keptAsOf : source.asOf()),
    deliveries: async function* (query, signal) {
      const { window } = query;
      if (window === null) {
        yield* source.deliveries(query, signal);
        return;
      }
      const outcome = yield* rememberedAnswer({ ...options, history }, { ...query, window }, signal);
      answers.wasAsked ||= outcome.wasAsked;
      answers.keptAsOf = outcome.keptAsOf;
    },
    inbound: () => inboundHistory(history),
    ...(source.details === undefined ? {} : rememberedDetails(source.details, history, now)),
  };
}

/** What the answers so far came from. */
interface Answers {
  wasAsked: boolean;
  /** When the newest part of the kept past was seen. */
  keptAsOf: Date | null;
}

function rememberedDetails(
  ask: TraceDetailLookup,
  history: GuardedHistory,
  now: () => Date,
): Required<Pick<TraceSource, 'details' | 'keptDetails'>> {
  const keptDetails = async (key: DeliveryKey): Promise<readonly TraceEvent[] | null> => {
    const kept = await history.read(({ details }) => details(key), null);
    return kept !== null && stillHold(kept, now()) ? kept.events : null;
  };
  return {
    keptDetails,
    details: async (key, signal) => {
      signal.throwIfAborted();
      const kept = await keptDetails(key);
      if (kept !== null) return { kind: 'events', events: kept };
      const answer = await ask(key, signal);
      // A service that knows nothing yet may know more later.
      if (answer.kind === 'events' && answer.events.length > 0) {
        const { events } = answer;
        await history.write(({ keepDetails }) => keepDetails({ key, events, readAt: now() }));
      }
      return answer;
    },
  };
}

/** What the events of an open delivery said holds for so long. */
const OPEN_DETAILS_HOLD_MS = 3 * 60_000;

/** Events that were read under a final status hold for good; those that were read under another status do not. */
function stillHold({ readAt, status, statusNow }: KeptDetails, now: Date): boolean {
  if (!isSameStatus(status, statusNow)) return false;
  return !isOpen(statusNow) || now.getTime() - readAt.getTime() < OPEN_DETAILS_HOLD_MS;
}
