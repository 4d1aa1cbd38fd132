/**
 * Whether the queue grows or drains, how fast, and when it would be empty. Two looks tell it by what joined and what
 * left. One look tells the phase alone, by how old the held mail is; what it takes for granted stands at `trendOfAges`.
 */
import { poissonInterval } from '../sampling/poisson.js';
import { type Range, wilsonInterval } from '../sampling/wilson.js';
import { type HeldKey, type HeldKeys, keysIn } from './held-keys.js';
import { compareLooks, type LooksCompared } from './queue-diff.js';
import type { KeyedLook, QueueLook } from './queue-look.js';
import { QUEUE_THRESHOLDS } from './thresholds.js';

/** `unclear`: too little is held, or too little has moved, to tell. */
export type QueuePhase = 'growth' | 'plateau' | 'drain' | 'empty' | 'unclear';

/** Deliveries in a minute, with the 95 % interval. */
export interface Rate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface QueueTrend {
  /** From two kept looks, or from the ages at one. */
  readonly basis: 'looks' | 'ages';
  readonly phase: QueuePhase;
  /** Between the two looks; null for one. */
  readonly spanMinutes: number | null;
  /** Held mail that the trend is of. */
  readonly moving: number;
  /** Held for destinations that take no mail, on their own account: it is not what the outage holds, and left out. */
  readonly aside: number;
  /** What is held on any other day, and counts as empty. */
  readonly everyday: number;
  /** Null where one look cannot tell. */
  readonly joining: Rate | null;
  readonly leaving: Rate | null;
  /** Joining less leaving: below zero the queue drains. */
  readonly net: Rate | null;
  /** When no more is held than on any other day, if it goes on like this; null when that is not to be told. */
  readonly emptyAt: EmptyAt | null;
}

export interface EmptyAt {
  readonly estimate: Date;
  readonly low: Date;
  /** Null: it may as well never be. */
  readonly high: Date | null;
}

export interface TrendContext {
  /** Marks of destinations that take no mail, on their own account. */
  readonly aside: ReadonlySet<number>;
  /** The most that was held at any look of the last day; 0 when none is known. */
  readonly mostHeld: number;
}

export const TREND_RULES = {
  /** The trace shows mail 5 to 10 minutes late (Microsoft): what is younger may be held and is not seen yet. */
  visibleAfterMinutes: 10,
  /** Mail received since so long ago tells whether new mail is held. */
  youngUntilMinutes: 30,
  /** Of the most that was held: as little as that is the end of an outage. */
  everydayShare: 0.02,
  /** Looks further apart than this say nothing of now. */
  mostMinutesApart: 120,
  /** Looks nearer than this have seen nothing move. */
  leastMinutesApart: 1,
  /** Of what is held, in an hour: a queue that grows by less holds about its length. */
  growthShare: 0.25,
  /** New mail as thin as this, against what came before it, is not held any more; the interval must lie below the other. */
  drainRatio: 0.3,
  drainRatioHigh: 0.5,
  /** Fewer say nothing of how dense they lie. */
  leastCounted: 10,
} as const;

const MINUTE_MS = 60_000;

function minutesBetween(earlier: Date, later: Date): number {
  return (later.getTime() - earlier.getTime()) / MINUTE_MS;
}

/** What counts as empty: what a warning asks for at least, or a small part of what was held at the worst. */
export function everydayLevel(mostHeld: number): number {
  return Math.max(QUEUE_THRESHOLDS.waiting.warningHeld, Math.round(mostHeld * TREND_RULES.everydayShare));
}

/** The look to measure from: the longest span within the hour, else the shortest that is not too long; null for none. */
export function lookToMeasureFrom(earlier: readonly KeyedLook[], at: Date): KeyedLook | null {
  const minutesSince = (look: QueueLook): number => minutesBetween(look.at, at);
  const { leastMinutesApart, mostMinutesApart } = TREND_RULES;
  const usable = earlier.filter(
    (look) =>
      look.isWhole && minutesSince(look) >= leastMinutesApart && minutesSince(look) <= mostMinutesApart,
  );
  const within = usable.filter((look) => minutesSince(look) <= 60);
  return within.at(0) ?? usable.at(-1) ?? null;
}

