/** Domains as connectors name them: `contoso.example`, `*.contoso.example`, `*`, and inbound as `smtp:*;1`. */
import { normalizeDomain } from '../address/address.js';

/** Without address type and priority, comparable. */
export function domainPattern(given: string): string {
  return normalizeDomain(given.replace(/^smtp:/i, '').replace(/;\d{1,9}$/, ''));
}

/** Everything there is. */
export function isCatchAll(given: string): boolean {
  return ['*', '--', '*.*'].includes(domainPattern(given));
}

/** `*.contoso.example` is taken to mean `contoso.example` as well: whether it does is written nowhere. */
export function covers(given: string, domain: string): boolean {
  const pattern = domainPattern(given);
  const name = normalizeDomain(domain);
  if (isCatchAll(given) || pattern === name) return true;
  return pattern.startsWith('*.') && (name === pattern.slice(2) || name.endsWith(pattern.slice(1)));
}
