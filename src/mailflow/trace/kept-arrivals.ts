import type { CoveredSpan } from './coverage.js';
import type { GuardedHistory } from './guarded-history.js';
import type { InboundHistory } from './inbound-history.js';
import { ALL_MAIL } from './question-shape.js';
import { type Span, subtract } from './span.js';

/** What arrived in earlier weeks, as far as lists of all mail have proven it. */
export function inboundHistory(history: GuardedHistory): InboundHistory {
  return {
    latenessMs: async (since) => (await history.read(({ lateness }) => lateness(since), null))?.p99Ms ?? null,
    arrivals: async ({ span, ownDomains, settledAfterMs }) => {
      const covered = await history.read(({ covered: read }) => read(ALL_MAIL, span), []);
      if (subtract([span], readLateEnough(covered, settledAfterMs)).length > 0) return null;
      return history.read(({ arrivals }) => arrivals(span, ownDomains), null);
    },
  };
}

function readLateEnough(covered: readonly CoveredSpan[], afterMs: number): readonly Span[] {
  return covered
    .filter(({ state }) => state === 'complete')
    .map(({ fromMs, endMs, observedAtMs }) => ({
      fromMs,
      endMs: Math.min(endMs, observedAtMs - afterMs + 1),
    }));
}