/**
 * From two looks: what joined and what left in between. It goes on as it went: each held message has the same chance to
 * leave in the next minute, as where each is tried again in its own rhythm, and as much joins as did. A queue that is
 * worked off at a steady pace is empty sooner; the early end of the interval is for that.
 */
export function trendOfLooks(before: KeyedLook, after: KeyedLook, context: TrendContext): QueueTrend {
  const spanMinutes = minutesBetween(before.at, after.at);
  const compared = compareLooks(before, after);
  const { onlyBefore, onlyAfter, both } = compared;
  const stuck = stuckSides(onlyBefore, both);
  const isMoving: KeyTest = ({ side }) => !context.aside.has(side) && !stuck.has(side);
  const left = onlyBefore.filter(isMoving).length;
  const joined = onlyAfter.filter(isMoving).length;
  const stayed = both.filter(isMoving).length;
  const moving = stayed + joined;
  const everyday = everydayLevel(Math.max(context.mostHeld, left + stayed, moving));
  const [joining, leaving] = [rateOf(joined, spanMinutes), rateOf(left, spanMinutes)];
  const net = difference(joining, leaving);
  const phase = phaseOfLooks({ moving, joined, left, net, everyday });
  const course = { backlog: backlogOf(compared, isMoving), spanMinutes, everyday, from: after.at };
  return {
    ...{ basis: 'looks', phase, spanMinutes, moving, everyday },
    aside: onlyAfter.length + both.length - moving,
    ...{ joining, leaving, net },
    emptyAt: phase === 'drain' ? emptyAt(course) : null,
  };
}

/** Sides of which surely less than half as much has left as of all others: they take no mail, outage or not. */
function stuckSides(left: readonly HeldKey[], stayed: readonly HeldKey[]): ReadonlySet<number> {
  const leftBySide = countBySide(left);
  const stayedBySide = countBySide(stayed);
  const stuck = [...stayedBySide].filter(([side, staying]) => {
    const leaving = leftBySide.get(side) ?? 0;
    const [othersLeft, others] = [left.length - leaving, left.length + stayed.length - leaving - staying];
    const most = wilsonInterval(leaving / (leaving + staying), leaving + staying).high;
    return others > 0 && most < (STUCK_SHARE * othersLeft) / others;
  });
  return new Set(stuck.map(([side]) => side));
}

const STUCK_SHARE = 0.5;

function countBySide(keys: readonly HeldKey[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { side } of keys) counts.set(side, (counts.get(side) ?? 0) + 1);
  return counts;
}

function rateOf(count: number, minutes: number): Rate {
  const { low, high } = poissonInterval(count);
  return { estimate: count / minutes, low: low / minutes, high: high / minutes };
}

/** Of two that do not depend on each other (Newcombe's square-and-add). */
function difference(one: Rate, other: Rate): Rate {
  const estimate = one.estimate - other.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(one.estimate - one.low, other.high - other.estimate),
    high: estimate + Math.hypot(one.high - one.estimate, other.estimate - other.low),
  };
}

interface Moved {
  readonly moving: number;
  readonly joined: number;
  readonly left: number;
  readonly net: Rate;
  readonly everyday: number;
}

function phaseOfLooks({ moving, joined, left, net, everyday }: Moved): QueuePhase {
  if (moving <= everyday) return 'empty';
  const moves = joined + left;
  const leaving = moves === 0 ? { low: 0, high: 1 } : wilsonInterval(left / moves, moves);
  if (leaving.low > 0.5) return 'drain';
  if (leaving.high < 0.5) return 'growth';
  // It may double within two hours, and be gone: nobody can call that steady.
  const quickPerMinute = moving / 120;
  return net.low < -quickPerMinute && net.high > quickPerMinute ? 'unclear' : 'plateau';
}

/** Mail that has waited for a while: a message that is on its way through, or behind a greylist, is gone before. */
interface Backlog {
  /** Held at the first look. */
  readonly before: number;
  /** Of those. */
  readonly left: number;
  /** Held at the second look. */
  readonly held: number;
  /** Received just before the second look and held by then: as much will join the backlog, of so many minutes. */
  readonly young: number;
  readonly youngMinutes: number;
}

