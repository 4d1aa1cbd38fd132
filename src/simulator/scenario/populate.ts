/** All mail of a scenario around one moment, hour by hour, each hour with its own chance: another moment sees the same mail. */
import type { SimulatedDelivery } from '../population/delivery.js';
import type { Random } from '../population/random.js';
import { randomOf } from '../population/random.js';
import type { Draft } from './draft.js';
import { draftOf } from './draft.js';
import { admittedAt } from './obstacle.js';
import type { StagedMail } from './ordinary-mail.js';
import { DAY_CURVE, DIRECTION_MIX, ORDINARY_FATES, STAGED_MAIL } from './ordinary-mail.js';
import type { Scenario } from './scenario.js';
import { scenarioClock } from './scenario-clock.js';
import { deliveriesOf } from './way.js';

interface PopulateOptions {
  readonly seed: number;
  /** The scenario's minute that is `now`. */
  readonly minute: number;
  readonly now: Date;
  /** About how many rows the last 48 hours have. */
  readonly rows: number;
}

const HOURS_BEFORE = 48;
/** How long a drill may be left running before its mail dries up. */
const HOURS_AFTER = 12;
/** Messages to groups have a row for each member, too. */
const ROWS_PER_MESSAGE = 1.2;

export function populate(scenario: Scenario, options: PopulateOptions): readonly SimulatedDelivery[] {
  const first = Math.floor(options.minute / 60) - HOURS_BEFORE;
  const hours = Array.from({ length: HOURS_BEFORE + HOURS_AFTER + 1 }, (_, index) => first + index);
  const ordinary = hours.flatMap((hour) => mailOfHour(scenario, hour, options));
  const staged = STAGED_MAIL.flatMap((mail, index) => stagedDeliveries(scenario, mail, index, options));
  return [...ordinary, ...staged];
}

function mailOfHour(
  scenario: Scenario,
  hour: number,
  options: PopulateOptions,
): readonly SimulatedDelivery[] {
  const random = randomOf(options.seed, scenario.name, hour);
  const { phases } = scenario;
  return Array.from({ length: messagesIn(scenario, hour, options.rows, random) }, (_, index) => {
    const own = randomOf(options.seed, scenario.name, hour, index);
    const draft = ordinaryDraft(scenario, hour, options, own);
    const fate = own.weighted(ORDINARY_FATES[draft.direction]);
    return deliveriesOf(draft, fate, { phases, random: own });
  }).flat();
}

function messagesIn(scenario: Scenario, hour: number, rows: number, random: Random): number {
  const local = (((Math.floor(scenario.localHourAtStart) + hour) % 24) + 24) % 24;
  const mean = (rows / HOURS_BEFORE / ROWS_PER_MESSAGE) * (DAY_CURVE[local] ?? 1);
  return Math.floor(mean * (0.9 + 0.2 * random.next()) + random.next());
}

function ordinaryDraft(scenario: Scenario, hour: number, options: PopulateOptions, random: Random): Draft {
  const { direction } = random.weighted(DIRECTION_MIX);
  const knocks = hour * 60 + random.next() * 60;
  const minute = direction === 'inbound' ? admittedAt(scenario.phases, knocks, random) : knocks;
  return draftOf({ direction, minute, acceptedAt: scenarioClock(options)(minute) }, random);
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
  return deliveriesOf({ ...draft, subject: mail.subject }, mail.fate, { phases: scenario.phases, random });
}
