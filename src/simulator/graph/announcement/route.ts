/** The resources of service communications that are simulated: reading only. */
import { decoded } from '../../request-log.js';

export type AnnouncementCollection = 'healthOverviews' | 'issues' | 'messages';

export type AnnouncementRoute =
  | { readonly kind: 'collection'; readonly of: AnnouncementCollection }
  | { readonly kind: 'item'; readonly of: AnnouncementCollection; readonly key: string }
  /** The issues of one service. */
  | { readonly kind: 'service-issues'; readonly service: string }
  | { readonly kind: 'incident-report'; readonly id: string };

const COLLECTION = /^(healthOverviews|issues|messages)(.*)$/su;
/** The key stands behind a slash or in parentheses, as OData allows both. */
const KEY = /^(?:\/([^/(]+)|\('([^']+)'\))(?:\/(.+))?$/su;
const REPORT = /^(?:microsoft\.graph\.|graph\.)?incidentReport(?:\(\))?$/u;

/** `path` is what stands behind `/admin/serviceAnnouncement/`, still percent-encoded; null for what there is not. */
export function announcementRoute(path: string): AnnouncementRoute | null {
  const [, name, rest = ''] = COLLECTION.exec(path) ?? [];
  const collection = COLLECTIONS.find((each) => each === name);
  if (collection === undefined) return null;
  if (rest === '') return { kind: 'collection', of: collection };
  const [, behindSlash, inParentheses, deeper] = KEY.exec(rest) ?? [];
  const key = behindSlash ?? inParentheses;
  if (key === undefined) return null;
  return deeper === undefined
    ? { kind: 'item', of: collection, key: decoded(key) }
    : deeperRoute(collection, decoded(key), deeper);
}

const COLLECTIONS: readonly AnnouncementCollection[] = ['healthOverviews', 'issues', 'messages'];

function deeperRoute(
  collection: AnnouncementCollection,
  key: string,
  deeper: string,
): AnnouncementRoute | null {
  if (collection === 'issues' && REPORT.test(deeper)) return { kind: 'incident-report', id: key };
  return collection === 'healthOverviews' && deeper === 'issues'
    ? { kind: 'service-issues', service: key }
    : null;
}
