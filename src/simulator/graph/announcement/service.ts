/**
 * Service communications of Graph: who may read them, how often, and what is told of services, issues and the message
 * centre at this instant. Knows the wire from its own reading of the contract and shares no code with the client.
 */
import type { Announcements, IssueSighting } from '../../announcement/announcement.js';
import { issueSeenAt, issuesSeenAt, serviceStatus } from '../../announcement/announcement.js';
import type { Answer } from '../../answer.js';
import { jsonAnswer, withHeaders } from '../../answer.js';
import type { Fault } from '../../faults.js';
import type { Quirks } from '../../quirks.js';
import type { GraphError } from '../error-answer.js';
import { badRequest } from '../error-answer.js';
import { pageOf } from './page.js';
import type { AnnouncementGate } from './quota.js';
import { announcementGate } from './quota.js';
import type { AnnouncementCollection, AnnouncementRoute } from './route.js';
import type { WireEntity } from './wire.js';
import { issueEntity, messageEntity, serviceEntity } from './wire.js';

/** Which of the two permissions an administrator has granted: `ServiceHealth.Read.All` and `ServiceMessage.Read.All`. */
export type AnnouncementOnboarding = 'complete' | 'health-missing' | 'messages-missing' | 'both-missing';

interface AnnouncementRules {
  readonly announcements: Announcements;
  readonly quirks: Quirks;
  readonly onboarding: AnnouncementOnboarding;
}

interface AnnouncementRequest {
  readonly route: AnnouncementRoute;
  readonly version: 'v1.0' | 'beta';
  readonly url: URL;
  readonly prefer: string | null;
  readonly now: Date;
  readonly fault: Fault | null;
}

type Refuse = (error: GraphError) => Answer;

export type AnnouncementService = (request: AnnouncementRequest, refuse: Refuse) => Answer;

const MINUTE_MS = 60_000;

export function announcementService(rules: AnnouncementRules): AnnouncementService {
  const gate = announcementGate(rules.quirks.announcementQuotas);
  return (request, refuse) => {
    const collection = collectionOf(request.route);
    if (!mayRead(collection, rules.onboarding)) return refuse(ROLE_MISSING);
    const refusal = gateRefusal(gate, request.now, refuse);
    if (refusal !== null) return refusal;
    if (rules.quirks.failingAnnouncements.includes(collection)) return refuse(SERVICE_UNAVAILABLE);
    return answered(request, rules, refuse);
  };
}

function collectionOf(route: AnnouncementRoute): AnnouncementCollection {
  switch (route.kind) {
    case 'collection':
    case 'item':
      return route.of;
    case 'service-issues':
      return 'healthOverviews';
    case 'incident-report':
      return 'issues';
  }
}

function mayRead(collection: AnnouncementCollection, onboarding: AnnouncementOnboarding): boolean {
  const missing = collection === 'messages' ? 'messages-missing' : 'health-missing';
  return onboarding !== 'both-missing' && onboarding !== missing;
}

function gateRefusal(gate: AnnouncementGate, now: Date, refuse: Refuse): Answer | null {
  const seconds = gate(now);
  return seconds === null ? null : withHeaders(refuse(THROTTLED), { 'retry-after': String(seconds) });
}

function answered(request: AnnouncementRequest, rules: AnnouncementRules, refuse: Refuse): Answer {
  const view = viewAt(request.now, rules);
  const { route } = request;
  switch (route.kind) {
    case 'collection':
      return listAnswer(listOf(route.of, view, request), route.of, request, rules.quirks, refuse);
    case 'service-issues':
      return listAnswer(issuesOf(route.service, view), 'issues', request, rules.quirks, refuse);
    case 'item':
      return itemAnswer(route, view, request, refuse);
    case 'incident-report':
      return reportAnswer(route.id, rules, request.now, refuse);
  }
}

/** What can be told at one instant. */
interface View {
  readonly announcements: Announcements;
  readonly quirks: Quirks;
  readonly issues: readonly IssueSighting[];
  readonly now: Date;
}

/** A service that lags tells what was true some minutes ago, and dates it now. */
function viewAt(now: Date, { announcements, quirks }: AnnouncementRules): View {
  const told = new Date(now.getTime() - quirks.announcementsBehindMinutes * MINUTE_MS);
  const issues = issuesSeenAt(announcements.issues, told, quirks.resolvedIssues);
  return { announcements, quirks, issues, now: told };
}

function listOf(
  collection: AnnouncementCollection,
  view: View,
  { url }: Pick<AnnouncementRequest, 'url'>,
): readonly WireEntity[] {
  switch (collection) {
    case 'healthOverviews':
      return overviewsOf(view, url.searchParams.get('$expand') === 'issues');
    case 'issues':
      return view.issues.map((sighting, index) => issueEntity(sighting, view.quirks, index));
    case 'messages':
      return messagesOf(view);
  }
}

