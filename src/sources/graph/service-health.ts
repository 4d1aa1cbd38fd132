/**
 * Services and their issues: serviceHealth and serviceHealthIssue of Graph v1.0. Words of the service are kept as they
 * came, in either case. https://learn.microsoft.com/graph/api/resources/servicehealthissue
 */
import type { HealthOverview, IssuePost, ServiceIssue } from '#mailflow/health/service-issue.js';

import {
  type Decoder,
  field,
  instant,
  knownInstant,
  nonEmptyText,
  orNull,
  record,
  rowByRow,
  text,
} from '../decode.js';
import { body, booleanOrNull, brokenOf, type Read, readOf, textOrNull } from './announcement.js';
import { percentEncoded } from './message-traces.js';

export const HEALTH_OVERVIEWS_PATH = '/admin/serviceAnnouncement/healthOverviews';
export const ISSUES_PATH = '/admin/serviceAnnouncement/issues';
export const OPEN_ISSUES_FILTER = 'isResolved eq false';

export function issuePath(id: string): string {
  return `${ISSUES_PATH}/${percentEncoded(id)}`;
}

/** A service may have lost its short name or its long one; without both it is none. */
export const decodeOverview: Decoder<HealthOverview> = (value, place) => {
  const row = record(value, place);
  const id = field(row, 'id', textOrNull, place) ?? '';
  const service = field(row, 'service', id === '' ? nonEmptyText : textOrNull, place) ?? '';
  const status = field(row, 'status', text, place);
  return { id: id === '' ? service : id, service: service === '' ? id : service, status };
};

/**
 * What names an issue and says of which kind it is must be there: without it nobody could judge it. A post that cannot be
 * read is left out of it, and told.
 */
export const decodeIssue: Decoder<Read<ServiceIssue>> = (value, place) => {
  const row = record(value, place);
  const rows = field(row, 'posts', orNull(rowByRow(decodePost)), place) ?? [];
  const posts = readOf(rows);
  const modifiedAt = field(row, 'lastModifiedDateTime', knownInstant, place);
  const startedAt = field(row, 'startDateTime', knownInstant, place) ?? firstOf(posts) ?? modifiedAt;
  const issue: ServiceIssue = {
    id: field(row, 'id', nonEmptyText, place),
    title: field(row, 'title', textOrNull, place) ?? '',
    service: field(row, 'service', text, place),
    feature: field(row, 'feature', textOrNull, place),
    featureGroup: field(row, 'featureGroup', textOrNull, place),
    classification: field(row, 'classification', text, place),
    origin: field(row, 'origin', textOrNull, place),
    status: field(row, 'status', text, place),
    isResolved: field(row, 'isResolved', booleanOrNull, place),
    // No instant at all: the place is named.
    startedAt: startedAt ?? field({}, 'startDateTime', instant, place),
    endedAt: field(row, 'endDateTime', knownInstant, place),
    modifiedAt,
    impact: field(row, 'impactDescription', textOrNull, place),
    highImpact: field(row, 'highImpact', booleanOrNull, place),
    posts,
  };
  return { value: issue, broken: brokenOf(rows) };
};

/** An impact is there before anybody writes of it, so its beginning is at latest the first post. */
function firstOf(posts: readonly IssuePost[]): Date | null {
  const [first] = posts.map(({ at }) => at).toSorted((a, b) => a.getTime() - b.getTime());
  return first ?? null;
}

const decodePost: Decoder<IssuePost> = (value, place) => {
  const post = record(value, place);
  return {
    at: field(post, 'createdDateTime', instant, place),
    kind: field(post, 'postType', textOrNull, place) ?? '',
    ...field(post, 'description', body, place),
  };
};
