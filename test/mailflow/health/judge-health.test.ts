/** What service health proves, row by row; and what it must never say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { FindingLevel } from '#mailflow/finding.js';
import { isOpen } from '#mailflow/health/is-open.js';
import { gapsOfHealth, judgeHealth } from '#mailflow/health/judge-health.js';
import type { ServiceIssue } from '#mailflow/health/service-issue.js';

import { answer, issue, minutesAfter, NOON, overview, post, WELL, withStatus } from './issues.js';

const LATE_MAIL = { feature: 'E-Mail timely delivery', featureGroup: 'E-Mail timely delivery' } as const;
const SUITE = { id: 'MO1000001', service: 'Microsoft 365 suite' } as const;
const ENTRA = { id: 'ID1000001', service: 'Microsoft Entra' } as const;
const TEAMS = { id: 'TM1000001', service: 'Microsoft Teams' } as const;

test.each<[string, Partial<ServiceIssue>, FindingLevel]>([
  ['an incident on mail flow', LATE_MAIL, 'critical'],
  ['an incident of the suite on mail flow', { ...SUITE, title: 'Email delivery is late' }, 'critical'],
  ['an incident on sign-in', { ...ENTRA, feature: 'Sign-In' }, 'critical'],
  ['an incident of the suite on sign-in', { ...SUITE, title: 'Users cannot sign in' }, 'critical'],
  ['an incident on calendars', { feature: 'Calendar' }, 'warning'],
  ['an incident of the suite on its portal', { ...SUITE, title: 'The portal is slow' }, 'warning'],
  ['an incident of identity on its pages', { ...ENTRA, feature: 'Administration' }, 'warning'],
  ['an incident of Teams', TEAMS, 'info'],
  ['an incident of a service that nobody knows', { id: 'XY1000001', service: 'Loop Nine' }, 'info'],
  ['an advisory on mail flow', { ...LATE_MAIL, classification: 'advisory' }, 'warning'],
  ['an advisory on sign-in', { ...ENTRA, feature: 'Sign-In', classification: 'advisory' }, 'info'],
  ['an advisory on calendars', { feature: 'Calendar', classification: 'advisory' }, 'info'],
  ['an advisory of the suite', { ...SUITE, classification: 'advisory' }, 'info'],
  ['a class of tomorrow', { classification: 'unknownFutureValue' }, 'warning'],
  ['a class of tomorrow on mail flow: no proof', { ...LATE_MAIL, classification: 'cataclysm' }, 'warning'],
  ['a class of tomorrow of Teams', { ...TEAMS, classification: 'cataclysm' }, 'info'],
  ['an advisory in a state of tomorrow', { classification: 'advisory', status: 'quantumFlux' }, 'warning'],
  ['an incident on mail flow in a state of tomorrow', { ...LATE_MAIL, status: 'quantumFlux' }, 'critical'],
  ['words as the documentation writes them', { ...LATE_MAIL, classification: 'Incident' }, 'critical'],
  ['a fine word while it is open', { ...LATE_MAIL, status: 'serviceRestored' }, 'critical'],
  ['nobody says resolved, and it has no end', { ...LATE_MAIL, isResolved: null }, 'critical'],
  ['not resolved, though it has an end', { ...LATE_MAIL, endedAt: NOON }, 'critical'],
])('%s is %s', (_why, changes, level) => {
  const findings = judgeHealth(answer({ issues: [issue(changes)] }), NOON);
  expect(findings.map((finding) => [finding.subject, finding.level])).toEqual([[issue(changes).id, level]]);
});

test.each<[string, Partial<ServiceIssue>]>([
  ['resolved', { isResolved: true }],
  ['resolved, without an end', { isResolved: true, endedAt: null, status: 'serviceInterruption' }],
  ['nobody says resolved, and it has an end', { isResolved: null, endedAt: NOON }],
])('%s is over', (_why, changes) => {
  const over = issue({ ...LATE_MAIL, ...changes });
  expect(isOpen(over)).toBe(false);
  expect(judgeHealth(answer({ issues: [over] }), NOON)).toEqual([]);
});

test.each<[string, ReturnType<typeof withStatus>, readonly ServiceIssue[], [string, FindingLevel][]]>([
  ['all well', WELL, [], []],
  ['restored', withStatus('Exchange Online', 'serviceRestored'), [], []],
  ['fine, as the documentation writes it', withStatus('Exchange Online', 'ServiceOperational'), [], []],
  [
    'Exchange is not well, and nobody says why',
    withStatus('Exchange Online', 'serviceDegradation'),
    [],
    [['Exchange Online', 'warning']],
  ],
  ['a word of tomorrow', withStatus('Microsoft Entra', 'quantumFlux'), [], [['Microsoft Entra', 'warning']]],
  [
    'a reserved word says nothing of now',
    withStatus('Microsoft 365 suite', 'mitigated'),
    [],
    [['Microsoft 365 suite', 'warning']],
  ],
  ['Teams', withStatus('Microsoft Teams', 'investigating'), [], [['Microsoft Teams', 'info']]],
  ['a service that nobody knows', withStatus('Power BI', 'investigating'), [], [['Power BI', 'info']]],
  [
    'an advisory explains it',
    withStatus('Exchange Online', 'serviceDegradation'),
    [issue({ classification: 'advisory' })],
    [['EX1000001', 'info']],
  ],
  [
    'a resolved issue does not',
    withStatus('Exchange Online', 'serviceDegradation'),
    [issue({ isResolved: true })],
    [['Exchange Online', 'warning']],
  ],
  [
    'an issue of another service does not',
    withStatus('Exchange Online', 'serviceDegradation'),
    [issue(TEAMS)],
    [
      ['TM1000001', 'info'],
      ['Exchange Online', 'warning'],
    ],
  ],
  [
    'a small advisory does not explain that nobody can use it',
    withStatus('Exchange Online', 'serviceInterruption'),
    [issue({ classification: 'advisory' })],
    [
      ['EX1000001', 'info'],
      ['Exchange Online', 'warning'],
    ],
  ],
  [
    'an issue under the old name of the service',
    withStatus('Microsoft Entra', 'serviceDegradation'),
    [issue({ ...ENTRA, service: 'Identity Service', classification: 'advisory' })],
    [['ID1000001', 'info']],
  ],
])('services: %s', (_why, services, issues, expected) => {
  const findings = judgeHealth(answer({ services, issues }), NOON);
  expect(findings.map(({ subject, level }) => [subject, level])).toEqual(expected);
});

describe('Exchange that is not listed', () => {
  const without = WELL.filter(({ id }) => id !== 'Exchange');

  test('is said, and is no pass', () => {
    const seen = answer({ services: without });
    expect(judgeHealth(seen, NOON)).toMatchObject([{ id: 'health-exchange-not-listed', level: 'info' }]);
    expect(gapsOfHealth(seen)).toMatchObject([{ reason: 'not-listed' }]);
  });

  test('is said of an empty list too', () => {
    expect(gapsOfHealth(answer({ services: [] }))).toMatchObject([{ reason: 'not-listed' }]);
  });

  test('is not said where the list itself is missing', () => {
    const gap = { what: 'the services', reason: 'refused', remedy: 'Ask.', retryAfterSeconds: null };
    const seen = answer({ services: [], gaps: [gap] });
    expect(judgeHealth(seen, NOON)).toEqual([]);
    expect(gapsOfHealth(seen)).toEqual([gap]);
  });

  test.each([
    ['by its id under a new name', overview('Contoso Mail Cloud', 'serviceOperational', 'exchange')],
    ['by its name under a new id', overview('EXCHANGE ONLINE', 'serviceOperational', 'x9')],
  ])('is known %s', (_why, one) => {
    expect(gapsOfHealth(answer({ services: [...without, one] }))).toEqual([]);
  });
});

describe('evidence', () => {
  const posts = [
    post(minutesAfter(NOON, -30), ['Next update by: Tuesday, June 2, 2026, at 11:50 AM UTC']),
    post(minutesAfter(NOON, -90), ['Current status: We look into it.']),
  ];
  const seen = answer({ issues: [issue({ ...LATE_MAIL, startedAt: minutesAfter(NOON, -180), posts })] });

  test('names the state, the lag and the update that has not come', () => {
    expect(judgeHealth(seen, NOON)[0]?.evidence).toEqual([
      'Exchange Online (E-Mail timely delivery): serviceDegradation, since 2026-06-02 09:00 UTC.',
      'First post 2026-06-02 10:30 UTC, 90 min after the impact began; the newest is of 2026-06-02 11:30 UTC.',
      'The next update is named for 2026-06-02 11:50 UTC and has not come.',
    ]);
  });

  test('calls nothing overdue by a clock that is wrong', () => {
    const skewed = { ...seen, clockAheadMs: 5 * 60_000 };
    expect(judgeHealth(skewed, NOON)[0]?.evidence.join(' ')).not.toContain('has not come');
    expect(gapsOfHealth(skewed)).toMatchObject([{ reason: 'clock' }]);
    expect(gapsOfHealth({ ...seen, clockAheadMs: -5 * 60_000 })).toMatchObject([{ reason: 'clock' }]);
    expect(gapsOfHealth({ ...seen, clockAheadMs: 5 * 60_000 - 1 })).toEqual([]);
  });

  test('of an issue that nobody wrote about', () => {
    expect(judgeHealth(answer({ issues: [issue()] }), NOON)[0]?.evidence).toContain('There is no post yet.');
  });
});

const WORD = fc.oneof(
  fc.constantFrom('incident', 'advisory', 'serviceDegradation', 'serviceOperational', 'quantumFlux', ''),
  fc.string(),
);

test('an open issue of Exchange, the suite or identity is green only as an advisory in a known state', () => {
  fc.assert(
    fc.property(
      fc.constantFrom({}, SUITE, ENTRA),
      WORD,
      WORD,
      fc.string(),
      (where, classification, status, title) => {
        const one = issue({ ...where, classification, status, title });
        const [finding] = judgeHealth(answer({ issues: [one] }), NOON);
        const isAdvisory = classification.trim().toLowerCase() === 'advisory';
        expect(finding?.level === 'info' && !isAdvisory).toBe(false);
      },
    ),
  );
});
