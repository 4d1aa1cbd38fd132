import { parseServiceUrl, type ServiceOrigin, type ServiceWords } from '../http/service.js';
import type { GraphArea } from './graph-area.js';

export const GRAPH_WORDS: ServiceWords = {
  name: 'Microsoft Graph',
  urlFlag: '--graph-url',
  urlVariable: 'MAILCHECK_GRAPH_URL',
  exampleUrl: 'https://graph.microsoft.com',
};

export function parseGraphUrl(given: string): ServiceOrigin {
  return parseServiceUrl(given, GRAPH_WORDS);
}

/** Scheme and authority, and the rest, which is sent as it stands; printable ASCII without `#` and backslash. */
const LINK = /^([a-z]{4,5}:\/\/[a-z0-9.:[\]-]+)(\/[\x21\x22\x24-\x5b\x5d-\x7e]*)$/i;

/**
 * What of a link of the service is to be sent, from its first slash on, or null when it leads away from what is asked or
 * could be read in two ways: another origin or spelling of it, user info, dot segments, controls, a fragment.
 */
export function ownPath(link: string, own: ServiceOrigin, { root }: Pick<GraphArea, 'root'>): string | null {
  const [, authority = '', rest = ''] = LINK.exec(link) ?? [];
  if (!isOwnAuthority(authority.toLowerCase(), own) || !URL.canParse(link)) return null;
  const path = rest.split('?', 1)[0] ?? '';
  const url = new URL(link);
  const isOurs = isBelow(root, path) && !UPWARD.test(path);
  return url.origin === own.origin && url.pathname === path && isOurs ? rest : null;
}

/** Dot segments between encoded slashes: they are part of a name here, but a gateway that decodes them would go up by them. */
const UPWARD = /(?:\/|%2f|%5c)(?:\.|%2e){1,2}(?:\/|%2f|%5c|$)/i;

/** The port of the scheme may be named. */
function isOwnAuthority(authority: string, own: ServiceOrigin): boolean {
  return authority === own.origin || authority === `${own.origin}:${own.isSecure ? '443' : '80'}`;
}

function isBelow(root: string, path: string): boolean {
  const lower = path.toLowerCase();
  return lower === root || lower.startsWith(`${root}/`);
}
