/** What TLS and the certificate say about a path. Strict where the connector is: what no sender checks breaks nothing. */
import type { FindingLevel } from '../../finding.js';
import { bearsDomain } from './certificate-name.js';
import type { ProbeFindingId } from './probe-notes.js';
import type { ProbePath } from './probe-path.js';
import type { CertificateFacts, TlsFacts, TlsSight } from './tls-facts.js';

/** A finding before it is written out. */
export interface Remark {
  readonly id: ProbeFindingId;
  readonly level: FindingLevel;
  readonly evidence: readonly string[];
  /** Better advice than the usual. */
  readonly remedy?: string;
}

export const SOON_DAYS = 21;
const DAY_MS = 86_400_000;
/** Exchange Online takes none of them. */
const OLD: readonly string[] = ['SSLv3', 'TLSv1', 'TLSv1.1'];

export function remarksOfTls(sight: TlsSight, path: ProbePath, now: Date): readonly Remark[] {
  switch (sight.kind) {
    // The last three are told by the reply, or by what ended the phase.
    case 'not-seen':
    case 'refused':
    case 'injected':
    case 'failed':
      return [];
    case 'not-offered':
      return [notOffered(sight.masked, path)];
    case 'established':
      return [...oldProtocol(sight.facts, path), ...remarksOfCertificate(sight.facts, path, now)];
  }
}

/** Of a fault that keeps TLS from coming about. */
export function tlsLevel({ tls, isNeeded }: ProbePath): FindingLevel {
  return tls.kind !== 'opportunistic' && isNeeded ? 'critical' : 'warning';
}

function notOffered(masked: string | null, path: ProbePath): Remark {
  const level = tlsLevel(path);
  if (masked === null)
    return { id: 'starttls-missing', level, evidence: ['EHLO lists no STARTTLS.', demandText(path)] };
  const evidence = [`EHLO lists ${masked} where STARTTLS would stand.`, demandText(path)];
  return { id: 'starttls-stripped', level, evidence };
}

function demandText({ tls }: ProbePath): string {
  switch (tls.kind) {
    case 'opportunistic':
      return 'Senders that do not insist on TLS send in the clear.';
    case 'encrypted':
      return 'The connector insists on TLS, so mail does not leave.';
    case 'trusted':
      return 'The connector insists on TLS with a trusted certificate, so mail does not leave.';
    case 'named':
      return `The connector insists on TLS with a certificate for ${tls.domain}, so mail does not leave.`;
  }
}

function oldProtocol({ protocol, cipher }: TlsFacts, path: ProbePath): readonly Remark[] {
  if (!OLD.includes(protocol)) return [];
  return [
    {
      id: 'tls-old',
      level: tlsLevel(path),
      evidence: [`The newest that it agrees on is ${protocol} with ${cipher}.`],
    },
  ];
}

function remarksOfCertificate(facts: TlsFacts, path: ProbePath, now: Date): readonly Remark[] {
  const { certificate } = facts;
  const strict = strictLevel(path);
  if (certificate === null)
    return [
      {
        id: 'certificate-missing',
        level: strict ?? 'warning',
        evidence: ['The handshake came about without one.'],
      },
    ];
  return [
    ...remarksOfDates(facts, certificate, strict, now),
    ...remarksOfChain(facts, certificate, strict),
    ...remarksOfName(facts, certificate, path),
    ...remarksOfLetters(certificate),
  ];
}

/** Null where senders take any certificate. */
function strictLevel({ tls, isNeeded }: ProbePath): FindingLevel | null {
  if (tls.kind === 'opportunistic' || tls.kind === 'encrypted') return null;
  return isNeeded ? 'critical' : 'warning';
}

function remarksOfDates(
  { chainCheck }: TlsFacts,
  { validFrom, validTo }: CertificateFacts,
  strict: FindingLevel | null,
  now: Date,
): readonly Remark[] {
  const level = strict ?? 'warning';
  if (validFrom !== null && now < validFrom)
    return [
      {
        id: 'certificate-not-yet-valid',
        level,
        evidence: [`It is valid from ${minuteOf(validFrom)}; here it is ${minuteOf(now)}.`],
      },
    ];
  if (validTo !== null && now > validTo)
    return [
      {
        id: 'certificate-expired',
        level,
        evidence: [`It was valid until ${minuteOf(validTo)}; here it is ${minuteOf(now)}.`],
      },
    ];
  if (chainCheck.kind === 'out-of-date')
    return [
      {
        id: 'certificate-chain-out-of-date',
        level,
        evidence: [`The check of the chain ends with ${chainCheck.code}.`],
      },
    ];
  if (validTo === null || validTo.getTime() - now.getTime() >= SOON_DAYS * DAY_MS) return [];
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS);
  return [
    {
      id: 'certificate-expires-soon',
      level: 'warning',
      evidence: [`It is valid until ${minuteOf(validTo)}: ${daysText(days)} left.`],
    },
  ];
}

function remarksOfChain(
  { chainCheck }: TlsFacts,
  { isSelfSigned, issuer }: CertificateFacts,
  strict: FindingLevel | null,
): readonly Remark[] {
  if (chainCheck.kind !== 'untrusted') return [];
  const id = isSelfSigned ? 'certificate-self-signed' : 'certificate-untrusted';
  const evidence = [`Signed by ${oneLine(issuer)}.`, `The check of the chain ends with ${chainCheck.code}.`];
  return [{ id, level: strict ?? 'info', evidence }];
}

function remarksOfName(
  { nameCheck }: TlsFacts,
  certificate: CertificateFacts,
  path: ProbePath,
): readonly Remark[] {
  if (path.tls.kind === 'named') return remarksOfDomain(certificate, path.tls.domain, path);
  if (nameCheck !== 'differs') return [];
  return [{ id: 'certificate-name', level: 'warning', evidence: [`It is for ${namesText(certificate)}.`] }];
}

/** A connector that names a domain does not care for the name of the host. */
function remarksOfDomain(certificate: CertificateFacts, domain: string, path: ProbePath): readonly Remark[] {
  const { names, nameCount, subject } = certificate;
  if (bearsDomain([...names, ...commonNames(subject)], domain)) return [];
  const evidence = [`It is for ${namesText(certificate)}.`, `The connector asks for ${domain}.`];
  // Among names that were not kept the right one may stand.
  const level = nameCount > names.length ? 'warning' : (strictLevel(path) ?? 'warning');
  return [{ id: 'certificate-name', level, evidence }];
}

function commonNames(subject: string): readonly string[] {
  const lines = subject.split('\n').filter((line) => line.startsWith('CN='));
  return lines.map((line) => line.slice('CN='.length));
}

/** Controls, and letters that cannot be seen. Node spells the plain ones out as `\\1B` where they stand in a subject. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\\(?:[01][0-9A-F]|7F)/u;

/** No authority signs such names: they are meant for whoever reads them. */
function remarksOfLetters({ names, subject, issuer }: CertificateFacts): readonly Remark[] {
  const odd = [...names, ...subject.split('\n'), ...issuer.split('\n')].filter((text) => UNSEEN.test(text));
  if (odd.length === 0) return [];
  return [{ id: 'certificate-odd-name', level: 'warning', evidence: odd.slice(0, SHOWN_NAMES).map(oneLine) }];
}

const SHOWN_NAMES = 5;

function namesText({ names, nameCount, subject }: CertificateFacts): string {
  if (names.length === 0) return oneLine(subject);
  const more = nameCount - Math.min(SHOWN_NAMES, names.length);
  return names.slice(0, SHOWN_NAMES).map(oneLine).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** As a person reads it; the exact instants stand with the certificate. */
function minuteOf(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
