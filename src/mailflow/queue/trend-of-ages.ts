/** The trend from one look: which phase the ages of held mail tell of. */
import { poissonInterval } from '../sampling/poisson.js';
import { type Range, wilsonInterval } from '../sampling/wilson.js';
import { type HeldKeys, keysIn } from './held-keys.js';
import {
  DEVIATIONS,
  difference,
  everydayLevel,
  minutesBetween,
  type QueueTrend,
  type Rate,
  rateOf,
  TREND_RULES,
  type TrendContext,
} from './queue-trend.js';

/**
 * From the ages at one look. It takes for granted that about as much mail has come in each minute, and that mail received
 * at one time leaves like that received at another: then the queue grows by as much in a minute as lies at the old edge
 * of the outage, for that is what would leave it by growing old and has not; and whether new mail is still held shows at
 * the young edge. How fast it drains one look cannot tell.
 */
export function trendOfAges(keys: HeldKeys, at: Date, context: TrendContext): QueueTrend {
  const all = keysIn(keys);
  const ages = all
    .filter(({ side }) => !context.aside.has(side))
    .map(({ receivedAt }) => minutesBetween(receivedAt, at));
  const everyday = everydayLevel(Math.max(context.mostHeld, ages.length));
  return {
    basis: 'ages',
    spanMinutes: null,
    moving: ages.length,
    aside: all.length - ages.length,
    everyday,
    emptyAt: null,
    ...phaseOfAges(ages, everyday),
  };
}

type PhaseOfAges = Pick<QueueTrend, 'phase' | 'joining' | 'leaving' | 'net'>;

const NOT_TOLD = { joining: null, leaving: null, net: null } as const;

function phaseOfAges(ages: readonly number[], everyday: number): PhaseOfAges {
  if (ages.length <= everyday) return { phase: isJustBegun(ages) ? 'unclear' : 'empty', ...NOT_TOLD };
  const profile = profileOf(ages);
  const since = drainingSince(profile);
  const { visibleAfterMinutes, leastCounted, growthShare } = TREND_RULES;
  if (since !== null) {
    const joining = rateOf(profile.between(visibleAfterMinutes, since), since - visibleAfterMinutes);
    return { phase: 'drain', ...NOT_TOLD, joining };
  }
  const end = oldEdge(profile);
  if (end === null) return { phase: 'plateau', ...NOT_TOLD };
  const outage = ages.filter((age) => age >= visibleAfterMinutes && age < end);
  if (outage.length < leastCounted) return { phase: 'unclear', ...NOT_TOLD };
  const oldest = outage.reduce((most, age) => Math.max(most, age));
  const { joining, net } = ratesOf(
    outage.map((age) => age - visibleAfterMinutes),
    oldest - visibleAfterMinutes,
  );
  const isGrowing = net.estimate * 60 >= growthShare * outage.length;
  return {
    phase: isGrowing ? 'growth' : 'plateau',
    joining,
    net,
    leaving: atLeastNone(difference(joining, net)),
  };
}

/** Few are held, and most of them came in just now: so begins an outage, and so looks a short delay. */
function isJustBegun(ages: readonly number[]): boolean {
  const young = ages.filter((age) => age < TREND_RULES.youngUntilMinutes).length;
  return young >= LEAST_YOUNG && young * 2 > ages.length;
}

const LEAST_YOUNG = 5;

function atLeastNone({ estimate, low, high }: Rate): Rate {
  return { estimate: Math.max(0, estimate), low: Math.max(0, low), high: Math.max(0, high) };
}

/** How many are of some age. */
interface Profile {
  readonly oldest: number;
  /** Minutes; the first is included, the last is not. Multiples of the step. */
  readonly between: (from: number, to: number) => number;
}

const STEP_MINUTES = 10;

function profileOf(ages: readonly number[]): Profile {
  const steps = ages.map((age) => Math.max(0, Math.floor(age / STEP_MINUTES)));
  const last = steps.reduce((most, step) => Math.max(most, step), 0);
  const counts = Array.from({ length: last + 1 }, () => 0);
  for (const step of steps) counts[step] = (counts[step] ?? 0) + 1;
  return {
    oldest: (last + 1) * STEP_MINUTES,
    between: (from, to) =>
      counts.slice(from / STEP_MINUTES, to / STEP_MINUTES).reduce((sum, count) => sum + count, 0),
  };
}

const LOOK_MINUTES = 30;
const HOUR_MINUTES = 60;

/**
 * The age at which the outage's mail begins to lie: from the densest half hour on towards older mail, as long as there is
 * some. Null where no half hour is dense: what is held lies about, as on any day.
 */
