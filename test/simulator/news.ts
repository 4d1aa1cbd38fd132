/** Hand-made issues for tests that need to know each of them, and the paths by which they are asked for. */
import type { Announcements, SimulatedIssue, SimulatedPost } from '#simulator/announcement/announcement.js';
import { NOTHING_ANNOUNCED } from '#simulator/announcement/services.js';

import { minutesAgo } from './population.js';

export const NEWS = '/v1.0/admin/serviceAnnouncement';

export function newsPath(collection: string, options: Readonly<Record<string, string>> = {}): string {
  return `${NEWS}/${collection}?${new URLSearchParams(options).toString()}`;
}

export function post(minutes: number, over: Partial<SimulatedPost> = {}): SimulatedPost {
  return {
    at: minutesAgo(minutes),
    kind: 'regular',
    status: 'serviceDegradation',
    endedAt: null,
    contentType: 'html',
    content: '<b>Current status:</b> We are looking.',
    ...over,
  };
}

/** An open incident of Exchange that began three hours ago and was first told of one hour ago. */
export function issue(over: Partial<SimulatedIssue> = {}): SimulatedIssue {
  return {
    id: 'EX1300001',
    title: 'Mail is late',
    service: 'Exchange Online',
    feature: 'Mailflow - delayed delivery from Internet',
    featureGroup: 'E-Mail timely delivery',
    classification: 'incident',
    impact: 'Mail from outside may be late.',
    highImpact: null,
    startedAt: minutesAgo(180),
    posts: [post(60)],
    ...over,
  };
}

/** Over since so many minutes. */
export function overIssue(id: string, minutes: number, over: Partial<SimulatedIssue> = {}): SimulatedIssue {
  const restored = post(minutes, { status: 'serviceRestored', endedAt: minutesAgo(minutes + 10) });
  return issue({ id, startedAt: minutesAgo(minutes + 300), posts: [post(minutes + 200), restored], ...over });
}

export function announced(issues: readonly SimulatedIssue[]): Announcements {
  return { ...NOTHING_ANNOUNCED, issues };
}
