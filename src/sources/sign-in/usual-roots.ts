import * as tls from 'node:tls';

/**
 * All authorities that this Node trusts by itself: the built-in list and, from Node 22.15 on, what NODE_EXTRA_CA_CERTS,
 * `--use-system-ca` and `--use-openssl-ca` add to it or put in its place. A list of our own takes the place of all of
 * these, so it begins with them.
 */
export function usualRoots(): readonly string[] {
  const ask: unknown = Reflect.get(tls, 'getCACertificates');
  const told: unknown = typeof ask === 'function' ? Reflect.apply(ask, tls, ['default']) : null;
  return isTexts(told) && told.length > 0 ? told : tls.rootCertificates;
}

function isTexts(told: unknown): told is readonly string[] {
  return Array.isArray(told) && told.every((pem) => typeof pem === 'string');
}
