import { Failure } from '#failure.js';

import { isAborted } from '../sign-in/stopped.js';
import { sleepUntil, type SourceClock } from './clock.js';
import { type Exchange, stopped, stoppedBy, type Trouble } from './exchange.js';
import type { RequestBudget } from './request-budget.js';

interface GateOptions {
  readonly clock: SourceClock;
  readonly budget: RequestBudget;
  /** Cap on the requests of this source; null for none. */
  readonly maxRequests: number | null;
  /** On the monotonic clock; null for none. */
  readonly deadlineMs: number | null;
  /** The longest pause for quota that is sat out; the deadline bounds it as well. */
  readonly patienceMs: number;
  /** Told of each pause once, however many wait for its end. */
  readonly onNotice: (text: string) => void;
  /** Told every second how long a pause still is. */
  readonly onCountdown: (text: string) => void;
}

/** Why nobody may send for a while. */
export interface Pause {
  /** As `graph.microsoft.com answered 429`. */
  readonly what: string;
  /** Whether patience bounds it, and not the deadline alone. */
  readonly isForQuota: boolean;
  /** What to say where nobody sits it out. */
  readonly trouble: (leftMs: number) => Trouble;
}

/** Every request, first or repeated, passes here one by one, so that a pause holds for all of them. */
export interface RequestGate {
  /** Counts a request, or says why there is none to be had. */
  readonly admit: (signal: AbortSignal) => Promise<Admission>;
  /** From now on nobody passes for so long. */
  readonly pauseFor: (ms: number, pause: Pause) => void;
  readonly admittedCount: () => number;
  /** Whether waiting so long ends before the deadline. */
  readonly hasTimeFor: (ms: number) => boolean;
}

export type Admission = { readonly kind: 'admitted' } | (Exchange & { readonly kind: 'stopped' });

/** Without a deadline nobody sits out more than this. */
const LONGEST_WAIT_MS = 3600_000;
const TICK_MS = 1000;
/** Answers under way when a pause begins make it a little longer, and a used-up budget frees its requests one by one: no news. */
const NEWS_MS = 2000;

export function openRequestGate(options: GateOptions): RequestGate {
  const { clock, budget, deadlineMs, maxRequests } = options;
  let current: (Pause & { readonly untilMs: number }) | null = null;
  let admitted = 0;
  const tell = openTeller(options);

  function hasTimeFor(ms: number): boolean {
    return deadlineMs === null ? ms <= LONGEST_WAIT_MS : clock.monotonicMs() + ms <= deadlineMs;
  }

  function pauseFor(ms: number, pause: Pause): void {
    const untilMs = clock.monotonicMs() + ms;
    if (current === null || untilMs > current.untilMs) current = { ...pause, untilMs };
  }

  /** Null when nothing is in the way any more. */
  async function sitOut(signal: AbortSignal): Promise<Admission | null> {
    for (;;) {
      if (isAborted(signal)) return stoppedBy(signal);
      const nowMs = clock.monotonicMs();
      if (current === null || current.untilMs <= nowMs) return null;
      const leftMs = current.untilMs - nowMs;
      const isTooLong = current.isForQuota && leftMs > options.patienceMs;
      if (isTooLong || !hasTimeFor(leftMs)) return { kind: 'stopped', trouble: current.trouble(leftMs) };
      tell(current, nowMs);
      await sleepUntil(clock, nowMs + Math.min(leftMs, TICK_MS), signal);
    }
  }

  async function admit(signal: AbortSignal): Promise<Admission> {
    for (;;) {
      const refusal = await sitOut(signal);
      if (refusal !== null) return refusal;
      if (maxRequests !== null && admitted >= maxRequests) return capReached(maxRequests);
      const grant = budget.take();
      if (grant.granted) {
        admitted += 1;
        return { kind: 'admitted' };
      }
      pauseFor(grant.waitMs, BUDGET_USED_UP);
    }
  }

  return { admit, hasTimeFor, pauseFor, admittedCount: () => admitted };
}

/** Says a pause once, and each of its seconds once, though everybody who waits for its end calls. */
function openTeller({ onNotice, onCountdown }: GateOptions) {
  let toldUntilMs = Number.NEGATIVE_INFINITY;
  let toldSeconds = 0;
  return ({ what, untilMs }: Pause & { readonly untilMs: number }, nowMs: number): void => {
    const leftSeconds = seconds(untilMs - nowMs);
    const text = `${what}; trying again in ${leftSeconds} s`;
    if (untilMs - toldUntilMs > NEWS_MS) {
      toldUntilMs = untilMs;
      onNotice(`${text}.`);
    }
    if (leftSeconds !== toldSeconds) onCountdown(text);
    toldSeconds = leftSeconds;
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

const BUDGET_USED_UP: Pause = {
  what: 'The request budget is used up',
  isForQuota: true,
  trouble: (leftMs) => {
    const retryAfterSeconds = seconds(leftMs);
    const message = 'The request budget is used up: the service takes 100 requests in 5 minutes.';
    const remedy = `Try again in ${retryAfterSeconds} s, wait with --wait, or ask for a shorter window or a smaller sample.`;
    return { reason: 'quota', failure: new Failure('throttled', message, { remedy, retryAfterSeconds }) };
  },
};

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
