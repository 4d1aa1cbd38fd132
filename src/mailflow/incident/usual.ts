/**
 * What is usual for this hour, from the looks that were kept: the same hour of the week, or of the day where there are
 * too few weeks. Looks are compared in UTC; an hour to either side makes up for summer time.
 */
import { wilsonInterval } from '../sampling/wilson.js';
import type { Look, LookCounts } from './look.js';

export const USUAL_RULES = {
  /** Before this nothing counts. */
  rememberedDays: 28,
  /** So long ago begins what is compared with: now must not be its own measure. */
  leftOutHours: 3,
  /** To either side of the hour. */
  aroundHours: 1,
  leastWeeks: 3,
  leastDays: 5,
  /** Windows are alike when the longer is at most so many times the shorter. */
  windowFactor: 1.25,
} as const;

export interface Usual {
  readonly basis: 'hour-of-week' | 'hour-of-day';
  /** Weeks or days on which the hour was looked at. */
  readonly occasions: number;
  readonly looks: number;
  readonly held: UsualShare;
  readonly failed: UsualShare;
}

/** Shares of all deliveries, from 0 to 1. */
export interface UsualShare {
  readonly median: number;
  /** Of the quietest and of the busiest occasion. */
  readonly low: number;
  readonly high: number;
}

interface Moment {
  readonly now: Date;
  /** Of the look that is to be compared. */
  readonly windowMinutes: number;
}

/** Null when the hour was looked at too seldom. */
export function usualAt(looks: readonly Look[], { now, windowMinutes }: Moment): Usual | null {
  const calm = looks
    .map((look) => calmLook(look, now))
    .filter((look) => look !== null)
    .filter(({ counts }) => areAlike(counts.windowMinutes, windowMinutes));
  const { leastWeeks, leastDays } = USUAL_RULES;
  return (
    usualEvery(WEEK_MS, calm, { basis: 'hour-of-week', least: leastWeeks }) ??
    usualEvery(DAY_MS, calm, { basis: 'hour-of-day', least: leastDays })
  );
}

export interface Unusual {
  readonly share: number;
  readonly usual: UsualShare;
  /** How many times the usual; null where usually there is none. */
  readonly factor: number | null;
}

/**
 * What is surely more than on the busiest of those occasions: the lower 95 % bound of the share is. Null where it may
 * be chance, and where either was not listed whole.
 */
export function howUnusual(
  now: LookCounts | null,
  usual: Usual | null,
): Readonly<Record<'held' | 'failed', Unusual | null>> {
  if (now === null || usual === null) return { held: null, failed: null };
  return {
    held: unusualShare(now.held, now.deliveries, usual.held),
    failed: unusualShare(now.failed, now.deliveries, usual.failed),
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** A look that tells what is usual. */
interface CalmLook {
  readonly ageMs: number;
  readonly counts: LookCounts;
}

function calmLook({ at, level, counts }: Look, now: Date): CalmLook | null {
  const ageMs = now.getTime() - at.getTime();
  const isOfUse = level === 'ok' && counts !== null && counts.deliveries > 0;
  const isInTime =
    ageMs >= USUAL_RULES.leftOutHours * HOUR_MS && ageMs <= USUAL_RULES.rememberedDays * DAY_MS;
  return isOfUse && isInTime ? { ageMs, counts } : null;
}

function areAlike(oneMinutes: number, otherMinutes: number): boolean {
  const [shorter, longer] =
    oneMinutes < otherMinutes ? [oneMinutes, otherMinutes] : [otherMinutes, oneMinutes];
  return longer <= shorter * USUAL_RULES.windowFactor;
}

interface Basis {
  readonly basis: Usual['basis'];
  /** Occasions that are needed. */
  readonly least: number;
}

/** Each occasion counts once, however often it was looked at. */
function usualEvery(stepMs: number, looks: readonly CalmLook[], { basis, least }: Basis): Usual | null {
  const byOccasion = new Map<number, CalmLook[]>();
  for (const look of looks) {
    const occasion = Math.round(look.ageMs / stepMs);
    const isNear = Math.abs(look.ageMs - occasion * stepMs) <= USUAL_RULES.aroundHours * HOUR_MS;
    if (!isNear) continue;
    const others = byOccasion.get(occasion);
    if (others === undefined) byOccasion.set(occasion, [look]);
    else others.push(look);
  }
  const occasions = [...byOccasion.values()].map((each) => each.map(({ counts }) => counts));
  if (occasions.length < least) return null;
  return {
    basis,
    occasions: occasions.length,
    looks: occasions.flat().length,
    held: usualShare(occasions.map((counts) => shareOf(counts, 'held'))),
    failed: usualShare(occasions.map((counts) => shareOf(counts, 'failed'))),
  };
}

function shareOf(counts: readonly LookCounts[], what: 'held' | 'failed'): number {
  const sum = (name: 'held' | 'failed' | 'deliveries'): number =>
    counts.reduce((total, each) => total + each[name], 0);
  return sum(what) / sum('deliveries');
}

function usualShare(shares: readonly number[]): UsualShare {
  const sorted = shares.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const [below = 0, above = 0] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return { median: (below + above) / 2, low: sorted.at(0) ?? 0, high: sorted.at(-1) ?? 0 };
}

function unusualShare(count: number, deliveries: number, usual: UsualShare): Unusual | null {
  if (deliveries < 1) return null;
  const share = count / deliveries;
  if (wilsonInterval(share, deliveries).low <= usual.high) return null;
  return { share, usual, factor: usual.median === 0 ? null : share / usual.median };
}
