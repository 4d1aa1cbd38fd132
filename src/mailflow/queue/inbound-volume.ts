/**
 * Inbound mail against the usual of this hour of the week. Mail that is put off before it is accepted is in no trace: all
 * that a trace can show of it is that less arrives. Knows counts and chance; refuses to know where they come from.
 */
import type { TimeWindow } from '../time-window.js';
import { ARRIVAL_STEP_MS, type Arrivals } from '../trace/arrivals.js';
import { common, type Span, spanOf } from '../trace/span.js';
import {
  type Comparison,
  comparisonOf,
  deviation,
  deviationApart,
  median,
  type Missing,
  missingSince,
  type Series,
  sum,
  type Volume,
  volumeSince,
} from './weekly-comparison.js';

export interface InboundRules {
  /** Rows come 5 to 15 minutes late on a good day. */
  readonly leastLagMinutes: number;
  /** From there on the trace itself is called late. */
  readonly mostLagMinutes: number;
  /** Of weeks that were listed whole; fewer say nothing of what is usual. */
  readonly leastWeeks: number;
  /** So far back at most: what was usual in winter is not in summer. */
  readonly mostWeeks: number;
  /** What is compared reaches back so far at most. */
  readonly mostHours: number;
  /** Of a dip; in less than that mail comes and goes. */
  readonly leastMinutes: number;
  /** Messages that are usual in the time of a dip; less mail says nothing. */
  readonly leastUsual: number;
  /** Standard deviations below the usual. Any stretch up to now is tried at every look, so chance has many tries. */
  readonly surelyBelow: number;
  /** Standard deviations by which inbound must be further below its usual than all other mail is below its own. */
  readonly apartFromOthers: number;
  /** All other mail is below its usual, too, by this share and so many standard deviations. */
  readonly othersBelow: { readonly share: number; readonly deviations: number };
  /** The lower 95 % bound of the missing share; a smaller dip is nobody's outage. */
  readonly leastMissing: number;
  /** Together with mail hosts that put senders off, by the same bound. */
  readonly criticalMissing: number;
  /** No two weeks are alike: at least so much one differs from another, as a share. */
  readonly weeksDiffer: number;
}

