import { afterEach, describe, expect, test } from 'vitest';

import { drillScenarios } from '#simulator/drill.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import { DESTINATIONS } from '#simulator/scenario/places.js';
import { populate } from '#simulator/scenario/populate.js';
import type { Scenario } from '#simulator/scenario/scenario.js';
import { findScenario } from '#simulator/scenario/scenarios.js';
import { isWeekend, minuteOf, weekOf } from '#simulator/scenario/weeks/calendar.js';
import { partnerOutage } from '#simulator/scenario/weeks/partner-outages.js';
import { WEEKLY_MAIL } from '#simulator/scenario/weeks/weekly-mail.js';
import type { OracleRow } from '#simulator/tenant.js';

import { ask, bodyOf, listPath, rowsOf } from '../ask.js';
import { newsPath } from '../news.js';
import { NOW } from '../population.js';
import type { VirtualDrill } from '../virtual-drill.js';
import { startVirtualDrill } from '../virtual-drill.js';

function scenarioOf(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario === null) throw new Error(`no scenario ${name}`);
  return scenario;
}

const CALM = scenarioOf('calm');
/** Minute 300 of the calm scenario is NOW: a Wednesday, two in the afternoon. */
const MINUTE = 300;
const WEEKS = { hoursBefore: 48, hoursAfter: 30 * 24 };

const { deliveries: month } = populate(CALM, {
  ...{ seed: 1, minute: MINUTE, now: NOW, rows: 1_500, weeks: WEEKS },
});

function minuteAt({ receivedAt }: SimulatedDelivery): number {
  return MINUTE + (receivedAt.getTime() - NOW.getTime()) / 60_000;
}

describe('the calendar', () => {
  test.each<[string, number, boolean, number]>([
    ['calm', 0, false, 0],
    ['calm', minuteOf(CALM, 0, 1, 0), false, 0],
    ['calm', minuteOf(CALM, 0, 1, 0) - 1, true, -1],
    ['calm', minuteOf(CALM, 0, 5, 23), false, 0],
    ['calm', minuteOf(CALM, 0, 6, 0), true, 0],
    ['calm', minuteOf(CALM, 3, 7, 12), true, 3],
    // 2 June 2026 is a Tuesday, so the weekend ended 33 hours before 9:03.
    ['june-2026', -33 * 60 - 4, true, -1],
    ['june-2026', -33 * 60 - 3, false, 0],
  ])('%s, minute %i: weekend %s, week %i', (name, minute, weekend, week) => {
    const scenario = scenarioOf(name);
    expect([isWeekend(scenario, minute), weekOf(scenario, minute)]).toEqual([weekend, week]);
  });

  test('calm began on a Wednesday at nine', () => {
    expect(minuteOf(CALM, 0, 3, 9)).toBe(0);
  });
});

describe('a month of mail', () => {
  test('is there from its first to its last hour, each delivery once', () => {
    const minutes = month.map(minuteAt);
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(MINUTE - 48 * 60);
    expect(Math.min(...minutes)).toBeLessThan(MINUTE - 47 * 60);
    expect(Math.max(...minutes)).toBeGreaterThan(MINUTE + 719 * 60);
    expect(new Set(month.map(({ id, recipient }) => `${id} ${recipient}`)).size).toBe(month.length);
  });

  test('is much less at weekends', () => {
    const [weekend, weekday] = [true, false].map((which) => {
      const hours = Array.from({ length: 720 }, (_, hour) => MINUTE + hour * 60);
      const days = hours.filter((minute) => isWeekend(CALM, minute) === which).length / 24;
      return (
        month.filter((mail) => minuteAt(mail) >= MINUTE && isWeekend(CALM, minuteAt(mail)) === which).length /
        days
      );
    });
    expect((weekend ?? 1) / (weekday ?? 1)).toBeLessThan(0.4);
    expect((weekend ?? 1) / (weekday ?? 1)).toBeGreaterThan(0.15);
  });

  test('is the same mail, whenever one looks', () => {
    const { deliveries: later } = populate(CALM, {
      seed: 1,
      minute: MINUTE + 600 * 60,
      now: new Date(NOW.getTime() + 600 * 3_600_000),
      rows: 1_500,
      weeks: { hoursBefore: 24, hoursAfter: 24 },
    });
    const known = new Set(
      month.map(({ id, recipient, statuses }) => JSON.stringify([id, recipient, statuses])),
    );
    const strange = later.filter(
      ({ id, recipient, statuses }) => !known.has(JSON.stringify([id, recipient, statuses])),
    );
    expect(later.length).toBeGreaterThan(500);
    expect(strange).toEqual([]);
  });

  test.each(WEEKLY_MAIL.map((mail) => [mail.name, mail] as const))(
    '%s comes each week, at its time',
    (_name, mail) => {
      const found = month.filter(({ subject }) => subject === mail.subject);
      const weeks = new Map<number, number[]>();
      for (const each of found) {
        const week = weekOf(CALM, minuteAt(each));
        weeks.set(week, [...(weeks.get(week) ?? []), minuteAt(each)]);
      }
      expect([...weeks.keys()].filter((week) => week >= 1 && week <= 3)).toHaveLength(3);
      for (const [week, minutes] of weeks) {
        const start = minuteOf(CALM, week, mail.weekday, mail.hour);
        expect(Math.min(...minutes)).toBeGreaterThanOrEqual(Math.floor(start) - 1);
        expect(Math.max(...minutes)).toBeLessThanOrEqual(start + mail.minutes);
      }
    },
  );

  test('holds mail to domains that nobody has, to several of them, until it expires', () => {
    const known = new Set(['contoso.example', ...DESTINATIONS.map(({ domain }) => domain)]);
    const lost = month.filter(({ recipient }) => !known.has(recipient.split('@')[1] ?? ''));
    expect(new Set(lost.map(({ recipient }) => recipient.split('@')[1])).size).toBeGreaterThan(3);
    for (const { statuses, receivedAt } of lost) {
      expect(statuses.at(-1)).toMatchObject({ status: 'failed' });
      expect((statuses.at(-1)?.at.getTime() ?? 0) - receivedAt.getTime()).toBe(24 * 3_600_000);
    }
  });

  test('no name or address is anyone’s', () => {
    const domains = new Set(month.flatMap(({ sender, recipient }) => [sender, recipient]));
    expect([...domains].filter((address) => !/^[^@]+@[a-z-]+\.example$/u.test(address))).toEqual([]);
  });
});

