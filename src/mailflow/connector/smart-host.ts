/** Where an outbound connector hands mail over: a name, or an address. */
import { normalizeDomain } from '../address/address.js';

/** Without the brackets that some addresses stand in. */
export function bareHost(smartHost: string): string {
  return normalizeDomain(smartHost.replace(/^\[(.*)\]$/, '$1'));
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export function isBareAddress(smartHost: string): boolean {
  const host = bareHost(smartHost);
  return IPV4.test(host) || host.includes(':');
}

/** Whether a name is the host or lies below it. */
export function isAtOrBelow(name: string, host: string): boolean {
  const [inner, outer] = [normalizeDomain(name), normalizeDomain(host)];
  return inner === outer || inner.endsWith(`.${outer}`);
}
