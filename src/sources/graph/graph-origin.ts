import { Failure } from '#failure.js';

/** The one place that our token may go to. */
export interface GraphOrigin {
  /** As `https://graph.microsoft.com`, without a path. */
  readonly origin: string;
  readonly isSecure: boolean;
}

const WORLDWIDE_GRAPH_URL = 'https://graph.microsoft.com';

/** Everything that we ask stands below this path; a link that leads elsewhere is not ours to follow. */
const API_ROOT = '/v1.0/admin/exchange/tracing/messagetraces';

/** A base address without path. Plain http is for this machine only: a token would cross the network in the clear. */
export function parseGraphUrl(given: string): GraphOrigin {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol)) throw wrongUrl('is not an https address');
  if (url.username !== '' || url.password !== '') throw wrongUrl('must not hold a user or password');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw wrongUrl('must be a base without path');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw wrongUrl('must be https: plain http is for loopback');
  return { origin: url.origin, isSecure: url.protocol === 'https:' };
}

function wrongUrl(why: string): Failure {
  return new Failure('configuration', `The address of Microsoft Graph ${why}.`, {
    remedy: `Set --graph-url (MAILCHECK_GRAPH_URL) to a base such as ${WORLDWIDE_GRAPH_URL} or http://127.0.0.1:8080, or leave it out.`,
  });
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

/** Scheme and authority, and the rest, which is sent as it stands; printable ASCII without `#` and backslash. */
const LINK = /^([a-z]{4,5}:\/\/[a-z0-9.:[\]-]+)(\/[\x21\x22\x24-\x5b\x5d-\x7e]*)$/i;

/**
 * What of a link of the service is to be sent, from its first slash on, or null when it leads away from the API or
 * could be read in two ways: another origin or spelling of it, user info, dot segments, controls, a fragment.
 */
export function ownPath(link: string, own: GraphOrigin): string | null {
  const [, authority = '', rest = ''] = LINK.exec(link) ?? [];
  if (!isOwnAuthority(authority.toLowerCase(), own) || !URL.canParse(link)) return null;
  const path = rest.split('?', 1)[0] ?? '';
  const url = new URL(link);
  return url.origin === own.origin && url.pathname === path && isBelowRoot(path) ? rest : null;
}

/** The port of the scheme may be named. */
function isOwnAuthority(authority: string, own: GraphOrigin): boolean {
  return authority === own.origin || authority === `${own.origin}:${own.isSecure ? '443' : '80'}`;
}

function isBelowRoot(path: string): boolean {
  const lower = path.toLowerCase();
  return lower === API_ROOT || lower.startsWith(`${API_ROOT}/`);
}
