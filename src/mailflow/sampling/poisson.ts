import type { Range } from './wilson.js';

/** The normal deviate that leaves 2.5 % on each side. */
const Z = 1.959964;

/** The 95 % interval of the mean behind a count of things that come by chance (Byar; within 0.2 of the exact one). */
export function poissonInterval(count: number): Range {
  return { low: count <= 0 ? 0 : byar(count, -Z), high: byar(count + 1, Z) };
}

function byar(count: number, deviate: number): number {
  return count * (1 - 1 / (9 * count) + deviate / (3 * Math.sqrt(count))) ** 3;
}
