/** A span of time that is fixed before the first question is asked, whole seconds, both ends included. UTC. */
export interface TimeWindow {
  readonly from: Date;
  readonly to: Date;
}

/** Rows younger than this may still be missing from a trace or change their status (Microsoft: 5 to 10 minutes; collectors use 15). */
export const SETTLING_MINUTES = 15;

const MINUTE_MS = 60_000;

/** Rounds outward to whole seconds: the service takes no finer bound reliably. */
export function wholeSeconds(window: TimeWindow): TimeWindow {
  return {
    from: new Date(Math.floor(window.from.getTime() / 1000) * 1000),
    to: new Date(Math.ceil(window.to.getTime() / 1000) * 1000),
  };
}

/** The newest instant up to which rows are taken as settled, seen at `now`; never after the window's end. */
export function settledUntil(window: TimeWindow, now: Date): Date {
  const settled = now.getTime() - SETTLING_MINUTES * MINUTE_MS;
  return new Date(Math.max(window.from.getTime(), Math.min(window.to.getTime(), settled)));
}

/** True when the window touches the time in which mail may not be visible yet. */
export function touchesUnsettled(window: TimeWindow, now: Date): boolean {
  return window.to.getTime() > now.getTime() - SETTLING_MINUTES * MINUTE_MS;
}

/** Cuts a window into slices of at most `days`, newest first; neighbours share one instant, so rows must be de-duplicated. */
export function slicesOf(window: TimeWindow, days: number): TimeWindow[] {
  const spanMs = days * 24 * 60 * MINUTE_MS;
  const slices: TimeWindow[] = [];
  let to = window.to.getTime();
  while (to - window.from.getTime() > spanMs) {
    slices.push({ from: new Date(to - spanMs), to: new Date(to) });
    to -= spanMs;
  }
  return [...slices, { from: window.from, to: new Date(to) }];
}
