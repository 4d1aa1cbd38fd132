/** The few resources of Graph that are simulated. */
import { decoded } from '../request-log.js';
import type { AnnouncementRoute } from './announcement/route.js';
import { announcementRoute } from './announcement/route.js';

export type Version = 'v1.0' | 'beta';

export type Route =
  | { readonly kind: 'list'; readonly version: Version }
  | { readonly kind: 'details'; readonly version: Version; readonly id: string; readonly recipient: string }
  | { readonly kind: 'announcement'; readonly version: Version; readonly route: AnnouncementRoute }
  | { readonly kind: 'unknown'; readonly segment: string };

const TRACES = /^\/(v1\.0|beta)\/admin\/exchange\/tracing\/messageTraces(.*)$/u;
const ANNOUNCEMENTS = /^\/(v1\.0|beta)\/admin\/serviceAnnouncement\/(.+)$/u;
const FUNCTION = /^(?:microsoft\.graph\.|graph\.)?getDetailsByRecipient\(recipientAddress='(.*)'\)$/su;

/** `path` is still percent-encoded. The key may stand behind a slash or in parentheses, as OData allows both. */
export function routeOf(method: string, path: string): Route {
  const unknown: Route = { kind: 'unknown', segment: decoded(path.slice(path.lastIndexOf('/') + 1)) };
  if (method !== 'GET') return unknown;
  return traceRoute(path) ?? newsRoute(path) ?? unknown;
}

/** Whether the request is one for service communications, known or not. */
export function asksForAnnouncements(path: string): boolean {
  return ANNOUNCEMENTS.test(path);
}

function traceRoute(path: string): Route | null {
  const [, version, rest = ''] = TRACES.exec(path) ?? [];
  if (version === undefined) return null;
  const known = versionOf(version);
  return rest === '' ? { kind: 'list', version: known } : detailRoute(decoded(rest), known);
}

function newsRoute(path: string): Route | null {
  const [, version = '', rest = ''] = ANNOUNCEMENTS.exec(path) ?? [];
  const route = announcementRoute(rest);
  return route === null ? null : { kind: 'announcement', version: versionOf(version), route };
}

function versionOf(text: string): Version {
  return text === 'beta' ? 'beta' : 'v1.0';
}

function detailRoute(rest: string, version: Version): Route | null {
  const [, id, call = ''] = /^(?:\/([^/(]+)|\('[^']+'\))\/(.+)$/su.exec(rest) ?? [];
  const recipient = FUNCTION.exec(call)?.[1];
  const key = id ?? /^\('([^']+)'\)/u.exec(rest)?.[1];
  if (recipient === undefined || key === undefined || !quotesAreDoubled(recipient)) return null;
  return { kind: 'details', version, id: key, recipient: recipient.replaceAll("''", "'") };
}

function quotesAreDoubled(text: string): boolean {
  return !text.replaceAll("''", '').includes("'");
}
