import { describe, expect, test } from 'vitest';

import type { IssueSighting } from '#simulator/announcement/announcement.js';
import { issueSeenAt, issuesSeenAt } from '#simulator/announcement/announcement.js';
import { announcementsOf } from '#simulator/scenario/announcement/announce.js';
import { momentText } from '#simulator/scenario/announcement/moment-text.js';
import { scenarioClock } from '#simulator/scenario/scenario-clock.js';
import { findScenario } from '#simulator/scenario/scenarios.js';

import { NOW } from '../population.js';

const NAMES = ['calm', 'january-2026', 'june-2026'] as const;
type Name = (typeof NAMES)[number];

function scenarioOf(name: Name): NonNullable<ReturnType<typeof findScenario>> {
  const scenario = findScenario(name);
  if (scenario === null) throw new Error(`no scenario ${name}`);
  return scenario;
}

/** Minute 0 of the scenario is NOW. */
const clock = scenarioClock({ minute: 0, now: NOW });

function announcedBy(name: Name): ReturnType<typeof announcementsOf> {
  return announcementsOf(scenarioOf(name), clock);
}

function openAt(name: Name, minute: number): readonly IssueSighting[] {
  return issuesSeenAt(announcedBy(name).issues, clock(minute), 0);
}

function seen(name: Name, id: string, minute: number): IssueSighting | null {
  const issue = announcedBy(name).issues.find((each) => each.id === id);
  if (issue === undefined) throw new Error(`no issue ${id}`);
  return issueSeenAt(issue, clock(minute));
}

describe.each(NAMES)('%s', (name) => {
  const { issues, messages } = announcedBy(name);

  test('ids have the shape of ids, and each is there once', () => {
    expect(issues.filter(({ id }) => !/^[A-Z]{2}\d{7}$/u.test(id))).toEqual([]);
    expect(new Set(issues.map(({ id }) => id)).size).toBe(issues.length);
    expect(messages.filter(({ id }) => !/^MC\d{6,7}$/u.test(id))).toEqual([]);
  });

  test('posts come in the order of time, after the impact began, and say all that they should', () => {
    const astray = issues.filter(({ startedAt, posts }) =>
      posts.some(({ at }, index) => at <= (index === 0 ? startedAt : (posts[index - 1]?.at ?? at))),
    );
    expect(astray).toEqual([]);
    const labelled = issues.flatMap(({ posts }) => posts.filter(({ kind }) => kind !== 'quick'));
    for (const label of [/Title:/u, /User impact:/u, /(?:Current|Final) status:/u, /Start time:/u]) {
      expect(labelled.filter(({ content }) => !label.test(content))).toEqual([]);
    }
  });

  test('hundreds of issues are over', () => {
    const { tellingMinute } = scenarioOf(name);
    const over = issuesSeenAt(issues, clock(tellingMinute), 300).filter(({ isResolved }) => isResolved);
    expect(over).toHaveLength(300);
  });

  test('what is open on any day is there: an advisory of Exchange that is not mail flow, an incident of Teams', () => {
    const open = openAt(name, scenarioOf(name).tellingMinute).map(
      ({ issue }) => `${issue.classification} of ${issue.service}: ${issue.featureGroup}`,
    );
    expect(open).toEqual(
      expect.arrayContaining([
        'advisory of Exchange Online: Access and Features',
        'incident of Microsoft Teams: Teams Components',
        'advisory of Microsoft 365 suite: Portal and shared infrastructure',
      ]),
    );
  });
});

test('on a calm day, and for a month after, no incident of Exchange, suite or sign-in is open', () => {
  const guilty = ['Exchange Online', 'Microsoft 365 suite', 'Microsoft Entra'];
  const days = Array.from({ length: 60 }, (_, half) => openAt('calm', half * 720));
  expect(
    days.flat().filter(({ issue }) => issue.classification === 'incident' && guilty.includes(issue.service)),
  ).toEqual([]);
  // They come and go: the list is not the same one all month.
  expect(new Set(days.map((open) => open.map(({ issue }) => issue.id).join(' '))).size).toBeGreaterThan(20);
});

describe('june-2026', () => {
  test('is acknowledged 90 minutes after its impact began', () => {
    expect(seen('june-2026', 'EX1331830', 89)).toBeNull();
    const first = seen('june-2026', 'EX1331830', 90);
    expect(first?.issue.startedAt).toEqual(clock(0));
    expect([first?.status, first?.issue.service]).toEqual(['investigating', 'Exchange Online']);
  });

  test.each([
    [125, 'serviceDegradation', false],
    [300, 'restoringService', false],
    [430, 'extendedRecovery', false],
    [600, 'verifyingService', false],
    [735, 'serviceRestored', true],
    [6_000, 'postIncidentReviewPublished', true],
  ])('at minute %i it is %s', (minute, status, isResolved) => {
    expect(seen('june-2026', 'EX1331830', minute)).toMatchObject({
      status,
      isResolved,
      endedAt: isResolved ? clock(720) : null,
    });
  });

  test('tells of no trouble with the admin center', () => {
    expect(announcedBy('june-2026').notices).toEqual([]);
  });
});

describe('january-2026', () => {
  const OUTAGE = ['MO1221364', 'MO1221377', 'TM1221402', 'SP1221410', 'DZ1221425'];
  const openOf = (minute: number): readonly string[] =>
    openAt('january-2026', minute)
      .map(({ issue }) => issue.id)
      .filter((id) => OUTAGE.includes(id));

  test.each([
    [56, []],
    [57, ['MO1221364']],
    [100, ['MO1221364', 'MO1221377']],
    [130, ['MO1221364', 'MO1221377', 'TM1221402']],
    [200, ['DZ1221425', 'MO1221364', 'MO1221377', 'SP1221410', 'TM1221402']],
    [460, ['DZ1221425', 'MO1221364']],
    [600, ['MO1221364']],
    [700, []],
  ])('at minute %i there are %j', (minute, ids) => {
    expect(openOf(minute)).toEqual(ids);
  });

  test('files mail under the suite: no issue of Exchange tells of it', () => {
    const ofExchange = openAt('january-2026', 250).filter(({ issue }) => issue.service === 'Exchange Online');
    expect(ofExchange.map(({ issue }) => issue.classification)).not.toContain('incident');
  });

  test('gets worse once more while load is balanced', () => {
    const statuses = [100, 200, 300, 350, 430].map(
      (minute) => seen('january-2026', 'MO1221364', minute)?.status,
    );
    expect(statuses).toEqual([
      'serviceInterruption',
      'restoringService',
      'restoringService',
      'serviceDegradation',
      'extendedRecovery',
    ]);
  });

  test.each([
    [230, false],
    [250, true],
    [270, false],
  ])('at minute %i the next update is overdue: %s', (minute, isOverdue) => {
    const last = seen('january-2026', 'MO1221364', minute)?.posts.at(-1);
    const [, promised = ''] = /Next update by:<\/b> (.+)$/u.exec(last?.content ?? '') ?? [];
    expect(Date.parse(promised.replace(', at', '')) < clock(minute).getTime()).toBe(isOverdue);
  });
});

test.each([
  ['2026-06-02T14:33:00Z', 'Tuesday, June 2, 2026, at 2:33 PM UTC'],
  ['2026-01-22T00:05:59Z', 'Thursday, January 22, 2026, at 12:05 AM UTC'],
  ['2026-12-31T12:00:00Z', 'Thursday, December 31, 2026, at 12:00 PM UTC'],
])('%s is written %s', (instant, text) => {
  expect(momentText(new Date(instant))).toBe(text);
});