export const INBOUND_RULES: InboundRules = {
  leastLagMinutes: 15,
  mostLagMinutes: 45,
  leastWeeks: 3,
  mostWeeks: 8,
  mostHours: 4,
  leastMinutes: 15,
  leastUsual: 20,
  surelyBelow: 4.5,
  apartFromOthers: 3,
  othersBelow: { share: 0.15, deviations: 2 },
  leastMissing: 0.1,
  criticalMissing: 0.2,
  weeksDiffer: 0.03,
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * 24 * HOUR_MS;

export interface Freshness {
  /** What was listed. */
  readonly window: TimeWindow;
  /** By the clock of the service. */
  readonly asOf: Date;
  /** The newest row; null where there is none. */
  readonly newestAt: Date | null;
  /** How late 99 of 100 rows came at most; null when that was not measured. */
  readonly latenessMs: number | null;
}

export interface ComparedSpan {
  /** Whole steps, young ones left out. */
  readonly span: Span;
  readonly lagMs: number;
}

/** What can be compared: steps that are older than rows are late. Null where the window holds too few of them. */
export function comparedSpan(
  { window, asOf, newestAt, latenessMs }: Freshness,
  rules: InboundRules = INBOUND_RULES,
): ComparedSpan | null {
  const newestAgeMs = newestAt === null ? 0 : asOf.getTime() - newestAt.getTime();
  const measuredMs = Math.max(rules.leastLagMinutes * MINUTE_MS, newestAgeMs, latenessMs ?? 0);
  const lagMs = Math.min(measuredMs, rules.mostLagMinutes * MINUTE_MS);
  const listed = common(spanOf(window), { fromMs: -Infinity, endMs: asOf.getTime() - lagMs });
  const endMs = Math.floor(listed.endMs / ARRIVAL_STEP_MS) * ARRIVAL_STEP_MS;
  const fromMs = Math.max(
    Math.ceil(listed.fromMs / ARRIVAL_STEP_MS) * ARRIVAL_STEP_MS,
    endMs - rules.mostHours * HOUR_MS,
  );
  return endMs - fromMs < rules.leastMinutes * MINUTE_MS ? null : { span: { fromMs, endMs }, lagMs };
}

/** The same hours of the weeks before, the last one first. In UTC: where clocks change, all mail moves, and none is called missing. */
export function weeksBefore(
  { fromMs, endMs }: Span,
  { mostWeeks }: InboundRules = INBOUND_RULES,
): readonly Span[] {
  return Array.from({ length: mostWeeks }, (_, index) => {
    const agoMs = (index + 1) * WEEK_MS;
    return { fromMs: fromMs - agoMs, endMs: endMs - agoMs };
  });
}

export interface InboundVolume {
  /**
   * `dip`: inbound is surely below its usual, and other mail is not. `all-down`: so is other mail. `untold`: there is too
   * little of other mail to tell. `too-little`: hardly any mail is usual at this hour.
   */
  readonly kind: 'usual' | 'dip' | 'all-down' | 'untold' | 'too-little';
  /** What the numbers are of: the dip so far, or all that was compared. */
  readonly from: Date;
  readonly until: Date;
  readonly inbound: Volume;
  readonly others: Volume;
  /** Of the usual inbound mail, from 0 to 1, with the 95 % interval. */
  readonly missing: Missing;
  /** Weeks that tell what is usual. */
  readonly weeks: number;
}

export interface ComparedArrivals {
  readonly span: Span;
  readonly now: readonly Arrivals[];
  /** Of the same hours of earlier weeks, in any order. */
  readonly weeks: readonly (readonly Arrivals[])[];
}

/** Null where too few weeks are known. */
export function compareInbound(
  { span, now, weeks }: ComparedArrivals,
  rules: InboundRules = INBOUND_RULES,
): InboundVolume | null {
  if (weeks.length < rules.leastWeeks) return null;
  const earlier = alikeWeeks(
    weeks.map((week) => courseOf(week, span)),
    rules,
  );
  const today = courseOf(now, span);
  const compare = (kind: keyof Course): Comparison =>
    comparisonOf(
      today[kind],
      earlier.map((week) => week[kind]),
      rules.weeksDiffer,
    );
  const [inbound, others] = [compare('inbound'), compare('others')];
  const { kind, from } = stretchOf(inbound, others, rules);
  return {
    kind,
    from: new Date(span.fromMs + from * ARRIVAL_STEP_MS),
    until: new Date(span.endMs),
    inbound: volumeSince(inbound, from),
    others: volumeSince(others, from),
    missing: missingSince(inbound, from),
    weeks: earlier.length,
  };
}

interface Course {
  readonly inbound: Series;
  readonly others: Series;
}

/** Steps of another week find their place by the hour of the week. */
function courseOf(arrivals: readonly Arrivals[], { fromMs, endMs }: Span): Course {
  const steps = (endMs - fromMs) / ARRIVAL_STEP_MS;
  const inbound = Array.from({ length: steps }, () => 0);
  const others = [...inbound];
  for (const step of arrivals) {
    const at = ((((step.fromMs - fromMs) % WEEK_MS) + WEEK_MS) % WEEK_MS) / ARRIVAL_STEP_MS;
    if (at >= steps) continue;
    inbound[at] = step.inbound;
    others[at] = step.others;
  }
  return { inbound, others };
}

/** A holiday or an outage of an earlier week is not what is usual, as long as enough weeks are left. */
function alikeWeeks(weeks: readonly Course[], { leastWeeks }: InboundRules): readonly Course[] {
  const usual = {
    inbound: median(weeks.map((week) => sum(week.inbound))),
    others: median(weeks.map((week) => sum(week.others))),
  };
  const alike = weeks.filter(
    ({ inbound, others }) =>
      sum(inbound) >= ODD_WEEK_SHARE * usual.inbound && sum(others) >= ODD_WEEK_SHARE * usual.others,
  );
  return alike.length >= leastWeeks ? alike : weeks;
}

const ODD_WEEK_SHARE = 0.6;

interface Stretch {
  readonly kind: InboundVolume['kind'];
  /** The step with which it begins; it reaches up to now. */
  readonly from: number;
}

function stretchOf(inbound: Comparison, others: Comparison, rules: InboundRules): Stretch {
  const tried = stretchesToTry(inbound, rules);
  const [first] = tried;
  if (first === undefined) return { kind: 'too-little', from: 0 };
  const below = (from: number): number => deviation(inbound, from);
  const from = tried.reduce((lowest, each) => (below(each) < below(lowest) ? each : lowest), first);
  if (!isDip(inbound, from, rules)) return { kind: 'usual', from: 0 };
  if (areBelow(others, from, rules)) return { kind: 'all-down', from };
  return { kind: deviationApart(inbound, others, from) <= -rules.apartFromOthers ? 'dip' : 'untold', from };
}

/** Beginnings of stretches that are long enough, and in which enough mail is usual. */
function stretchesToTry(inbound: Comparison, rules: InboundRules): readonly number[] {
  const most = inbound.today.length - (rules.leastMinutes * MINUTE_MS) / ARRIVAL_STEP_MS;
  return Array.from({ length: Math.max(0, most + 1) }, (_, from) => from).filter(
    (from) => volumeSince(inbound, from).usual >= rules.leastUsual,
  );
}

/** A dip that is over is none: the last stretch that says anything must still be one. */
function isDip(inbound: Comparison, from: number, rules: InboundRules): boolean {
  const { share, low } = missingSince(inbound, from);
  if (deviation(inbound, from) > -rules.surelyBelow || low < rules.leastMissing) return false;
  const last = stretchesToTry(inbound, rules).at(-1) ?? from;
  return missingSince(inbound, last).share >= share * GOES_ON_SHARE;
}

const GOES_ON_SHARE = 0.4;

function areBelow(others: Comparison, from: number, { othersBelow }: InboundRules): boolean {
  return (
    missingSince(others, from).share >= othersBelow.share &&
    deviation(others, from) <= -othersBelow.deviations
  );
}
