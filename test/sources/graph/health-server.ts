/** The part of Graph that tells of service health, as its documentation has it, over facts of ours; with habits seen live. */
import type { CentreMessage, ServiceIssue } from '#mailflow/health/service-issue.js';

import type { HealthFacts, HealthPart } from '../../contract/health-source.contract.js';
import type { Reply, SeenRequest } from '../../fakes/scripted-server.js';
import { ISSUES, MESSAGES, OVERVIEWS } from './opened-health.js';

export interface ServerHabits {
  readonly now: Date;
  readonly missing?: readonly HealthPart[];
  readonly rowsPerPage?: number;
  /** What it makes of `$filter`. */
  readonly filters?: 'kept' | 'ignored' | 'refused';
}

export function healthServer(facts: HealthFacts, habits: ServerHabits): (request: SeenRequest) => Reply {
  const { now, missing = [], filters = 'kept' } = habits;
  const dated = { date: now.toUTCString() };
  return (request) => {
    const url = new URL(request.url, `http://${request.headers.host ?? ''}`);
    const filter = url.searchParams.get('$filter');
    const part = url.pathname === OVERVIEWS ? 'services' : 'issues';
    if (missing.includes(part) && url.pathname !== MESSAGES) return error(503, 'ServiceUnavailable');
    if (filter !== null && filters === 'refused') return error(400, 'BadRequest');
    const keeps = filters === 'kept' ? filter : null;
    const rows = rowsOf(url.pathname, facts, keeps);
    if (rows !== null) return { headers: dated, body: pageOf(rows, url, habits.rowsPerPage ?? 100) };
    const id = url.pathname.startsWith(`${ISSUES}/`) ? url.pathname.slice(ISSUES.length + 1) : '';
    const issue = facts.issues.find((each) => each.id === id);
    return issue === undefined
      ? error(404, 'ResourceNotFound')
      : { headers: dated, body: wireOfIssue(issue) };
  };
}

function error(status: number, code: string): Reply {
  return { status, body: { error: { code, message: 'Not now.', innerError: { 'request-id': 'req-1' } } } };
}

function rowsOf(path: string, facts: HealthFacts, filter: string | null): readonly object[] | null {
  if (path === OVERVIEWS) return facts.services;
  if (path === ISSUES) {
    const isAsked =
      filter === 'isResolved eq false' ? ({ isResolved }: ServiceIssue) => !isResolved : () => true;
    return facts.issues.filter(isAsked).map(wireOfIssue);
  }
  if (path !== MESSAGES) return null;
  const since = /^lastModifiedDateTime ge (\S+)$/.exec(filter ?? '')?.[1];
  const isAsked = ({ modifiedAt }: CentreMessage): boolean =>
    since === undefined || (modifiedAt !== null && modifiedAt >= new Date(since));
  return facts.messages.filter(isAsked).map(wireOfMessage);
}

function pageOf(rows: readonly object[], url: URL, size: number): object {
  const skip = Number(url.searchParams.get('$skip') ?? '0');
  const next = new URL(url);
  next.searchParams.set('$skip', String(skip + size));
  const hasMore = rows.length > skip + size;
  return {
    value: rows.slice(skip, skip + size),
    ...(hasMore ? { '@odata.nextLink': next.toString() } : {}),
  };
}

function wireOfIssue(issue: ServiceIssue): object {
  const { startedAt, endedAt, modifiedAt, impact, posts, ...rest } = issue;
  return {
    ...rest,
    startDateTime: startedAt.toISOString(),
    endDateTime: endedAt,
    lastModifiedDateTime: modifiedAt,
    impactDescription: impact,
    details: [{ name: 'NotifyInApp', value: 'True' }],
    posts: posts.map(({ at, kind, contentType, content }) => ({
      createdDateTime: at.toISOString().replace('.000Z', '.0000000Z'),
      postType: kind,
      description: { contentType: contentType === 'html' ? 'Html' : contentType, content },
    })),
  };
}

function wireOfMessage(message: CentreMessage): object {
  const { startedAt, endedAt, modifiedAt, actionRequiredBy, contentType, body: content, ...rest } = message;
  return {
    ...rest,
    startDateTime: startedAt,
    endDateTime: endedAt,
    lastModifiedDateTime: modifiedAt,
    actionRequiredByDateTime: actionRequiredBy,
    body: { contentType, content },
    hasAttachments: false,
    viewPoint: null,
  };
}
