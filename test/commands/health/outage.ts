/** An outage of mail as service health tells it, half an hour after the next update was due. */
import type { ServiceIssue } from '#mailflow/health/service-issue.js';
import type { StatusPageReading } from '#mailflow/health/status-page.js';
import type { ReachReading, ReachTarget } from '#mailflow/reach/reach-source.js';

import type { MemoryHealth } from '../../fakes/memory-health-source.js';
import { issue, message, overview, post, WELL } from '../../mailflow/health/issues.js';
import { NOW } from '../run-command.js';

export const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

export const LATE_MAIL: ServiceIssue = issue({
  id: 'EX1331830',
  title: 'Mail from outside the organization may arrive late',
  feature: 'Mailflow - delayed delivery from Internet',
  featureGroup: 'E-Mail timely delivery',
  startedAt: minutesAgo(270),
  modifiedAt: minutesAgo(40),
  impact: 'Mail from outside the organization may be put off before it is accepted.',
  posts: [
    post(minutesAgo(40), [
      '<b>Title:</b> Mail from outside the organization may arrive late',
      '<b>User impact:</b> Senders may see 421 4.3.2 replies; their servers retry.',
      '<b>Current status:</b> We take the old load balancer out of the way and watch the queues.',
      '<b>Scope of impact:</b> Organizations in Europe and North America.',
      '<b>Root cause:</b> A change in an old load balancing mechanism.',
      '<b>Next update by:</b> Tuesday, June 2, 2026, at 5:00 PM UTC',
    ]),
    post(minutesAgo(180), [
      '<b>Title:</b> Mail from outside the organization may arrive late',
      '<b>User impact:</b> Mail may arrive late.',
      '<b>Current status:</b> We are looking into a possible problem.',
      '<b>Next update by:</b> Tuesday, June 2, 2026, at 3:30 PM UTC',
    ]),
    post(
      minutesAgo(110),
      [
        '<b>Title:</b> Mail from outside the organization may arrive late',
        '<b>User impact:</b> Senders may see 421 4.3.2 replies; their servers retry.',
        '<b>Current status:</b> Load on one component is too high.',
        '<b>Next update by:</b> Tuesday, June 2, 2026, at 4:30 PM UTC',
      ],
      { kind: 'quick' },
    ),
  ],
});

const CALENDAR = issue({
  id: 'EX1331002',
  title: 'Some users may not see the free time of colleagues',
  feature: 'Calendar',
  classification: 'advisory',
  startedAt: minutesAgo(5 * 1440),
  posts: [post(minutesAgo(300), ['Current status: A fix is under way.'])],
});

const PORTAL = issue({
  id: 'MO1330777',
  service: 'Microsoft 365 suite',
  title: 'Administrators may find pages of the portal slow',
  startedAt: minutesAgo(90),
  status: 'investigating',
});

const TEAMS = issue({
  id: 'TM1331555',
  service: 'Microsoft Teams',
  title: 'Presence of colleagues may be out of date',
  startedAt: minutesAgo(1440),
});

export const RESOLVED = issue({
  id: 'EX1329001',
  title: 'Users may be unable to search',
  feature: 'Search',
  isResolved: true,
  status: 'serviceRestored',
  startedAt: minutesAgo(4 * 1440),
  endedAt: minutesAgo(3 * 1440),
});

export const OUTAGE: MemoryHealth = {
  asOf: minutesAgo(1),
  services: [
    ...WELL.filter(({ service }) => service === 'Power BI' || service === 'Microsoft Entra'),
    overview('Microsoft Teams', 'serviceDegradation', 'microsoftteams'),
    overview('Microsoft 365 suite', 'investigating', 'OSDPPlatform'),
    overview('Exchange Online', 'serviceDegradation', 'Exchange'),
    overview('Microsoft Defender XDR', 'quantumFlux', 'Microsoft365Defender'),
  ],
  issues: [TEAMS, CALENDAR, RESOLVED, LATE_MAIL, PORTAL],
  messages: [
    message({ id: 'MC1200001', title: 'New icons', modifiedAt: minutesAgo(60) }),
    message({
      id: 'MC1100002',
      title: 'Retirement of an old way to submit mail',
      services: ['Exchange Online'],
      tags: ['Retirement'],
      category: 'planForChange',
      severity: 'high',
      isMajorChange: true,
      modifiedAt: minutesAgo(3 * 1440),
      actionRequiredBy: new Date('2026-09-01T00:00:00Z'),
      body: '<p>Move <b>senders</b> by then.</p>',
    }),
  ],
};

export const CALM: MemoryHealth = { asOf: minutesAgo(1), services: WELL, issues: [] };

export const PAGE_AVAILABLE: StatusPageReading = {
  kind: 'answered',
  status: 'Available',
  title: 'Admin center',
  message: '<p>All is well.</p>',
  authoredAt: null,
};

export const reached = (target: ReachTarget): ReachReading => ({
  target,
  host: `${target}.contoso.example`,
  port: 443,
  outcome: { kind: 'reached', firstByteMs: 80, greeting: null },
});

export const unreached = (target: ReachTarget): ReachReading => ({
  ...reached(target),
  outcome: { kind: 'failed', step: 'connect', reason: 'timeout', text: 'ETIMEDOUT' },
});
