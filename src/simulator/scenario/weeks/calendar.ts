/** The tenant's own days and weeks on the time line of a scenario. */
import type { Scenario } from '../scenario.js';

/** As in ISO 8601: Monday is 1. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

type Beginning = Pick<Scenario, 'began' | 'localHourAtStart'>;

const HOUR = 60;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** Saturday or Sunday where the tenant is. */
export function isWeekend(scenario: Beginning, minute: number): boolean {
  return modulo(minute - weekStart(scenario, 0), WEEK) >= 5 * DAY;
}

/** The week in which `minute` lies; that of the scenario's beginning is 0. */
export function weekOf(scenario: Beginning, minute: number): number {
  return Math.floor((minute - weekStart(scenario, 0)) / WEEK);
}

export function minuteOf(scenario: Beginning, week: number, weekday: Weekday, hour: number): number {
  return weekStart(scenario, week) + (weekday - 1) * DAY + hour * HOUR;
}

/** The minute at which a week's Monday begins. */
function weekStart({ began, localHourAtStart }: Beginning, week: number): number {
  // All scenarios begin in the daytime of America, where the date is that of UTC.
  const daysSinceMonday = (began.getUTCDay() + 6) % 7;
  return week * WEEK - daysSinceMonday * DAY - Math.round(localHourAtStart * HOUR);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
