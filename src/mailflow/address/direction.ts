import type { Direction, DirectionBasis, TraceEntry } from '../trace/delivery.js';
import { domainOf } from './address.js';

export interface DirectionFinding {
  readonly direction: Direction;
  /** Null when the source itself said so, and when nothing could be told. */
  readonly basis: DirectionBasis | null;
}

type DirectionFacts = Pick<TraceEntry, 'sender' | 'recipient' | 'fromIp' | 'toIp' | 'directionHint'>;

/**
 * Which way a message went. Our own domains decide, then the source's word, then the addresses' IPs.
 * `ownDomains` holds normalised names; a subdomain is ours only when it is named itself.
 */
export function directionOf(entry: DirectionFacts, ownDomains: ReadonlySet<string> | null): DirectionFinding {
  const byDomains = ownDomains === null ? null : directionByDomains(entry, ownDomains);
  if (byDomains !== null) return { direction: byDomains, basis: 'profile' };
  // "Originating" says outbound of what may be internal, so the hint ranks below our own domains.
  if (entry.directionHint !== null) return { direction: entry.directionHint, basis: null };
  return findingByIps(entry);
}

const INBOUND: DirectionFinding = { direction: 'inbound', basis: 'ip' };
const OUTBOUND: DirectionFinding = { direction: 'outbound', basis: 'ip' };
const UNKNOWN: DirectionFinding = { direction: 'unknown', basis: null };

function directionByDomains(entry: DirectionFacts, ownDomains: ReadonlySet<string>): Direction | null {
  const senderDomain = domainOf(entry.sender);
  // A DSN has no sender: it may be the service's own or a stranger's.
  if (senderDomain === '') return null;
  const fromUs = ownDomains.has(senderDomain);
  const toUs = ownDomains.has(domainOf(entry.recipient));
  if (fromUs) return toUs ? 'internal' : 'outbound';
  return toUs ? 'inbound' : null;
}

/**
 * The service fills in `fromIp` for mail that came from outside and `toIp` for mail that it handed on.
 * Both blank is not taken for internal mail: an outbound message that no server has accepted yet looks the
 * same, and so does every row of an export without these columns. Both filled is mail in transit.
 */
function findingByIps(entry: DirectionFacts): DirectionFinding {
  const from = !isBlank(entry.fromIp);
  const to = !isBlank(entry.toIp);
  if (from === to) return UNKNOWN;
  return from ? INBOUND : OUTBOUND;
}

function isBlank(ip: string | null): boolean {
  return ip === null || ip === '' || ip.trim() === '';
}
