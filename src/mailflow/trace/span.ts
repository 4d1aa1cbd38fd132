/** Sets of instants as spans on the line of milliseconds: union, subtraction, intersection. Knows nothing of traces. */
import type { TimeWindow } from '../time-window.js';

/** From the first instant to the one that is no longer in, in epoch milliseconds, so that neighbours fit without a seam. */
export interface Span {
  readonly fromMs: number;
  readonly endMs: number;
}

/** The instants of a window: both of its ends are in. */
export function spanOf({ from, to }: TimeWindow): Span {
  return { fromMs: from.getTime(), endMs: to.getTime() + 1 };
}

export function isEmpty({ fromMs, endMs }: Span): boolean {
  return endMs <= fromMs;
}

export function contains({ fromMs, endMs }: Span, instantMs: number): boolean {
  return instantMs >= fromMs && instantMs < endMs;
}

/** What both have; may be empty. */
export function common(one: Span, other: Span): Span {
  return { fromMs: Math.max(one.fromMs, other.fromMs), endMs: Math.min(one.endMs, other.endMs) };
}

/** The smallest span that holds them all; null for none. */
export function hull(spans: readonly Span[]): Span | null {
  const [first, ...others] = spans.filter((span) => !isEmpty(span));
  if (first === undefined) return null;
  return others.reduce(
    (whole, span) => ({
      fromMs: Math.min(whole.fromMs, span.fromMs),
      endMs: Math.max(whole.endMs, span.endMs),
    }),
    { fromMs: first.fromMs, endMs: first.endMs },
  );
}

/** The same instants as few spans as will do, oldest first, none touching another. */
export function union(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const { fromMs, endMs } of oldestFirst(spans)) {
    const last = merged.at(-1);
    if (last === undefined || fromMs > last.endMs) merged.push({ fromMs, endMs });
    else merged.splice(-1, 1, { fromMs: last.fromMs, endMs: Math.max(last.endMs, endMs) });
  }
  return merged;
}

/** The instants of `spans` that are in none of `taken`. */
export function subtract(spans: readonly Span[], taken: readonly Span[]): readonly Span[] {
  const holes = union(taken);
  return union(spans).flatMap((span) => {
    const left: Span[] = [];
    let fromMs = span.fromMs;
    for (const hole of holes) {
      if (hole.endMs <= fromMs || hole.fromMs >= span.endMs) continue;
      if (hole.fromMs > fromMs) left.push({ fromMs, endMs: hole.fromMs });
      fromMs = Math.max(fromMs, hole.endMs);
    }
    return fromMs < span.endMs ? [...left, { fromMs, endMs: span.endMs }] : left;
  });
}

/** The instants that are in both. */
export function intersect(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  return subtract(spans, subtract(spans, others));
}

function oldestFirst(spans: readonly Span[]): readonly Span[] {
  return spans.filter((span) => !isEmpty(span)).toSorted((one, other) => one.fromMs - other.fromMs);
}