describe('a partner is down', () => {
  const outages = [1, 2, 3, 4].map((week) => partnerOutage(CALM, week, 1));

  test('once a week, for some hours, another one each time or nearly', () => {
    const domains = new Set(outages.map(({ name }) => name));
    expect(domains.size).toBeGreaterThan(1);
    for (const [index, { from, until }] of outages.entries()) {
      expect(weekOf(CALM, from)).toBe(index + 1);
      expect(until - from).toBeGreaterThanOrEqual(150);
      expect(until - from).toBeLessThanOrEqual(420);
    }
  });

  test('and its mail is held, and arrives when it is back', () => {
    const struck = outages.flatMap(({ name, from, until }) =>
      month.filter((mail) => {
        const isTo = name.startsWith(`${mail.recipient.split('@')[1] ?? ''} `);
        return isTo && mail.toIp !== null && minuteAt(mail) >= from && minuteAt(mail) < until;
      }),
    );
    expect(struck.length).toBeGreaterThan(5);
    const held = struck.filter(({ statuses }) => statuses.some(({ status }) => status === 'pending'));
    expect(held.length / struck.length).toBeGreaterThan(0.7);
    expect(held.filter(({ statuses }) => statuses.at(-1)?.status !== 'delivered')).toEqual([]);
  });
});

describe('a clock that the test moves', () => {
  const drills: VirtualDrill[] = [];
  afterEach(async () => {
    await Promise.all(drills.splice(0).map((drill) => drill.close()));
  });

  async function started(options: Parameters<typeof startVirtualDrill>[0]): Promise<VirtualDrill> {
    const drill = await startVirtualDrill({ tokenChecks: 'any', ...options });
    drills.push(drill);
    return drill;
  }

  test('every day of a month has its mail and its news', async () => {
    const drill = await started({
      scenario: 'calm',
      minute: MINUTE,
      rows: 1_500,
      weeks: WEEKS,
      quirks: { quota: null },
    });
    const open: string[] = [];
    const counts: number[] = [];
    for (let day = 0; day < 30; day += 1) {
      drill.moveTo(MINUTE + day * 24 * 60);
      const now = drill.clock.now();
      const from = new Date(now.getTime() - 4 * 3_600_000);
      const window = `receivedDateTime ge ${from.toISOString()} and receivedDateTime le ${now.toISOString()}`;
      counts.push(rowsOf(await ask(drill, listPath({ $filter: window, $top: '5000' }))).length);
      const news = bodyOf(await ask(drill, newsPath('issues', { $filter: 'isResolved eq false' })));
      open.push((news['value'] as readonly { readonly id: string }[]).map(({ id }) => id).join(' '));
    }
    expect(counts.filter((count) => count < 15)).toEqual([]);
    expect(new Set(open).size).toBeGreaterThan(12);
  });

  test('does not go back', async () => {
    const drill = await started({ scenario: 'calm', minute: 10, rows: 60 });
    drill.moveTo(11);
    expect(drill.minute()).toBe(11);
    expect(() => drill.moveTo(10)).toThrow(/is over/u);
  });

  const OF_OUTAGE =
    /SuspiciousRemoteServerError|maximum number of concurrent|Cannot establish session|ATTR\d/u;
  const heldByOutage = (rows: readonly OracleRow[]): readonly OracleRow[] =>
    rows.filter((row) => row.status === 'pending' && OF_OUTAGE.test(row.reason()?.lastError ?? ''));

  test.each(['june-2026', 'january-2026'])(
    '%s: the first symptom comes when it is said to come',
    async (scenario) => {
      const drill = await started({ scenario, minute: -10 });
      const first = drill.scenario.firstSymptomMinute ?? 0;
      drill.moveTo(first);
      expect(heldByOutage(drill.oracle(drill.clock.now()))).toEqual([]);
      // The trace lags by five to ten minutes, so all but certainly by then.
      drill.moveTo(first + 6);
      expect(heldByOutage(drill.oracle(drill.clock.now())).length).toBeGreaterThan(0);
    },
  );

  test('an ordinary day has no first symptom', () => {
    expect(drillScenarios().map(({ firstSymptomMinute }) => firstSymptomMinute)).toEqual([null, 5, 5]);
  });
});
