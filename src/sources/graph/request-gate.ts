import { Failure } from '#failure.js';

import { type GraphClock, sleepUntil } from './clock.js';
import { type Exchange, stopped, stoppedBy } from './exchange.js';
import type { RequestBudget } from './request-budget.js';

interface GateOptions {
  readonly clock: GraphClock;
  readonly budget: RequestBudget;
  /** Cap on the requests of this source; null for none. */
  readonly maxRequests: number | null;
  /** On the monotonic clock; null for none. */
  readonly deadlineMs: number | null;
  /** Sit out a used-up budget instead of stopping. */
  readonly waitForQuota: boolean;
  readonly onNotice: (text: string) => void;
}

/** Every request, first or repeated, passes here one by one, so that a pause holds for all of them. */
export interface RequestGate {
  /** Counts a request, or says why there is none to be had. */
  readonly admit: (signal: AbortSignal) => Promise<Admission>;
  /** From now on nobody passes for so long. */
  readonly pauseFor: (ms: number) => void;
  readonly admittedCount: () => number;
  /** Whether waiting so long ends before the deadline. */
  readonly hasTimeFor: (ms: number) => boolean;
}

export type Admission = { readonly kind: 'admitted' } | (Exchange & { readonly kind: 'stopped' });

/** Without a deadline nobody sits out more than this. */
const LONGEST_WAIT_MS = 3600_000;

export function openRequestGate(options: GateOptions): RequestGate {
  const { clock, budget, deadlineMs } = options;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let admitted = 0;

  function hasTimeFor(ms: number): boolean {
    return deadlineMs === null ? ms <= LONGEST_WAIT_MS : clock.monotonicMs() + ms <= deadlineMs;
  }

  async function admit(signal: AbortSignal): Promise<Admission> {
    for (;;) {
      if (!(await sleepUntil(clock, pausedUntilMs, signal))) return stoppedBy(signal);
      if (clock.monotonicMs() < pausedUntilMs) continue;
      if (options.maxRequests !== null && admitted >= options.maxRequests)
        return capReached(options.maxRequests);
      const grant = budget.take();
      if (grant.granted) {
        admitted += 1;
        return { kind: 'admitted' };
      }
      if (!options.waitForQuota || !hasTimeFor(grant.waitMs)) return budgetUsedUp(grant.waitMs);
      options.onNotice(`The request budget is used up; waiting ${seconds(grant.waitMs)} s.`);
      if (!(await sleepUntil(clock, clock.monotonicMs() + grant.waitMs, signal))) return stoppedBy(signal);
    }
  }

  return {
    admit,
    hasTimeFor,
    admittedCount: () => admitted,
    pauseFor: (ms) => {
      pausedUntilMs = Math.max(pausedUntilMs, clock.monotonicMs() + ms);
    },
  };
}

function capReached(maxRequests: number): Admission {
  return stopped(
    'quota',
    new Failure('throttled', `The cap of ${maxRequests} requests is used up.`, {
      remedy: 'Raise --max-requests, or ask for a shorter window or a smaller sample.',
    }),
  );
}

function budgetUsedUp(waitMs: number): Admission {
  const retryAfterSeconds = seconds(waitMs);
  return stopped(
    'quota',
    new Failure('throttled', 'The request budget is used up: the service takes 100 requests in 5 minutes.', {
      remedy: `Try again in ${retryAfterSeconds} s, wait with --wait, or ask for a shorter window or a smaller sample.`,
      retryAfterSeconds,
    }),
  );
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
