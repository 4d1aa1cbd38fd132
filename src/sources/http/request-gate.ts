import { Failure } from '#failure.js';
import type { RequestLedger } from '#mailflow/quota/request-ledger.js';

import { isAborted } from '../sign-in/stopped.js';
import { sleepUntil, type SourceClock } from './clock.js';
import type { Errand } from './errand.js';
import { type Exchange, stopped, stoppedBy, type Trouble } from './exchange.js';

interface GateOptions {
  readonly errand: Errand;
  readonly clock: SourceClock;
  readonly ledger: RequestLedger;
  /** Cap on the requests of this source; null for none. */
  readonly maxRequests: number | null;
  /** Requests of another source that count against the same cap; none when absent. */
  readonly requestsElsewhere?: () => number;
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
  /** From now on nobody passes for so long, here and in every process that shares the ledger. */
  readonly pauseFor: (ms: number, pause: Pause) => Promise<void>;
  readonly admittedCount: () => number;
  /** How long the pause for quota that is in force still lasts; 0 for none. */
  readonly quotaPauseMs: () => number;
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
  const { clock, ledger, deadlineMs, maxRequests, requestsElsewhere = () => 0, errand } = options;
  const askedToWait = quotaPause(ASKED_TO_WAIT, errand);
  const budgetUsedUp = quotaPause(
    { what: 'The request budget is used up', message: errand.budgetUsedUp },
    errand,
  );
  const inTurn = openTurns();
  let current: (Pause & { readonly untilMs: number }) | null = null;
  let admitted = 0;
  const tell = openTeller(options);

  function hasTimeFor(ms: number): boolean {
    return deadlineMs === null ? ms <= LONGEST_WAIT_MS : clock.monotonicMs() + ms <= deadlineMs;
  }

  function pauseHere(ms: number, pause: Pause): void {
    const untilMs = clock.monotonicMs() + ms;
    if (current === null || untilMs > current.untilMs) current = { ...pause, untilMs };
  }

  async function pauseFor(ms: number, pause: Pause): Promise<void> {
    pauseHere(ms, pause);
    await ledger.pauseFor(ms);
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

  function isPaused(): boolean {
    return current !== null && current.untilMs > clock.monotonicMs();
  }

  /** Null when there is none to be had for a while; `current` says why. */
  async function take(): Promise<Admission | null> {
    if (isPaused()) return null;
    if (maxRequests !== null && admitted + requestsElsewhere() >= maxRequests)
      return capReached(maxRequests, errand);
    const grant = await ledger.take();
    if (grant.granted) {
      // A pause that began meanwhile costs the request, and is not broken.
      if (isPaused()) return null;
      admitted += 1;
      return { kind: 'admitted' };
    }
    pauseHere(grant.waitMs, grant.because === 'pause' ? askedToWait : budgetUsedUp);
    return null;
  }

  async function admit(signal: AbortSignal): Promise<Admission> {
    for (;;) {
      const admission = (await sitOut(signal)) ?? (await inTurn(take));
      if (admission !== null) return admission;
    }
  }

  function quotaPauseMs(): number {
    return current?.isForQuota === true ? Math.max(0, current.untilMs - clock.monotonicMs()) : 0;
  }

  return { admit, hasTimeFor, pauseFor, admittedCount: () => admitted, quotaPauseMs };
}

/** Whoever looks at the cap must have counted before the next one looks. */
function openTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
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

function capReached(maxRequests: number, { whenCapped }: Errand): Admission {
  return stopped(
    'quota',
    new Failure('throttled', `The cap of ${maxRequests} requests is used up.`, { remedy: whenCapped }),
  );
}

const ASKED_TO_WAIT = {
  what: 'The service asked another run to wait',
  message: 'The service asked another run of mailcheck to wait.',
} as const;

interface PauseWords {
  readonly what: string;
  readonly message: string;
}

function quotaPause({ what, message }: PauseWords, { whenHeldBack }: Errand): Pause {
  return {
    what,
    isForQuota: true,
    trouble: (leftMs) => {
      const retryAfterSeconds = seconds(leftMs);
      const remedy = whenHeldBack(retryAfterSeconds);
      return { reason: 'quota', failure: new Failure('throttled', message, { remedy, retryAfterSeconds }) };
    },
  };
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
