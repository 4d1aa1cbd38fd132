import { normalizeDomain } from '../../address/address.js';

/**
 * Whether one of a certificate's names is what `TlsDomain` of a connector asks for: that name, a wildcard that covers it,
 * or, for `*.contoso.example`, any name below it.
 */
export function bearsDomain(names: readonly string[], domain: string): boolean {
  const wanted = normalizeDomain(domain);
  return names.some((name) => isMeant(normalizeDomain(name), wanted));
}

function isMeant(name: string, wanted: string): boolean {
  if (name === wanted) return true;
  if (wanted.startsWith('*.')) return name.endsWith(wanted.slice(1));
  // A wildcard stands for one label (RFC 6125, section 6.4.3).
  const dot = wanted.indexOf('.');
  return name.startsWith('*.') && dot > 0 && wanted.slice(dot) === name.slice(1);
}
