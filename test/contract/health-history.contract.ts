/** What every place promises where the last answer of service health is kept. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { HealthHistory, KeptHealth } from '#mailflow/health/health-source.js';
import type { ServiceIssue } from '#mailflow/health/service-issue.js';

export interface OpenedHealthHistory {
  readonly history: HealthHistory;
  /** Of another tenant in the same place. */
  readonly other: HealthHistory;
  readonly close: () => Promise<void>;
}

const NOON_MS = Date.parse('2026-06-02T12:00:00Z');
const at = (minutes: number): Date => new Date(NOON_MS + minutes * 60_000);

export const ISSUE: ServiceIssue = {
  id: 'EX1331830',
  title: 'Some users may be unable to send \u0000 \ud800 \u202e "mail"; DROP TABLE health; --',
  service: 'Exchange Online',
  feature: 'E-Mail and calendar access',
  featureGroup: null,
  classification: 'incident',
  origin: 'microsoft',
  status: 'wordOfTomorrow',
  isResolved: false,
  startedAt: new Date(NOON_MS - 123),
  endedAt: null,
  modifiedAt: at(-1),
  impact: null,
  highImpact: null,
  posts: [{ at: at(-2), kind: 'regular', contentType: 'html', content: '<p>Title: 📬\u001b[2J</p>' }],
};

export function keptHealth(minutes: number, issues: readonly ServiceIssue[] = [ISSUE]): KeptHealth {
  const services = [{ id: 'Exchange', service: 'Exchange Online', status: 'serviceDegradation' }];
  return { answer: { services, issues }, seenAt: at(minutes) };
}

export function promisesOfHealthHistory(name: string, open: () => Promise<OpenedHealthHistory>): void {
  describe(`${name} as what is kept of service health`, () => {
    let opened: OpenedHealthHistory;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test('nothing at first', async () => {
      expect(await opened.history.last()).toBeNull();
    });

    test('an answer comes back as it was kept, whatever is in it', async () => {
      const resolved = { ...ISSUE, id: 'MO1', isResolved: true, endedAt: at(3), highImpact: true, posts: [] };
      const unknown = { ...ISSUE, id: 'MO2', isResolved: null, origin: null, modifiedAt: null };
      const kept = keptHealth(0, [ISSUE, resolved, unknown]);
      await opened.history.keep(kept);
      expect(await opened.history.last()).toEqual(kept);
    });

    test('an empty answer is an answer', async () => {
      const kept: KeptHealth = { answer: { services: [], issues: [] }, seenAt: at(0) };
      await opened.history.keep(kept);
      expect(await opened.history.last()).toEqual(kept);
    });

    test.each<[string, readonly number[], number]>([
      ['the later one replaces', [0, 5], 5],
      ['of one instant the one kept last', [0, 0], 0],
      ['an earlier one that comes last does not: another run was faster', [5, 0], 5],
      ['one from hours ahead was kept while a clock was wrong', [60 * 24 * 365, 0], 0],
    ])('%s', async (_why, minutes, expected) => {
      for (const [order, each] of minutes.entries())
        await opened.history.keep(keptHealth(each, [{ ...ISSUE, id: `EX${order}` }]));
      const last = await opened.history.last();
      expect(last?.seenAt).toEqual(at(expected));
      const kept = minutes.lastIndexOf(expected);
      expect(last?.answer.issues.map(({ id }) => id)).toEqual([`EX${kept}`]);
    });

    test('tenants are kept apart', async () => {
      await opened.history.keep(keptHealth(0));
      expect(await opened.other.last()).toBeNull();
      await opened.other.keep(keptHealth(9, []));
      expect(await opened.history.last()).toEqual(keptHealth(0));
    });
  });
}