function oldEdge(profile: Profile): number | null {
  const starts = stepsFrom(TREND_RULES.visibleAfterMinutes, profile.oldest);
  const inHalfHour = (from: number): number => profile.between(from, from + LOOK_MINUTES);
  const densest = starts.reduce((best, from) => (inHalfHour(from) > inHalfHour(best) ? from : best));
  if (inHalfHour(densest) < TREND_RULES.leastCounted) return null;
  const end = starts.find((from) => from > densest && inHalfHour(from) < EDGE_SHARE * inHalfHour(densest));
  return end ?? profile.oldest;
}

/** Thinner than this part of the densest half hour is what lies about on any day. */
const EDGE_SHARE = 0.15;

/**
 * The age before which mail is held and after which hardly any is; null when new mail is held as before. Of all ages that
 * would do, the one where the step is plainest.
 */
function drainingSince(profile: Profile): number | null {
  const { visibleAfterMinutes, youngUntilMinutes, drainRatio, drainRatioHigh, leastCounted } = TREND_RULES;
  let best: { readonly age: number; readonly high: number } | null = null;
  for (const age of stepsFrom(youngUntilMinutes, profile.oldest)) {
    const young = profile.between(visibleAfterMinutes, age);
    const older = profile.between(age, age + HOUR_MINUTES);
    if (older < Math.max(leastCounted, BLOCK_SHARE * profile.between(0, profile.oldest))) continue;
    const exposure = HOUR_MINUTES / (age - visibleAfterMinutes);
    const ratio = ratioOf(young, older, exposure);
    if (ratio.estimate > drainRatio || ratio.high > drainRatioHigh) continue;
    if (best === null || ratio.high < best.high) best = { age, high: ratio.high };
  }
  return best?.age ?? null;
}

/** Of all that is held, in its densest hour: mail that lies about on any day is spread more evenly. */
const BLOCK_SHARE = 0.15;

function stepsFrom(first: number, end: number): readonly number[] {
  return Array.from(
    { length: Math.max(1, Math.ceil((end - first) / STEP_MINUTES)) },
    (_, step) => first + step * STEP_MINUTES,
  );
}

/** How much denser `one` lies than `other`, which was counted over so many times as long. */
function ratioOf(one: number, other: number, exposure: number): Range & { readonly estimate: number } {
  const share = wilsonInterval(one / (one + other), one + other);
  const ratio = (part: number): number => (part / (1 - part)) * exposure;
  return { estimate: ratio(one / (one + other)), low: ratio(share.low), high: ratio(share.high) };
}

/**
 * Ages that thin out evenly, from none to `length`, as an exponential curve that is cut off there: its mean tells how
 * steep it is. What joins lies at its young end, what the queue grows by at its old end.
 */
function ratesOf(ages: readonly number[], length: number): { readonly joining: Rate; readonly net: Rate } {
  const mean = ages.reduce((sum, age) => sum + age, 0) / ages.length / length;
  const deviation = Math.sqrt(varianceAt(steepnessOf(mean)) / ages.length);
  const [steep, steepest, flattest] = [
    mean,
    mean - DEVIATIONS * deviation,
    mean + DEVIATIONS * deviation,
  ].map(steepnessOf);
  const counts = poissonInterval(ages.length);
  const rate = (densityAt: (steepness: number) => number, bounds: Range): Rate => {
    const estimate = (ages.length / length) * densityAt(steep ?? 0);
    const [low, high] = [bounds.low, bounds.high].map((bound) => (ages.length / length) * densityAt(bound));
    const chance = {
      low: estimate * (1 - counts.low / ages.length),
      high: estimate * (counts.high / ages.length - 1),
    };
    return {
      estimate,
      low: Math.max(0, estimate - Math.hypot(estimate - (low ?? 0), chance.low)),
      high: estimate + Math.hypot((high ?? 0) - estimate, chance.high),
    };
  };
  return {
    joining: rate(densityAtYoungEnd, { low: flattest ?? 0, high: steepest ?? 0 }),
    net: rate(densityAtOldEnd, { low: steepest ?? 0, high: flattest ?? 0 }),
  };
}

/** Against the mean density; 1 for a flat curve. */
function densityAtYoungEnd(steepness: number): number {
  return Math.abs(steepness) < FLAT ? 1 + steepness / 2 : steepness / (1 - Math.exp(-steepness));
}

function densityAtOldEnd(steepness: number): number {
  return densityAtYoungEnd(-steepness);
}

const FLAT = 1e-4;

/** By which power of e the density falls from one end to the other, from the mean age as a part of the length. */
function steepnessOf(mean: number): number {
  let [low, high] = [-STEEPEST, STEEPEST];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (meanAt(middle) > mean) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const STEEPEST = 30;

function meanAt(steepness: number): number {
  return Math.abs(steepness) < FLAT ? 1 / 2 - steepness / 12 : 1 / steepness - 1 / Math.expm1(steepness);
}

function varianceAt(steepness: number): number {
  if (Math.abs(steepness) < 1e-2) return 1 / 12;
  return 1 / steepness ** 2 - Math.exp(-Math.abs(steepness)) / (1 - Math.exp(-Math.abs(steepness))) ** 2;
}
