/** Which span of time a list request may ask for, and how the service refuses the others. */
import type { Quirks } from '../quirks.js';
import type { TraceFilter } from './filter.js';

type WindowReading =
  | { readonly ok: true; readonly from: Date; readonly to: Date }
  | { readonly ok: false; readonly message: string };

const DAY_MS = 86_400_000;
const DEFAULT_SPAN_MS = 2 * DAY_MS;
const LONGEST_SPAN_MS = 10 * DAY_MS;
const OLDEST_DAYS = 90;
const CLOCK_TOLERANCE_MS = 60_000;

export function windowOf(
  filter: Pick<TraceFilter, 'from' | 'to'>,
  now: Date,
  quirks: Pick<Quirks, 'futureEnd'>,
): WindowReading {
  const { from, to } = filter;
  if (from === null && to === null) {
    return { ok: true, from: new Date(now.getTime() - DEFAULT_SPAN_MS), to: now };
  }
  if (to === null) return refused('EndDate is required when a StartDate is entered.');
  if (from === null) return refused('StartDate is required when an EndDate is entered.');
  return checked(from, to, now, quirks);
}

function checked(from: Date, to: Date, now: Date, quirks: Pick<Quirks, 'futureEnd'>): WindowReading {
  if (from.getTime() < oldestStartMs(now)) {
    return refused(
      `Invalid StartDate value. The StartDate can't be older than ${OLDEST_DAYS} days from today.`,
    );
  }
  if (to.getTime() - from.getTime() > LONGEST_SPAN_MS) {
    return refused(
      "|System.ArgumentException|The interval between StartDate and EndDate can't be longer than 10 days.",
    );
  }
  if (to < from) return refused('|System.ArgumentException|The StartDate must be before the EndDate.');
  if (quirks.futureEnd === 'refused' && to.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
    return refused("Invalid EndDate value. The EndDate can't be in the future.");
  }
  return { ok: true, from, to };
}

/** The 90 days are counted from 00:00 UTC of today, not from this hour. */
function oldestStartMs(now: Date): number {
  return Math.floor(now.getTime() / DAY_MS) * DAY_MS - OLDEST_DAYS * DAY_MS;
}

function refused(message: string): WindowReading {
  return { ok: false, message };
}
