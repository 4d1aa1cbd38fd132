import { randomOf } from '../../population/random.js';
import { DESTINATIONS } from '../places.js';
import type { Phase, Scenario } from '../scenario.js';
import type { Weekday } from './calendar.js';
import { minuteOf } from './calendar.js';

/** About once a week the server of one partner does not answer for some hours. Nothing of it is the service's fault. */
export function partnerOutage(scenario: Scenario, week: number, seed: number): Phase {
  const random = randomOf(seed, scenario.name, 'partner outage', week);
  const weekday = random.pick<Weekday>([1, 2, 3, 4, 5, 6]);
  const from = minuteOf(scenario, week, weekday, random.between(6, 17)) + random.between(0, 59);
  const { domain } = random.pick(DESTINATIONS);
  return {
    name: `${domain} is down`,
    from,
    until: from + random.between(150, 420),
    refusedAtEdge: 0,
    troubles: [
      {
        direction: 'outbound',
        strikes: { domain },
        share: 1,
        retrySucceeds: 0,
        reply: 'connection-refused',
        whenExpired: 'connection-refused-expired',
      },
    ],
  };
}
