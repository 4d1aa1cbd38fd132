/** Issues, posts and answers for tests: give what matters, the rest is an ordinary open incident of Exchange. */
import type { HealthAnswer } from '#mailflow/health/health-source.js';
import type {
  CentreMessage,
  HealthOverview,
  IssuePost,
  ServiceIssue,
} from '#mailflow/health/service-issue.js';

export const NOON = new Date('2026-06-02T12:00:00Z');

export const minutesAfter = (from: Date, minutes: number): Date =>
  new Date(from.getTime() + minutes * 60_000);

export function issue(changes: Partial<ServiceIssue> = {}): ServiceIssue {
  return {
    id: 'EX1000001',
    title: 'Some users may be affected',
    service: 'Exchange Online',
    feature: null,
    featureGroup: null,
    classification: 'incident',
    origin: 'microsoft',
    status: 'serviceDegradation',
    isResolved: false,
    startedAt: new Date('2026-06-02T10:00:00Z'),
    endedAt: null,
    modifiedAt: new Date('2026-06-02T11:40:00Z'),
    impact: null,
    highImpact: null,
    posts: [],
    ...changes,
  };
}

export function post(
  at: Date | string,
  lines: readonly string[],
  changes: Partial<IssuePost> = {},
): IssuePost {
  return { at: new Date(at), kind: 'regular', contentType: 'html', content: lines.join('\n\n'), ...changes };
}

export function overview(service: string, status = 'serviceOperational', id = service): HealthOverview {
  return { id, service, status };
}

export const WELL: readonly HealthOverview[] = [
  overview('Microsoft Teams', 'serviceOperational', 'microsoftteams'),
  overview('Microsoft 365 suite', 'serviceOperational', 'OSDPPlatform'),
  overview('Exchange Online', 'serviceOperational', 'Exchange'),
  overview('Microsoft Entra', 'serviceOperational', 'OrgLiveID'),
  overview('Power BI', 'serviceOperational', 'PowerBIcom'),
];

export function answer(changes: Partial<HealthAnswer> = {}): HealthAnswer {
  return { services: WELL, issues: [], gaps: [], asOf: NOON, clockAheadMs: 0, ...changes };
}

/** Services as in WELL, but for one. */
export function withStatus(service: string, status: string): readonly HealthOverview[] {
  return WELL.map((one) => (one.service === service ? { ...one, status } : one));
}

export function message(changes: Partial<CentreMessage> = {}): CentreMessage {
  return {
    id: 'MC1000001',
    title: 'A change',
    services: ['Microsoft Teams'],
    tags: [],
    category: 'stayInformed',
    severity: 'normal',
    isMajorChange: false,
    startedAt: NOON,
    endedAt: null,
    modifiedAt: NOON,
    actionRequiredBy: null,
    contentType: 'html',
    body: '<p>Something changes.</p>',
    ...changes,
  };
}