function backlogOf(
  { before, after, onlyBefore, onlyAfter, both }: LooksCompared,
  isMoving: KeyTest,
): Backlog {
  const { visibleAfterMinutes, youngUntilMinutes } = TREND_RULES;
  const isAged =
    (look: QueueLook, from: number, to = Infinity): KeyTest =>
    (key) => {
      const age = minutesBetween(key.receivedAt, look.at);
      return isMoving(key) && age >= from && age < to;
    };
  const stayed = both.filter(isAged(before, youngUntilMinutes)).length;
  const left = onlyBefore.filter(isAged(before, youngUntilMinutes)).length;
  const now = [...onlyAfter, ...both];
  return {
    ...{ before: stayed + left, left },
    held: now.filter(isAged(after, youngUntilMinutes)).length,
    young: now.filter(isAged(after, visibleAfterMinutes, youngUntilMinutes)).length,
    youngMinutes: youngUntilMinutes - visibleAfterMinutes,
  };
}

type KeyTest = (key: HeldKey) => boolean;

interface Course {
  readonly backlog: Backlog;
  readonly spanMinutes: number;
  readonly everyday: number;
  readonly from: Date;
}

/**
 * When no more of the backlog is left than is ordinary. What joins it makes a floor under it; null where that is high:
 * then the queue levels off, and is not empty for long.
 */
function emptyAt({ backlog, spanMinutes, everyday, from }: Course): EmptyAt | null {
  const { before, left, held, young, youngMinutes } = backlog;
  if (left === 0) return null;
  const shares = wilsonInterval(left / before, before);
  const joins = poissonInterval(young);
  const fall = (share: number, joining: number): Fall => {
    const chance = -Math.log(1 - Math.min(share, MOST_SHARE)) / spanMinutes;
    return fallTo(everyday, { held, chance, joining: joining / youngMinutes });
  };
  const likely = fall(left / before, young);
  if (likely.floor > MOST_FLOOR * held) return null;
  const away = (falls: readonly Fall[]): number =>
    Math.hypot(...falls.map(({ minutes }) => minutes - likely.minutes), Z * likely.deviationMinutes);
  const early = likely.minutes - away([fall(shares.high, young), fall(left / before, joins.high)]);
  const late = likely.minutes + away([fall(shares.low, young), fall(left / before, joins.low)]);
  const steadily = (held - everyday) / (poissonInterval(left).high / spanMinutes);
  const at = (minutes: number): Date => new Date(from.getTime() + Math.max(0, minutes) * MINUTE_MS);
  return {
    estimate: at(likely.minutes),
    low: at(Math.min(early, steadily)),
    high: late > MOST_HOURS_AHEAD * 60 ? null : at(late),
  };
}

const Z = 1.959964;

/** All of them left: how fast is not to be told, but it was fast. */
const MOST_SHARE = 0.999;

/** What stays longer than the service keeps trying is gone before. */
const MOST_HOURS_AHEAD = 24;

/** Of what is held: a floor that is higher is no end. */
const MOST_FLOOR = 0.25;

interface Fall {
  readonly minutes: number;
  /** How much sooner or later the last one above the level may go, for each goes by its own chance. */
  readonly deviationMinutes: number;
  readonly floor: number;
}

interface Falling {
  readonly held: number;
  /** To leave, in a minute. */
  readonly chance: number;
  /** In a minute. */
  readonly joining: number;
}

function fallTo(level: number, { held, chance, joining }: Falling): Fall {
  const floor = joining / chance;
  const above = Math.max(level, held - floor);
  return {
    minutes: Math.log(above / level) / chance,
    deviationMinutes: Math.sqrt(1 / level - 1 / above) / chance,
    floor,
  };
}

/** Where the trace may be late: what is not seen has neither left nor stopped coming. */
export function withoutRecovery(trend: QueueTrend): QueueTrend {
  return { ...trend, phase: 'unclear', joining: null, leaving: null, net: null, emptyAt: null };
}

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
  const [steep, steepest, flattest] = [mean, mean - Z * deviation, mean + Z * deviation].map(steepnessOf);
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
