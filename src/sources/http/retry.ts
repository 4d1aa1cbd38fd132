import { httpDate, retryAfterMs } from '../sign-in/retry-after.js';
import { shownId } from '../sign-in/shown-text.js';
import { sleepUntil, type SourceClock } from './clock.js';
import type { Errand } from './errand.js';
import { type Call, type Exchange, type Received, type Step, stoppedBy } from './exchange.js';
import { pausedTrouble, throttledTrouble, unansweredTrouble } from './network-failure.js';
import type { Pause, RequestGate } from './request-gate.js';
import type { RetryAllowance } from './retry-allowance.js';
import type { Send, Sent, Unanswered } from './send.js';
import type { ServiceWords } from './service.js';

interface RetryOptions {
  readonly send: Send;
  readonly gate: RequestGate;
  readonly clock: SourceClock;
  /** As `graph.microsoft.com`, for messages. */
  readonly host: string;
  readonly words: ServiceWords;
  readonly errand: Errand;
  readonly habits: RetryHabits;
  readonly allowance: RetryAllowance;
  readonly onNotice: (text: string) => void;
}

/** What differs from service to service; attempts are counted from 1. */
export interface RetryHabits {
  /** After a failure that may pass. */
  readonly backoffMs: (attempt: number) => number;
  /** After being throttled without a usable Retry-After. */
  readonly pauseMs: (attempt: number) => number;
  /** Whether an answer of another status than 429 says that too much was asked. */
  readonly isThrottled: (response: Received) => boolean;
}

/** Everything asked here is a question and safe to repeat; more often than this it costs more quota than it gains. */
const MAX_RETRIES = 3;

const PASSING: ReadonlySet<Unanswered> = new Set(['name', 'refused', 'slow', 'broken', 'cut', 'proxy']);

/** Repeats what may pass, within the allowance: 408, 429, 5xx, a broken connection, a body that was cut. */
export function retrying(options: RetryOptions): Step {
  const { send, gate, clock, allowance } = options;
  return async (call) => {
    allowance.asked();
    for (let attempt = 1; ; attempt += 1) {
      const admission = await gate.admit(call.signal);
      if (admission.kind === 'stopped') return admission;
      const sent = await send(call);
      const repeat = repeatOf(sent, attempt, options);
      if (repeat === null) return exchangeOf(sent, call, options);
      const { what, waitMs, pause } = repeat;
      if (pause !== null) await gate.pauseFor(waitMs, pause);
      if (attempt > MAX_RETRIES || !gate.hasTimeFor(waitMs) || !allowance.take()) {
        return pause === null
          ? exchangeOf(sent, call, options)
          : { kind: 'stopped', trouble: pause.trouble(waitMs) };
      }
      if (pause !== null) continue;
      options.onNotice(`${what}; trying again in ${Math.ceil(waitMs / 1000)} s.`);
      if (!(await sleepUntil(clock, clock.monotonicMs() + waitMs, call.signal)))
        return stoppedBy(call.signal);
    }
  };
}

interface Repeat {
  readonly what: string;
  readonly waitMs: number;
  /** Not null when the service itself asked to wait: then nobody sends meanwhile. */
  readonly pause: Pause | null;
}

function repeatOf(sent: Sent, attempt: number, { host, clock, habits, errand }: RetryOptions): Repeat | null {
  const backoffMs = habits.backoffMs(attempt);
  if (sent.kind === 'unanswered') {
    if (!PASSING.has(sent.why)) return null;
    return { what: `No whole answer from ${host} (${sent.code})`, waitMs: backoffMs, pause: null };
  }
  const { status, headers } = sent.response;
  const isThrottled = status === 429 || habits.isThrottled(sent.response);
  if (!isThrottled && status !== 408 && status < 500) return null;
  const what = `${host} answered ${status}`;
  const askedMs = retryAfterMs(headers.get('retry-after'), httpDate(headers.get('date')) ?? clock.now());
  const requestId = shownId(headers.get('request-id'));
  const pause = pauseOf({ what, isThrottled, status, host, requestId, errand });
  if (isThrottled) return { what, waitMs: askedMs ?? habits.pauseMs(attempt), pause };
  return askedMs === null
    ? { what, waitMs: backoffMs, pause: null }
    : { what, waitMs: Math.max(askedMs, backoffMs), pause: status === 503 ? pause : null };
}

interface PauseAsked {
  readonly what: string;
  readonly isThrottled: boolean;
  readonly status: number;
  readonly host: string;
  readonly requestId: string | null;
  readonly errand: Errand;
}

function pauseOf({ what, isThrottled, ...asked }: PauseAsked): Pause {
  const trouble = isThrottled ? throttledTrouble : pausedTrouble;
  return {
    what,
    isForQuota: isThrottled,
    trouble: (leftMs) => trouble(asked, leftMs),
  };
}

function exchangeOf(sent: Sent, call: Call, { host, words }: RetryOptions): Exchange {
  if (sent.kind === 'answered') return sent;
  return sent.why === 'stopped'
    ? stoppedBy(call.signal)
    : { kind: 'stopped', trouble: unansweredTrouble(sent, host, words) };
}
