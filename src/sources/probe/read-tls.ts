import { constants, X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';

import type { ChainCheck, TlsFacts } from '#mailflow/connector/probe/tls-facts.js';

import { usualRoots } from '../sign-in/usual-roots.js';
import { certificateFacts, hasSigned, peerChain } from './certificate-facts.js';

/** Whom we believe, and how we shake hands. */
export interface Trust {
  readonly context: tls.SecureContext;
  /** Of all authorities; made when somebody asks, since most probes never do. */
  readonly fingerprints: () => ReadonlySet<string>;
}

/** Takes whatever a server can do, down to TLS 1.0 and weak keys: what is old has to be seen to be told. */
export function openTrust(caPem: string | null): Trust {
  const own = caPem === null ? [] : [caPem];
  let known: ReadonlySet<string> | null = null;
  return {
    context: tls.createSecureContext({
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
      ...(caPem === null ? {} : { ca: [...usualRoots(), caPem] }),
    }),
    fingerprints: () => {
      known ??= new Set([...usualRoots(), ...own].flatMap(certificatesIn).map(fingerprintOf));
      return known;
    },
  };
}

function certificatesIn(pem: string): readonly string[] {
  return pem
    .split(/(?<=-----END CERTIFICATE-----)/)
    .filter((part) => part.includes('-----BEGIN CERTIFICATE-----'));
}

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

/** Of a connection whose handshake is done. */
export function tlsFacts(socket: tls.TLSSocket, name: string | null, trust: Trust): TlsFacts {
  const chain = peerChain(socket);
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    nameCheck: nameCheckOf(chain, name),
    chainCheck: chainCheckOf(socket, chain, trust),
    certificate: certificateFacts(chain),
  };
}

function nameCheckOf([own]: readonly X509Certificate[], name: string | null): TlsFacts['nameCheck'] {
  if (name === null) return 'no-name';
  return own?.checkHost(name, { partialWildcards: false }) === undefined ? 'differs' : 'matches';
}

/** OpenSSL goes through the whole chain and tells the last thing that it did not like: a date hides who signed. */
function chainCheckOf(socket: tls.TLSSocket, chain: readonly X509Certificate[], trust: Trust): ChainCheck {
  if (socket.authorized) return { kind: 'trusted' };
  const code = String(socket.authorizationError);
  if (code !== 'CERT_HAS_EXPIRED' && code !== 'CERT_NOT_YET_VALID') return { kind: 'untrusted', code };
  return leadsToTrust(chain, trust)
    ? { kind: 'out-of-date', code }
    : { kind: 'untrusted', code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' };
}

/** Each signed by the next, and the last one is known here. */
function leadsToTrust(chain: readonly X509Certificate[], trust: Trust): boolean {
  const top = chain.at(-1);
  if (top === undefined || !trust.fingerprints().has(top.fingerprint256)) return false;
  return chain.slice(0, -1).every((one, index) => isSignedBy(one, chain[index + 1]));
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate | undefined): boolean {
  return issuer !== undefined && certificate.checkIssued(issuer) && hasSigned(issuer, certificate);
}
