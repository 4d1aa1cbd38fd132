/** All mail of a scenario around one moment, hour by hour, each hour with its own chance: another moment sees the same mail. */
import type { SimulatedDelivery } from '../population/delivery.js';
import type { Random } from '../population/random.js';
import { randomOf } from '../population/random.js';
import type { RefusedMail } from '../population/refused-mail.js';
import type { Draft } from './draft.js';
import { draftOf } from './draft.js';
import { admittedAt } from './obstacle.js';
import type { StagedMail } from './ordinary-mail.js';
import { DAY_CURVE, DIRECTION_MIX, ORDINARY_FATES, STAGED_MAIL } from './ordinary-mail.js';
import { type Passage, passageOf } from './passage.js';
import { keepsHoursOf, type Phase, type Scenario } from './scenario.js';
import type { ScenarioClock } from './scenario-clock.js';
import { scenarioClock } from './scenario-clock.js';
import { deliveriesOf } from './way.js';
import { isWeekend, weekOf } from './weeks/calendar.js';
import { mailOfWeek } from './weeks/mail-of-week.js';
import { partnerOutage } from './weeks/partner-outages.js';

interface PopulateOptions {
  readonly seed: number;
  /** The scenario's minute that is `now`. */
  readonly minute: number;
  readonly now: Date;
  /** About how many rows the last 48 hours have. */
  readonly rows: number;
  readonly weeks?: Weeks;
}

/** Mail of weeks instead of two days: with weekends, and with the troubles that come about once a week. */
export interface Weeks {
  /** How long before and after `now` there is mail. */
  readonly hoursBefore: number;
  readonly hoursAfter: number;
}

const HOURS_BEFORE = 48;
/** How long a drill may be left running before its mail dries up. */
const HOURS_AFTER = 12;
/** Messages to groups have a row for each member, too. */
const ROWS_PER_MESSAGE = 1.2;

/** Mail of a weekend, to that of a working day. */
const WEEKEND_SHARE = 0.22;

/** What became of mail: all of it that is let in, and what the edge turned away before. */
export interface Mail {
  readonly deliveries: readonly SimulatedDelivery[];
  readonly refused: readonly RefusedMail[];
}

export function populate(scenario: Scenario, options: PopulateOptions): Mail {
  if (options.weeks !== undefined) return populateWeeks(scenario, options, options.weeks);
  const course = { phases: scenario.phases, weekendShare: 1 };
  const ordinary = hoursAround(options.minute, {
    hoursBefore: HOURS_BEFORE,
    hoursAfter: HOURS_AFTER,
  }).flatMap((hour) => mailOfHour(scenario, hour, options, course));
  const staged = STAGED_MAIL.flatMap((mail, index) => stagedDeliveries(scenario, mail, index, options));
  const { deliveries, refused } = together(ordinary);
  return { deliveries: [...deliveries, ...staged], refused };
}

function populateWeeks(scenario: Scenario, options: PopulateOptions, span: Weeks): Mail {
  const { seed, rows } = options;
  const hours = hoursAround(options.minute, span);
  const [from, until] = [(hours[0] ?? 0) * 60, ((hours.at(-1) ?? 0) + 1) * 60];
  const [first, last] = [weekOf(scenario, from), weekOf(scenario, until)];
  const weeks = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const phases = [...scenario.phases, ...weeks.map((week) => partnerOutage(scenario, week, seed))];
  const course = { phases, weekendShare: WEEKEND_SHARE };
  const clock = scenarioClock(options);
  const [earliest, latest] = [clock(from), clock(until)];
  const weekly = weeks
    .flatMap((week) => mailOfWeek(week, { scenario, seed, rows, phases, clock }))
    .filter(({ deliveries, refused }) => {
      const at = deliveries[0]?.receivedAt ?? refused?.knockedAt ?? latest;
      return at >= earliest && at < latest;
    });
  return together([...hours.flatMap((hour) => mailOfHour(scenario, hour, options, course)), ...weekly]);
}

function together(passages: readonly Passage[]): Mail {
  return {
    deliveries: passages.flatMap(({ deliveries }) => deliveries),
    refused: passages.flatMap(({ refused }) => (refused === null ? [] : [refused])),
  };
}

function hoursAround(minute: number, { hoursBefore, hoursAfter }: Weeks): readonly number[] {
  const first = Math.floor(minute / 60) - hoursBefore;
  return Array.from({ length: hoursBefore + hoursAfter + 1 }, (_, index) => first + index);
}

/** What mail meets, and how much of it there is at a weekend. */
interface Course {
  readonly phases: readonly Phase[];
  readonly weekendShare: number;
}

function mailOfHour(
  scenario: Scenario,
  hour: number,
  options: PopulateOptions,
  course: Course,
): readonly Passage[] {
  const random = randomOf(options.seed, scenario.name, hour);
  const { phases } = course;
  const clock = scenarioClock(options);
  const share = isWeekend(scenario, hour * 60) ? course.weekendShare : 1;
  return Array.from({ length: messagesIn(scenario, hour, options.rows * share, random) }, (_, index) => {
    const own = randomOf(options.seed, scenario.name, hour, index);
    const { draft, knocks } = ordinaryDraft({ phases, hour, clock }, own);
    const fate = own.weighted(ORDINARY_FATES[draft.direction]);
    const patience = randomOf(options.seed, scenario.name, 'patience', hour, index);
    return passageOf(deliveriesOf(draft, fate, { phases, random: own, keepsHours: keepsHoursOf(scenario) }), {
      draft,
      knocks,
      clock,
      patience,
    });
  });
}

function messagesIn(scenario: Scenario, hour: number, rows: number, random: Random): number {
  const local = (((Math.floor(scenario.localHourAtStart) + hour) % 24) + 24) % 24;
  const mean = (rows / HOURS_BEFORE / ROWS_PER_MESSAGE) * (DAY_CURVE[local] ?? 1);
  return Math.floor(mean * (0.9 + 0.2 * random.next()) + random.next());
}

interface HourOfMail {
  readonly phases: readonly Phase[];
  readonly hour: number;
  readonly clock: ScenarioClock;
}

function ordinaryDraft(
  { phases, hour, clock }: HourOfMail,
  random: Random,
): { readonly draft: Draft; readonly knocks: number } {
  const { direction } = random.weighted(DIRECTION_MIX);
  const knocks = hour * 60 + random.next() * 60;
  const minute = direction === 'inbound' ? admittedAt(phases, knocks, random) : knocks;
  return { draft: draftOf({ direction, minute, acceptedAt: clock(minute) }, random), knocks };
}

function stagedDeliveries(
  scenario: Scenario,
  mail: StagedMail,
  index: number,
  options: PopulateOptions,
): readonly SimulatedDelivery[] {
  const random = randomOf(options.seed, scenario.name, 'staged', index);
  const minute = options.minute - mail.minutesBefore;
  const draft = draftOf(
    { direction: mail.direction, minute, acceptedAt: scenarioClock(options)(minute) },
    random,
  );
  return deliveriesOf({ ...draft, subject: mail.subject }, mail.fate, {
    phases: scenario.phases,
    random,
    keepsHours: keepsHoursOf(scenario),
  });
}
