/** The trend from two looks: what joined, what left, and when no more would be held than on any other day. */
import { poissonInterval } from '../sampling/poisson.js';
import { wilsonInterval } from '../sampling/wilson.js';
import type { HeldKey } from './held-keys.js';
import { compareLooks, type LooksCompared } from './queue-diff.js';
import type { KeyedLook, QueueLook } from './queue-look.js';
import {
  DEVIATIONS,
  difference,
  type EmptyAt,
  everydayLevel,
  MINUTE_MS,
  minutesBetween,
  type QueuePhase,
  type QueueTrend,
  type Rate,
  rateOf,
  TREND_RULES,
  type TrendContext,
} from './queue-trend.js';

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
    Math.hypot(...falls.map(({ minutes }) => minutes - likely.minutes), DEVIATIONS * likely.deviationMinutes);
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
