/** The steps in which rows are counted as they are kept. */
import type { RollUp, RollUpStep } from './trace-history.js';

/** Rows are counted by the quarter of an hour; the days of all time zones begin at one. */
export const ROLL_UP_QUARTER_MS = 900_000;

export function stepOf(instantMs: number, stepMs: number): number {
  return Math.floor(instantMs / stepMs) * stepMs;
}

/** Quarters put together to longer steps, oldest first. */
export function rolledUp(quarters: readonly RollUp[], stepMs: RollUpStep): readonly RollUp[] {
  const sums = new Map<string, RollUp>();
  for (const { from, state, rows } of quarters) {
    const startMs = stepOf(from.getTime(), stepMs);
    const name = `${startMs} ${state}`;
    const sum = (sums.get(name)?.rows ?? 0) + rows;
    sums.set(name, { from: new Date(startMs), state, rows: sum });
  }
  return [...sums.values()]
    .filter(({ rows }) => rows > 0)
    .toSorted((one, other) => one.from.getTime() - other.from.getTime() || order(one.state, other.state));
}

function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
