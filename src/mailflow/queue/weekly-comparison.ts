/**
 * Counts of one kind of mail beside those of the same hours of earlier weeks. Counts of mail differ from week to week by
 * more than chance: mail comes in lumps, and weeks are busier or quieter as a whole. Both are measured and allowed for.
 */
import type { Range } from '../sampling/wilson.js';

/** Messages by step. */
export type Series = readonly number[];

/** Messages. */
export interface Volume {
  readonly seen: number;
  /** The median of the weeks. */
  readonly usual: number;
}

/** Of what is usual, from 0 to 1. */
export interface Missing extends Range {
  readonly share: number;
}

/** One kind of mail, today and in the weeks before. */
export interface Comparison {
  readonly today: Series;
  readonly weeks: readonly Series[];
  /** How far weeks differ beyond chance: from step to step, as lumps of mail do, and in their level. */
  readonly lumps: number;
  readonly level: number;
}

const SHORT_STEPS = 3;
const HOUR_STEPS = 12;

/** `weeksDiffer`: the share by which one week differs from another at least. */
export function comparisonOf(today: Series, weeks: readonly Series[], weeksDiffer: number): Comparison {
  const lumps = Math.max(1, unevenness(weeks, SHORT_STEPS).factor);
  const { factor, mean } = unevenness(weeks, HOUR_STEPS);
  const level = mean === 0 ? 0 : ((factor - lumps) / mean) * fewWeeksPrice(weeks.length);
  return { today, weeks, lumps, level: Math.max(weeksDiffer ** 2, level) };
}

/** How far weeks differ is itself told by few of them: Student's t to the normal deviate, squared. */
function fewWeeksPrice(weeks: number): number {
  return ((STUDENT_95[weeks - 2] ?? 2.36) / Z) ** 2;
}

/** From one degree of freedom on. */
const STUDENT_95: readonly number[] = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36];

/** By how much the variance between weeks is above that of chance (Pearson's statistic), over blocks of so many steps. */
function unevenness(
  weeks: readonly Series[],
  steps: number,
): { readonly factor: number; readonly mean: number } {
  const length = weeks[0]?.length ?? 0;
  const size = Math.min(steps, length);
  const means: number[] = [];
  let squares = 0;
  for (let end = length; end >= size && size > 0; end -= size) {
    const counts = weeks.map((week) => sum(week.slice(end - size, end)));
    const mean = sum(counts) / counts.length;
    if (mean === 0) continue;
    means.push(mean);
    squares += sum(counts.map((count) => (count - mean) ** 2)) / mean;
  }
  if (means.length === 0) return { factor: 1, mean: 0 };
  return { factor: squares / (means.length * (weeks.length - 1)), mean: sum(means) / means.length };
}

export function volumeSince({ today, weeks }: Comparison, from: number): Volume {
  return { seen: sum(today.slice(from)), usual: median(weeks.map((week) => sum(week.slice(from)))) };
}

/** How far today is from the usual, in standard deviations. The root of a count has much the same variance for all counts. */
export function deviation(comparison: Comparison, from: number): number {
  const { seen, usual } = volumeSince(comparison, from);
  return (2 * (rootOf(seen) - rootOf(usual))) / Math.sqrt(rootVariance(comparison, usual));
}

export function missingSince(comparison: Comparison, from: number): Missing {
  const { seen, usual } = volumeSince(comparison, from);
  if (usual === 0) return { share: 0, low: 0, high: 0 };
  const reach = (Z * Math.sqrt(rootVariance(comparison, usual))) / 2;
  const missingOf = (root: number): number => Math.min(1, Math.max(0, 1 - Math.max(0, root) ** 2 / usual));
  const share = Math.min(1, Math.max(0, 1 - seen / usual));
  return {
    share,
    low: Math.min(share, missingOf(rootOf(seen) + reach)),
    high: Math.max(share, missingOf(rootOf(seen) - reach)),
  };
}

/** Of a difference between today and the median of the weeks: chance, lumps, and the level of weeks. */
function rootVariance({ lumps, level, weeks }: Comparison, usual: number): number {
  return (lumps + level * usual) * medianPrice(weeks.length);
}

/** Inbound against its usual, beside all other mail against its own, in standard deviations of the ratio. */
export function deviationApart(inbound: Comparison, others: Comparison, from: number): number {
  const [ours, theirs] = [volumeSince(inbound, from), volumeSince(others, from)];
  if (theirs.usual === 0 || ours.usual === 0) return 0;
  const variance = ratioVariance(inbound, ours.usual) + ratioVariance(others, theirs.usual);
  return (logRatio(ours) - logRatio(theirs)) / Math.sqrt(variance);
}

function ratioVariance({ lumps, level, weeks }: Comparison, usual: number): number {
  return (lumps / usual + level) * medianPrice(weeks.length);
}

function logRatio({ seen, usual }: Volume): number {
  return Math.log((seen + 0.5) / (usual + 0.5));
}

/** A median of so many weeks is itself not sure: its variance is about half pi that of a mean. */
function medianPrice(weeks: number): number {
  return 1 + Math.PI / 2 / weeks;
}

/** The normal deviate that leaves 2.5 % on each side. */
const Z = 1.959964;

/** Anscombe 1948. */
function rootOf(count: number): number {
  return Math.sqrt(count + 3 / 8);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const [below = 0, above = 0] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return (below + above) / 2;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
