import { describe, expect, test } from 'vitest';

import type { ServiceIssue } from '#mailflow/health/service-issue.js';
import { correlate, type Correlation } from '#mailflow/incident/correlate.js';
import { openAccounts } from '#mailflow/queue/held-accounts.js';

import { issue } from '../health/issues.js';
import { type Load } from '../queue/mail.js';
import { MAIL_ISSUE, minutesBefore, OUTAGE_MAIL, sightOf } from './views.js';

function correlationsOf(loads: readonly Load[], issues: readonly ServiceIssue[]): readonly Correlation[] {
  const { held, survey } = sightOf(loads);
  const mail = { deliveries: survey.deliveries, windowMinutes: 240 };
  return correlate(held, openAccounts(held, mail), issues);
}

const ordinary: Load = { kind: 'delivered', count: 800, minutes: 240, toMinutes: 1 };
const byService = (minutes: number, toMinutes = minutes): Load => ({
  ...{ kind: 'by-service', count: 40, domains: 8 },
  ...{ minutes, toMinutes },
});

const since = (minutes: number, more: Partial<ServiceIssue> = {}): ServiceIssue => ({
  ...MAIL_ISSUE,
  startedAt: minutesBefore(minutes),
  ...more,
});

describe('whether an open issue explains the deferrals', () => {
  const rows: [string, readonly Load[], ServiceIssue, Correlation['relation'] | 'not asked'][] = [
    ['all began within its time', [byService(100, 10)], since(120), 'explains'],
    ['one that began at its very start is within', [byService(120)], since(120), 'explains'],
    ['all began before it', [byService(130)], since(120), 'coincidence'],
    ['most began before it', [byService(200, 90)], since(120), 'coincidence'],
    ['most began within it', [byService(140, 10)], since(120), 'explains'],
    ["they are one destination's", [{ kind: 'refused', count: 40, minutes: 60 }], since(120), 'coincidence'],
    ['they wait by intent', [{ kind: 'greylisted', count: 40, minutes: 60 }], since(120), 'no-effect'],
    ['no try is told of', [{ kind: 'untold', count: 40, minutes: 60 }], since(120), 'no-effect'],
    ['nothing is held', [], since(120), 'no-effect'],
    ['none was read', [{ kind: 'unread', count: 40, minutes: 60, domains: 9 }], since(120), 'no-effect'],
    ['two are too few', [{ kind: 'by-service', count: 2, minutes: 60 }], since(120), 'no-effect'],
    [
      'many unrelated that fail alike',
      [{ kind: 'closed-abruptly', count: 60, minutes: 60, domains: 9 }],
      since(120),
      'explains',
    ],
    [
      'an issue of the suite that names mail',
      [byService(100, 10)],
      since(120, { id: 'MO1221364', service: 'Microsoft 365 suite' }),
      'explains',
    ],
    ['resolved', [byService(100, 10)], since(120, { isResolved: true }), 'not asked'],
    [
      'about something else',
      [byService(100, 10)],
      issue({ id: 'EX1', feature: 'Calendar', title: 'Room lists' }),
      'not asked',
    ],
    [
      'open by word, though an end is named',
      [byService(60, 50)],
      since(120, { endedAt: minutesBefore(80) }),
      'coincidence',
    ],
  ];
  test.each(rows)('%s', (_why, loads, open, expected) => {
    expect(correlationsOf([ordinary, ...loads], [open])[0]?.relation ?? 'not asked').toBe(expected);
  });
});

test('the share of the deferrals within its time comes with its interval', () => {
  const [found] = correlationsOf(OUTAGE_MAIL, [MAIL_ISSUE]);
  expect(found).toMatchObject({ relation: 'explains', examined: 230, within: 210 });
  expect(found?.share?.seen).toBeCloseTo(210 / 230);
  expect(found?.share?.low).toBeLessThan(210 / 230);
  expect(found?.share?.high).toBeGreaterThan(210 / 230);
  expect(found?.says).toBe(
    '91 % (87–94 %) of the 230 deferrals that were read are on the service side and began within the time of EX1331830.',
  );
});

test('a coincidence is called one', () => {
  const [found] = correlationsOf([ordinary, { kind: 'refused', count: 40, minutes: 60 }], [MAIL_ISSUE]);
  expect(found?.says).toBe(
    'EX1331830 is open too, but 40 deferrals of 40 that were read are of another kind: a coincidence.',
  );
});

test('of two issues the one that explains more comes first', () => {
  const late = since(30, { id: 'EX2' });
  const found = correlationsOf([ordinary, byService(100, 10)], [late, MAIL_ISSUE]);
  expect(found.map((each) => each.issue.id)).toEqual(['EX1331830', 'EX2']);
});
