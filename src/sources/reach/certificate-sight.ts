import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { rootCertificates } from 'node:tls';

import type { CertificateSight } from '#mailflow/doctor/doctor-evidence.js';

/** Longer chains do not come from anybody who wants to be trusted. */
const LONGEST_CHAIN = 10;

/** Who vouches for the certificate that was shown; null where none was. Nothing is verified here but whose word it is. */
export function certificateSight(socket: TLSSocket): CertificateSight | null {
  const shown = socket.getPeerCertificate(true);
  // An empty object stands for none.
  if (!('raw' in shown)) return null;
  const top = topOf(shown);
  const last = new X509Certificate(top.raw);
  return {
    authority: nameOf(top),
    isPublic: rootCertificates.some((pem) => isVouchedBy(last, pem)),
    validUntil: instantOf(shown.valid_to),
  };
}

function topOf(shown: DetailedPeerCertificate): DetailedPeerCertificate {
  let top = shown;
  for (let steps = 0; steps < LONGEST_CHAIN && !isOwnIssuer(top); steps += 1) top = top.issuerCertificate;
  return top;
}

/** A chain ends with one that signed itself, or where no more was sent. */
function isOwnIssuer({ issuerCertificate, fingerprint256 }: Partial<DetailedPeerCertificate>): boolean {
  return issuerCertificate === undefined || issuerCertificate.fingerprint256 === fingerprint256;
}

function isVouchedBy(last: X509Certificate, pem: string): boolean {
  const root = new X509Certificate(pem);
  if (root.fingerprint256 === last.fingerprint256) return true;
  return last.checkIssued(root) && last.verify(root.publicKey);
}

/** As a person reads it: the name, and who has it. */
function nameOf({ issuer }: DetailedPeerCertificate): string {
  const [name, organisation] = [textOf(issuer.CN), textOf(issuer.O)];
  if (name === '') return organisation === '' ? 'nobody by name' : organisation;
  return organisation === '' || organisation === name ? name : `${name} (${organisation})`;
}

/** A part that is there twice comes as a list. */
function textOf(part: string | readonly string[] | undefined): string {
  if (part === undefined) return '';
  return typeof part === 'string' ? part : part.join(', ');
}

function instantOf(text: string): Date | null {
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
