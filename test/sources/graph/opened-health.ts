/** A health source with everything filled in, for tests to change one thing of. */
import type { HealthQuery, HealthSource } from '#mailflow/health/health-source.js';
import { type GraphHealthSourceOptions, openGraphHealthSource } from '#sources/graph/graph-health-source.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { readyToken } from '#sources/sign-in/ready-token.js';

import type { Reply, SeenRequest } from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { ledgerOf, NOW, TOKEN } from './opened.js';

export const OVERVIEWS = '/v1.0/admin/serviceAnnouncement/healthOverviews';
export const ISSUES = '/v1.0/admin/serviceAnnouncement/issues';
export const MESSAGES = '/v1.0/admin/serviceAnnouncement/messages';

export const OPEN: HealthQuery = { resolvedToo: false, since: null };
export const ALL: HealthQuery = { resolvedToo: true, since: null };

export function openHealthAt(
  origin: string,
  changes: Partial<GraphHealthSourceOptions> = {},
): { source: HealthSource; notices: string[] } {
  const clock = changes.clock ?? virtualClock(NOW);
  const notices: string[] = [];
  const source = openGraphHealthSource({
    origin: parseGraphUrl(origin),
    tokens: readyToken(TOKEN),
    tenant: 'contoso.example',
    caPem: null,
    env: {},
    clock,
    ledger: ledgerOf(clock, 216),
    maxRequests: null,
    deadlineMs: null,
    patienceMs: Infinity,
    onNotice: (text) => void notices.push(text),
    newRequestId: () => '00000000-0000-4000-8000-000000000002',
    ...changes,
  });
  return { source, notices };
}

export function overview(changes: Readonly<Record<string, unknown>> = {}): object {
  return { id: 'Exchange', service: 'Exchange Online', status: 'serviceOperational', ...changes };
}

export function wirePost(changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    createdDateTime: '2026-06-30T10:30:00Z',
    postType: 'regular',
    description: { contentType: 'html', content: 'Title: Mail is slow\nNext update by: later' },
    ...changes,
  };
}

export function wireIssue(id: string, changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    id,
    title: 'Mail from outside may be delayed',
    startDateTime: '2026-06-30T09:00:00Z',
    endDateTime: null,
    lastModifiedDateTime: '2026-06-30T10:30:00Z',
    details: [{ name: 'NotifyInApp', value: 'True' }],
    classification: 'incident',
    origin: 'microsoft',
    status: 'serviceDegradation',
    service: 'Exchange Online',
    feature: 'Delayed delivery',
    featureGroup: 'Timely delivery',
    impactDescription: 'Senders outside may see delays.',
    isResolved: false,
    highImpact: null,
    posts: [wirePost()],
    ...changes,
  };
}

export function resolved(
  id: string,
  endedAt: string,
  changes: Readonly<Record<string, unknown>> = {},
): object {
  const times = { endDateTime: endedAt, lastModifiedDateTime: endedAt };
  return wireIssue(id, { ...times, status: 'serviceRestored', isResolved: true, ...changes });
}

export function wireMessage(id: string, changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    id,
    title: 'A change is planned',
    startDateTime: '2026-06-01T00:00:00Z',
    endDateTime: '2026-12-01T00:00:00Z',
    lastModifiedDateTime: '2026-06-29T00:00:00Z',
    category: 'planForChange',
    severity: 'normal',
    services: ['Exchange Online'],
    tags: ['New feature'],
    isMajorChange: true,
    actionRequiredByDateTime: '2026-09-01T00:00:00Z',
    body: { contentType: 'html', content: '<p>Soon.</p>' },
    viewPoint: null,
    ...changes,
  };
}

export type Answers = Readonly<Record<'overviews' | 'issues' | 'messages', Reply>>;

const CALM: Answers = {
  overviews: { body: { value: [overview()] } },
  issues: { body: { value: [] } },
  messages: { body: { value: [] } },
};

/** Answers by what is asked, whichever comes first. */
export function byResource(changes: Partial<Answers>): (request: SeenRequest) => Reply {
  const answers = { ...CALM, ...changes };
  return ({ url }) => {
    if (url.startsWith(OVERVIEWS)) return answers.overviews;
    return url.startsWith(MESSAGES) ? answers.messages : answers.issues;
  };
}