function overviewsOf(view: View, isExpanded: boolean): readonly WireEntity[] {
  const { announcements, quirks, issues } = view;
  return announcements.services
    .filter(({ id }) => quirks.exchangeListed || id !== 'Exchange')
    .map((each, index) => ({
      ...serviceEntity(each, serviceStatus(each.service, issues), quirks, index),
      ...(isExpanded ? { issues: issuesOf(each.service, view) } : {}),
    }));
}

function issuesOf(service: string, { issues, quirks }: View): readonly WireEntity[] {
  return issues
    .filter(({ issue }) => issue.service.toLowerCase() === service.toLowerCase())
    .map((sighting, index) => issueEntity(sighting, quirks, index));
}

function messagesOf({ announcements, quirks, now }: View): readonly WireEntity[] {
  return announcements.messages
    .filter((message) => message.publishedAt <= now)
    .map((message, index) => messageEntity(message, quirks, index));
}

const FILTERABLE: Readonly<Record<AnnouncementCollection, readonly string[]>> = {
  healthOverviews: ['id', 'service', 'status'],
  issues: [
    ...['id', 'title', 'startDateTime', 'endDateTime', 'lastModifiedDateTime', 'classification', 'origin'],
    ...['status', 'service', 'feature', 'featureGroup', 'isResolved'],
  ],
  messages: [
    ...['id', 'title', 'startDateTime', 'endDateTime', 'lastModifiedDateTime', 'category', 'severity'],
    ...['isMajorChange', 'actionRequiredByDateTime', 'hasAttachments'],
  ],
};

function listAnswer(
  entities: readonly WireEntity[],
  collection: AnnouncementCollection,
  request: AnnouncementRequest,
  quirks: Quirks,
  refuse: Refuse,
): Answer {
  const rules = { known: FILTERABLE[collection], ignoresFilter: quirks.announcementFilterIgnored };
  const page = pageOf(entities, request, rules);
  if (!page.ok) return refuse(badRequest(page.message));
  const body = {
    '@odata.context': contextOf(request, collection),
    ...(page.count === null ? {} : { '@odata.count': page.count }),
    value: page.entities,
    ...(page.nextLink === null ? {} : { '@odata.nextLink': page.nextLink }),
  };
  const more = page.nextLink === null ? '' : ', more follow';
  return jsonAnswer(200, body, `${page.entities.length} ${collection}${more}`);
}

/** Services are keyed by their display name. */
function itemAnswer(
  { of: collection, key }: Extract<AnnouncementRoute, { kind: 'item' }>,
  view: View,
  request: AnnouncementRequest,
  refuse: Refuse,
): Answer {
  const keyName = collection === 'healthOverviews' ? 'service' : 'id';
  const entity = listOf(collection, view, request).find(
    (each) => String(each[keyName]).toLowerCase() === key.toLowerCase(),
  );
  if (entity === undefined) return refuse(NOT_FOUND);
  const context = `${contextOf(request, collection)}/$entity`;
  return jsonAnswer(200, { '@odata.context': context, ...entity }, `${collection} ${key}`);
}

/** There is a report once the review is published. */
function reportAnswer(id: string, { announcements }: AnnouncementRules, now: Date, refuse: Refuse): Answer {
  const issue = announcements.issues.find((each) => each.id.toLowerCase() === id.toLowerCase());
  const sighting = issue === undefined ? null : issueSeenAt(issue, now);
  if (sighting?.status !== 'postIncidentReviewPublished') return refuse(NOT_FOUND);
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: `PK\u0003\u0004word/document.xml Post-incident review of ${sighting.issue.id}`,
    note: `report of ${sighting.issue.id}`,
  };
}

function contextOf({ version }: AnnouncementRequest, collection: AnnouncementCollection): string {
  return `https://graph.microsoft.com/${version}/$metadata#admin/serviceAnnouncement/${collection}`;
}

const ROLE_MISSING: GraphError = {
  status: 403,
  code: 'Forbidden',
  message: 'The token has none of the roles that this request needs.',
};

const NOT_FOUND: GraphError = {
  status: 404,
  code: 'NotFound',
  message: 'There is no such announcement for this tenant.',
};

const THROTTLED: GraphError = {
  status: 429,
  code: 'TooManyRequests',
  message: 'This application has sent too many requests to service communications.',
};

const SERVICE_UNAVAILABLE: GraphError = {
  status: 503,
  code: 'ServiceUnavailable',
  message: 'The service is not available at the moment.',
};
