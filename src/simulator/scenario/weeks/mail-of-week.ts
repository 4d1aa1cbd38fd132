import type { Random } from '../../population/random.js';
import { randomOf } from '../../population/random.js';
import type { Draft } from '../draft.js';
import { draftOf } from '../draft.js';
import { admittedAt } from '../obstacle.js';
import { type Passage, passageOf } from '../passage.js';
import { DESTINATIONS, TYPO_DESTINATIONS } from '../places.js';
import { keepsHoursOf, type Phase, type Scenario } from '../scenario.js';
import type { ScenarioClock } from '../scenario-clock.js';
import { deliveriesOf } from '../way.js';
import { minuteOf } from './calendar.js';
import type { WeeklyMail } from './weekly-mail.js';
import { WEEKLY_MAIL } from './weekly-mail.js';

interface WeekOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Size of the tenant: rows in two days. */
  readonly rows: number;
  readonly phases: readonly Phase[];
  readonly clock: ScenarioClock;
}

const ROWS_OF_DATA = 6_000;

export function mailOfWeek(week: number, options: WeekOptions): readonly Passage[] {
  return WEEKLY_MAIL.flatMap((mail) => {
    const count = Math.ceil((mail.messages * options.rows) / ROWS_OF_DATA);
    return Array.from({ length: count }, (_, index) => {
      const random = randomOf(options.seed, options.scenario.name, mail.name, week, index);
      const { draft, knocks } = draftIn(mail, week, options, random);
      const deliveries = deliveriesOf(draft, random.weighted(mail.fates), {
        phases: options.phases,
        random,
        keepsHours: keepsHoursOf(options.scenario),
      });
      const patience = randomOf(options.seed, options.scenario.name, 'patience', mail.name, week, index);
      return passageOf(deliveries, { draft, knocks, clock: options.clock, patience });
    });
  });
}

function draftIn(
  mail: WeeklyMail,
  week: number,
  { scenario, phases, clock }: WeekOptions,
  random: Random,
): { readonly draft: Draft; readonly knocks: number } {
  const { direction, subject } = mail;
  const knocks = minuteOf(scenario, week, mail.weekday, mail.hour) + random.next() * mail.minutes;
  const minute = direction === 'inbound' ? admittedAt(phases, knocks, random) : knocks;
  const draft = draftOf({ direction, minute, acceptedAt: clock(minute) }, random);
  return { draft: addressed({ ...draft, subject }, mail, random), knocks };
}

/** The organisation elsewhere is that of the sender, where the mail names one. */
function addressed(draft: Draft, { sender, recipient, direction, fates }: WeeklyMail, random: Random): Draft {
  const named = { sender: sender ?? draft.sender, recipient: recipient ?? draft.recipient };
  if (fates[0].kind === 'unreachable')
    return { ...draft, ...named, elsewhere: random.pick(TYPO_DESTINATIONS) };
  if (direction !== 'inbound') return { ...draft, ...named };
  const domain = named.sender.slice(named.sender.indexOf('@') + 1);
  return {
    ...draft,
    ...named,
    elsewhere: DESTINATIONS.find((each) => each.domain === domain) ?? draft.elsewhere,
  };
}
