import { httpDate, retryAfterMs } from '../sign-in/retry-after.js';
import { type GraphClock, sleepUntil } from './clock.js';
import { type Call, type Exchange, type Step, stoppedBy } from './exchange.js';
import { throttledTrouble, unansweredTrouble } from './network-failure.js';
import type { RequestGate } from './request-gate.js';
import type { Send, Sent, Unanswered } from './send.js';

interface RetryOptions {
  readonly send: Send;
  readonly gate: RequestGate;
  readonly clock: GraphClock;
  /** As `graph.microsoft.com`, for messages. */
  readonly host: string;
  readonly onNotice: (text: string) => void;
}

/** Everything asked here is a GET and safe to repeat; more often than this it costs more quota than it gains. */
const MAX_RETRIES = 3;
const FIRST_BACKOFF_MS = 1000;
/** For a 429 without a usable Retry-After, times the attempt. */
const DEFAULT_PAUSE_MS = 30_000;

const PASSING: ReadonlySet<Unanswered> = new Set(['name', 'refused', 'slow', 'broken', 'cut']);

/** Repeats what may pass: 408, 429, 5xx, a broken connection, a body that was cut. */
export function retrying(options: RetryOptions): Step {
  const { send, gate, clock } = options;
  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      const admission = await gate.admit(call.signal);
      if (admission.kind === 'stopped') return admission;
      const sent = await send(call);
      const repeat = repeatOf(sent, attempt, options);
      if (repeat === null) return exchangeOf(sent, call, options.host);
      if (attempt > MAX_RETRIES || !gate.hasTimeFor(repeat.waitMs)) {
        return givenUp(sent, repeat, call, options.host);
      }
      options.onNotice(`${repeat.what}; trying again in ${Math.ceil(repeat.waitMs / 1000)} s.`);
      if (repeat.isForAll) gate.pauseFor(repeat.waitMs);
      else if (!(await sleepUntil(clock, clock.monotonicMs() + repeat.waitMs, call.signal)))
        return stoppedBy(call.signal);
    }
  };
}

interface Repeat {
  readonly what: string;
  readonly waitMs: number;
  /** The service itself asked for the pause: nobody sends meanwhile. */
  readonly isForAll: boolean;
}

function repeatOf(sent: Sent, attempt: number, { host, clock }: RetryOptions): Repeat | null {
  const backoffMs = FIRST_BACKOFF_MS * 2 ** (attempt - 1);
  if (sent.kind === 'unanswered') {
    if (!PASSING.has(sent.why)) return null;
    return { what: `No whole answer from ${host} (${sent.code})`, waitMs: backoffMs, isForAll: false };
  }
  const { status, headers } = sent.response;
  if (status !== 408 && status !== 429 && status < 500) return null;
  const what = `${host} answered ${status}`;
  const askedMs = retryAfterMs(headers.get('retry-after'), httpDate(headers.get('date')) ?? clock.now());
  if (status === 429) return { what, waitMs: askedMs ?? DEFAULT_PAUSE_MS * attempt, isForAll: true };
  return askedMs === null
    ? { what, waitMs: backoffMs, isForAll: false }
    : { what, waitMs: Math.max(askedMs, backoffMs), isForAll: status === 503 };
}

function givenUp(sent: Sent, repeat: Repeat, call: Call, host: string): Exchange {
  const isThrottled = sent.kind === 'answered' && sent.response.status === 429;
  if (!isThrottled) return exchangeOf(sent, call, host);
  return {
    kind: 'stopped',
    trouble: throttledTrouble(host, repeat.waitMs, sent.response.headers.get('request-id')),
  };
}

function exchangeOf(sent: Sent, call: Call, host: string): Exchange {
  if (sent.kind === 'answered') return sent;
  return sent.why === 'stopped'
    ? stoppedBy(call.signal)
    : { kind: 'stopped', trouble: unansweredTrouble(sent, host) };
}
