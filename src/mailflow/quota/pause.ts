/** A time of silence that the service asked for, on a clock that may be put forward and back. */
export interface Pause {
  readonly setAtMs: number;
  readonly untilMs: number;
}

/** Longer than this is a mistake of the service: nobody may be locked out by it for years. */
const LONGEST_PAUSE_MS = 24 * 3600 * 1000;

export function pauseFrom(nowMs: number, askedMs: number): Pause {
  return { setAtMs: nowMs, untilMs: nowMs + Math.min(askedMs, LONGEST_PAUSE_MS) };
}

/** The later end counts: the service never takes back what it asked for. */
export function laterPause(pause: Pause | null, other: Pause): Pause {
  return pause !== null && pause.untilMs >= other.untilMs ? pause : other;
}

/** One that was set in the future was set before the clock was put back; it begins now, and is no longer than asked. */
export function pauseAt(pause: Pause, nowMs: number): Pause {
  const { setAtMs, untilMs } = pause;
  return setAtMs <= nowMs ? pause : { setAtMs: nowMs, untilMs: nowMs + (untilMs - setAtMs) };
}

export function pauseLeftMs(pause: Pause | null, nowMs: number): number {
  return pause === null ? 0 : Math.max(0, pauseAt(pause, nowMs).untilMs - nowMs);
}
