import { Failure } from '#failure.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import type { TraceBatch } from '#mailflow/trace/trace-source.js';

import { clockWords } from '../sign-in/clock-words.js';
import type { ServiceClock } from './service-clock.js';

interface Listing {
  /** As `graph.microsoft.com`, for messages. */
  readonly host: string;
  readonly clock: ServiceClock;
  readonly window: TimeWindow;
  /** Asks for everything, as if it were `now`. Throws before its first batch or not at all. */
  readonly listed: (now: Date, stoppedWith: StopStatus) => AsyncGenerator<TraceBatch>;
}

/** Told the status that ended a list too early; null when there was no answer. */
export type StopStatus = (status: number | null) => void;

const QUESTION_REFUSED = 400;

/**
 * Lists by the clock of the service. Ours is all there is to plan the first question with; where it runs ahead, the window
 * ends in what the service calls the future and is refused, and then the answer has told the right time.
 */
export async function* byServiceClock({ host, clock, window, listed }: Listing): AsyncGenerator<TraceBatch> {
  const planned = clock.now();
  const stop: { status: number | null } = { status: null };
  const stoppedWith: StopStatus = (status) => void (stop.status = status);
  try {
    yield* listed(planned, stoppedWith);
  } catch (error) {
    const isRefused =
      error instanceof Failure && error.kind === 'protocol' && stop.status === QUESTION_REFUSED;
    if (!isRefused || clock.now() >= planned || clock.now() >= window.to) throw error;
    yield* listed(clock.now(), stoppedWith);
  }
  const remarks = clockRemarks(host, clock.aheadMs());
  if (remarks !== null) yield remarks;
}

/** From here on a person is told. */
const TELL_MS = 60_000;

/** From here on ages, expiry and what is newest cannot be told. */
const DOUBT_MS = 300_000;

const REMEDY = 'Set the clock of this machine right (NTP), then ask again.';

function clockRemarks(host: string, aheadMs: number): TraceBatch | null {
  if (Math.abs(aheadMs) < TELL_MS) return null;
  const wrong = `the clock of this machine is ${clockWords(aheadMs)} ${host}`;
  if (Math.abs(aheadMs) < DOUBT_MS) {
    return { entries: [], gaps: [], notes: [`Ages are wrong by minutes: ${wrong}. ${REMEDY}`] };
  }
  const what = `Ages, expiry and the newest mail: ${wrong}`;
  return {
    entries: [],
    gaps: [{ what, reason: 'clock', remedy: REMEDY, retryAfterSeconds: null }],
    notes: [],
  };
}
