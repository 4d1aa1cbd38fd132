/**
 * Which stretches of time are known, and as of when. A service lists newest first and page by page, rows come late, and
 * statuses change for hours; so what was read proves a stretch of time for a while, and some stretches must be read
 * again. Nothing here asks anybody or knows what time it is.
 */
import type { TimeWindow } from '../time-window.js';
import { common, contains, isEmpty, type Span, spanOf, subtract, union } from './span.js';

/** A stretch that was read. */
export interface CoveredSpan extends Span {
  /** The service's clock when the reading began: what came to be seen later may be missing. */
  readonly observedAtMs: number;
  /** `partial`: asked for, and some of its rows may have been seen, but the reading did not get so far. */
  readonly state: 'complete' | 'partial';
}

/** One page of a list that is read newest first. */
export interface PageRead {
  /** What the list was asked for; fixed before its first page. */
  readonly window: TimeWindow;
  /** The service's clock when the reading of the list began. */
  readonly beganAt: Date;
  /** The oldest row of this page and all before it; null when there was none. */
  readonly oldest: Date | null;
  /** True when the service said that nothing follows. */
  readonly isLast: boolean;
}

/**
 * What is proven when a page and all before it are kept. Of the oldest row's second more may follow, so the proof
 * begins with the next one; only an answer without a next page proves the rest.
 */
export function provenBy({ window, beganAt, oldest, isLast }: PageRead): readonly CoveredSpan[] {
  const observedAtMs = beganAt.getTime();
  const asked = spanOf(window);
  // What lay ahead when it was read is not known yet, whatever was asked for.
  const readable = common(asked, { fromMs: asked.fromMs, endMs: observedAtMs + 1 });
  const reachedMs = oldest === null ? readable.endMs : nextSecondMs(oldest.getTime());
  const provenFromMs = isLast ? readable.fromMs : Math.max(readable.fromMs, reachedMs);
  const parts: readonly CoveredSpan[] = [
    {
      fromMs: readable.fromMs,
      endMs: Math.min(provenFromMs, readable.endMs),
      observedAtMs,
      state: 'partial',
    },
    { fromMs: provenFromMs, endMs: readable.endMs, observedAtMs, state: 'complete' },
  ];
  return parts.filter((part) => !isEmpty(part));
}

/**
 * Adds a stretch to what is covered: of two readings of one instant the complete one counts, then the later one. The
 * order in which readings come makes no difference.
 */
export function withCovered(covered: readonly CoveredSpan[], added: CoveredSpan): readonly CoveredSpan[] {
  const touched = covered.filter((span) => !isEmpty(common(span, added)));
  const pieces = covered.flatMap((span) => {
    const both = common(span, added);
    if (isEmpty(both)) return [span];
    const outside = subtract([span], [added]).map((part) => ({ ...span, ...part }));
    return [...outside, { ...better(span, added), ...both }];
  });
  const fresh = subtract([added], touched).map((part) => ({ ...added, ...part }));
  return joined([...pieces, ...fresh]);
}

function better(one: CoveredSpan, other: CoveredSpan): CoveredSpan {
  if (one.state !== other.state) return one.state === 'complete' ? one : other;
  return one.observedAtMs >= other.observedAtMs ? one : other;
}

/** Oldest first; neighbours of one reading become one. */
function joined(pieces: readonly CoveredSpan[]): readonly CoveredSpan[] {
  const result: CoveredSpan[] = [];
  for (const piece of pieces.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = result.at(-1);
    const isSame =
      last !== undefined &&
      last.endMs === piece.fromMs &&
      last.observedAtMs === piece.observedAtMs &&
      last.state === piece.state;
    if (isSame) result.splice(-1, 1, { ...last, endMs: piece.endMs });
    else result.push(piece);
  }
  return result;
}

/** How long after an instant a reading must begin to tell all that will ever be told of it. */
export interface Settling {
  /** What was read younger than this is read again each time. */
  readonly eachTimeMs: number;
  /** What is older than this by now, and was younger when it was read, is read once more. */
  readonly onceMoreMs: number;
}

const HOUR_MS = 3_600_000;

export const DEFAULT_SETTLING: Settling = { eachTimeMs: 4 * HOUR_MS, onceMoreMs: 24 * HOUR_MS };

/** No wider than this, however late rows are. */
export const LONGEST_SETTLING_MS = 48 * HOUR_MS;

/**
 * A list by status loses rows as they change, and gains others that were seen with another status; so it says nothing
 * for later until all that it was about is settled.
 */
export const SETTLING_BY_STATUS: Settling = {
  eachTimeMs: LONGEST_SETTLING_MS,
  onceMoreMs: LONGEST_SETTLING_MS,
};

/** Rows that come later than is allowed for widen the time that is allowed for; null when too few were measured. */
export function settlingFor(latenessP99Ms: number | null): Settling {
  const { eachTimeMs, onceMoreMs } = DEFAULT_SETTLING;
  const widened = Math.min(LONGEST_SETTLING_MS, Math.max(eachTimeMs, latenessP99Ms ?? 0));
  return { eachTimeMs: widened, onceMoreMs: Math.max(onceMoreMs, widened) };
}

/** What need not be asked again at `nowMs`. */
export function settledSpans(
  covered: readonly CoveredSpan[],
  { eachTimeMs, onceMoreMs }: Settling,
  nowMs: number,
): readonly Span[] {
  return union(
    readLateEnough(covered, eachTimeMs).flatMap(({ observedAtMs, ...span }) => {
      const dueOnceMore = { fromMs: observedAtMs - onceMoreMs + 1, endMs: nowMs - onceMoreMs + 1 };
      return subtract([span], [dueOnceMore]);
    }),
  );
}

/** The part of each complete stretch that was old enough when it was read. */
function readLateEnough(
  covered: readonly CoveredSpan[],
  afterMs: number,
): readonly (Span & Pick<CoveredSpan, 'observedAtMs'>)[] {
  return covered
    .filter(({ state }) => state === 'complete')
    .map(({ fromMs, endMs, observedAtMs }) => ({
      ...{ fromMs, observedAtMs },
      endMs: Math.min(endMs, observedAtMs - afterMs + 1),
    }));
}

/** How far the kept past reaches, to be shown to people. */
export interface Watermark {
  /** Everything from the start up to here was listed whole; null when not even the start was. */
  readonly dataUntil: Date | null;
  /** Everything up to here was listed whole and is not expected to change; null when nothing is. */
  readonly settledUntil: Date | null;
}

/** The marks of what is covered from `from` on without a hole. */
export function watermarkOf(
  covered: readonly CoveredSpan[],
  from: Date,
  { eachTimeMs }: Settling,
): Watermark {
  return {
    dataUntil: endOfRun(readLateEnough(covered, 0), from),
    settledUntil: endOfRun(readLateEnough(covered, eachTimeMs), from),
  };
}

function endOfRun(spans: readonly Span[], from: Date): Date | null {
  const run = union(spans).find((span) => contains(span, from.getTime()));
  return run === undefined ? null : new Date(run.endMs - 1);
}

function nextSecondMs(instantMs: number): number {
  return (Math.floor(instantMs / 1000) + 1) * 1000;
}
