import { httpDate, retryAfterMs } from '../sign-in/retry-after.js';
import { type GraphClock, sleepUntil } from './clock.js';
import { type Call, type Exchange, type Step, stoppedBy } from './exchange.js';
import { pausedTrouble, throttledTrouble, unansweredTrouble } from './network-failure.js';
import type { Pause, RequestGate } from './request-gate.js';
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
      const { what, waitMs, pause } = repeat;
      if (pause !== null) await gate.pauseFor(waitMs, pause);
      if (attempt > MAX_RETRIES || !gate.hasTimeFor(waitMs)) {
        return pause === null
          ? exchangeOf(sent, call, options.host)
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

function repeatOf(sent: Sent, attempt: number, { host, clock }: RetryOptions): Repeat | null {
  const backoffMs = FIRST_BACKOFF_MS * 2 ** (attempt - 1);
  if (sent.kind === 'unanswered') {
    if (!PASSING.has(sent.why)) return null;
    return { what: `No whole answer from ${host} (${sent.code})`, waitMs: backoffMs, pause: null };
  }
  const { status, headers } = sent.response;
  if (status !== 408 && status !== 429 && status < 500) return null;
  const what = `${host} answered ${status}`;
  const askedMs = retryAfterMs(headers.get('retry-after'), httpDate(headers.get('date')) ?? clock.now());
  const pause = pauseOf({ what, status, host, requestId: headers.get('request-id') });
  if (status === 429) return { what, waitMs: askedMs ?? DEFAULT_PAUSE_MS * attempt, pause };
  return askedMs === null
    ? { what, waitMs: backoffMs, pause: null }
    : { what, waitMs: Math.max(askedMs, backoffMs), pause: status === 503 ? pause : null };
}

interface PauseAsked {
  readonly what: string;
  readonly status: number;
  readonly host: string;
  readonly requestId: string | null;
}

function pauseOf({ what, status, host, requestId }: PauseAsked): Pause {
  const isForQuota = status === 429;
  const trouble = isForQuota ? throttledTrouble : pausedTrouble;
  return { what, isForQuota, trouble: (leftMs) => trouble(host, leftMs, requestId) };
}

function exchangeOf(sent: Sent, call: Call, host: string): Exchange {
  if (sent.kind === 'answered') return sent;
  return sent.why === 'stopped'
    ? stoppedBy(call.signal)
    : { kind: 'stopped', trouble: unansweredTrouble(sent, host) };
}
