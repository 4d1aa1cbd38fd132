import type { ReachOutcome, ReachStep } from '#mailflow/reach/reach-source.js';

import { networkTrouble } from '../sign-in/network-trouble.js';
import { isProxyRefusal } from '../sign-in/proxy-trouble.js';

type Reason = Extract<ReachOutcome, { kind: 'failed' }>['reason'];

/** Of a name server's answer that there is no such name, or none of this kind; any other is no answer. */
const NO_NAME: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

const REASON_BY_CODE: ReadonlyMap<string, Reason> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'timeout'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EACCES', 'unreachable'],
  ['EPERM', 'unreachable'],
]);

/** What the system's word for a trouble means at this step; what nobody listed is a connection that ended. */
export function reasonOf(code: string, step: ReachStep): Reason {
  if (step === 'resolve') return NO_NAME.has(code) ? 'no-such-name' : 'name-server-silent';
  if (code.startsWith('PROXY_')) return isProxyRefusal(code) ? 'refused' : 'unreachable';
  if (networkTrouble(code) === 'certificate') return 'certificate';
  return REASON_BY_CODE.get(code) ?? 'closed';
}
