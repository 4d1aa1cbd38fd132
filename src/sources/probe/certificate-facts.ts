/** What a certificate says, read without believing it. */
import { createHash, X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

import type { CertificateFacts, ChainLink } from '#mailflow/connector/probe/tls-facts.js';

import { publicKeyInfoOf } from './public-key-info.js';

const MOST_NAMES = 100;
const MOST_LINKS = 10;
const LONGEST_NAME = 253;
const LONGEST_SUBJECT = 500;

/** Null when the server showed none. */
export function certificateFacts(chain: readonly X509Certificate[]): CertificateFacts | null {
  const [own] = chain;
  if (own === undefined) return null;
  const names = dnsNamesOf(own.subjectAltName ?? '');
  return {
    subject: cut(own.subject, LONGEST_SUBJECT),
    issuer: cut(own.issuer, LONGEST_SUBJECT),
    names: names.slice(0, MOST_NAMES).map((name) => cut(name, LONGEST_NAME)),
    nameCount: names.length,
    validFrom: dateOf(own.validFrom),
    validTo: dateOf(own.validTo),
    fingerprint: own.fingerprint256,
    isSelfSigned: own.subject === own.issuer && hasSigned(own, own),
    chain: chain.map((link, index) => linkOf(link, chain[index + 1])),
  };
}

/**
 * The server's certificate first. Node links each one to its issuer, as it was sent or is known here, and one that signed
 * itself to itself. Not by `getPeerX509Certificate`: in Node 20 it answers once, and then there is no certificate any more.
 */
export function peerChain(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  // Not so by its type, but there may be none at all, and the last one may lack its issuer.
  let next: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  while (next?.raw !== undefined && chain.length < MOST_LINKS) {
    const certificate = new X509Certificate(next.raw);
    if (seen.has(certificate.fingerprint256)) break;
    seen.add(certificate.fingerprint256);
    chain.push(certificate);
    next = next.issuerCertificate;
  }
  return chain;
}

/** Not by `checkIssued` alone: that asks whether it should have, and a server's own certificate should not. */
export function hasSigned(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    // A key of a kind that OpenSSL does not know has signed nothing for us.
    return false;
  }
}

function linkOf(certificate: X509Certificate, above: X509Certificate | undefined): ChainLink {
  const { raw, subject } = certificate;
  const publicKey = publicKeyInfoOf(raw);
  return {
    subject: cut(subject, LONGEST_SUBJECT),
    certificateSha256: hash('sha256', raw),
    certificateSha512: hash('sha512', raw),
    publicKeySha256: hash('sha256', publicKey),
    publicKeySha512: hash('sha512', publicKey),
    isSignedByNext: above !== undefined && hasSigned(above, certificate),
  };
}

function hash(algorithm: 'sha256' | 'sha512', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** `DNS:a.example, IP Address:192.0.2.1, DNS:"x, DNS:y"`: Node quotes, as JSON does, what could be taken for more than one. */
export function dnsNamesOf(subjectAltName: string): string[] {
  const entry = /(?:^|, )([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)/y;
  const names: string[] = [];
  for (let found = entry.exec(subjectAltName); found !== null; found = entry.exec(subjectAltName)) {
    const [, kind, value = ''] = found;
    if (kind === 'DNS') names.push(unquoted(value));
  }
  return names;
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    // Node's escapes are not all JSON's. As it stands it matches no name, and can be shown.
    return value;
  }
}

function dateOf(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

function cut(text: string, length: number): string {
  // A short string of its own: a slice would keep the long one.
  return text.length <= length ? text : Buffer.from(text.slice(0, length)).toString();
}
