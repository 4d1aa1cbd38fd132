/** Whether a certificate is one of those that TLSA records name, as RFC 7672, section 3, has it for mail. Hashes only, no network. */
import { bearsDomain } from '../probe/certificate-name.js';
import type { CertificateFacts, ChainLink } from '../probe/tls-facts.js';
import type { TlsaRecord } from './tlsa-record.js';

export type TlsaMatch =
  | { readonly kind: 'matches'; readonly record: TlsaRecord }
  /** `faults`: one sentence for each record. */
  | { readonly kind: 'differs'; readonly faults: readonly string[] }
  /** What would decide it was not to be seen, as an authority that nobody may have sent along. */
  | { readonly kind: 'unknown'; readonly faults: readonly string[] };

export interface TlsaReference {
  /** Names of which the certificate must bear one where an authority is named: the host, and the domain whose mail it takes. */
  readonly names: readonly string[];
  /** The last of the chain is trusted here, and so may come from our own list: a sender sees what the host sends. */
  readonly endsInOwnList: boolean;
  readonly now: Date;
}

const HASH_CHARS: Readonly<Record<number, number>> = { 1: 64, 2: 128 };

/** Usages 0 and 1 lean on authorities that senders of mail do not have (RFC 7672, section 3.1.3). */
export function isUsable({ usage, selector, matchingType, association }: TlsaRecord): boolean {
  if ((usage !== 2 && usage !== 3) || (selector !== 0 && selector !== 1)) return false;
  if (matchingType === 0) return association !== '';
  return association.length === HASH_CHARS[matchingType];
}

/** Of records that are usable; one that matches is enough. */
export function matchTlsa(
  records: readonly TlsaRecord[],
  certificate: CertificateFacts,
  reference: TlsaReference,
): TlsaMatch {
  const verdicts = records.map((record) => verdictOf(record, certificate, reference));
  const matching = records.find((_record, index) => verdicts[index]?.kind === 'good');
  if (matching !== undefined) return { kind: 'matches', record: matching };
  const faults = verdicts.flatMap((verdict, index) => {
    const record = records[index];
    return verdict.kind === 'good' || record === undefined ? [] : [`${tlsaText(record)}: ${verdict.why}.`];
  });
  const isOpen = verdicts.some(({ kind }) => kind === 'open');
  return { kind: isOpen ? 'unknown' : 'differs', faults };
}

const SHOWN_HASH = 16;

const LONGEST_RECORD = 256;

/** As in a zone file, whole where it is a hash. */
export function wholeTlsaText({ usage, selector, matchingType, association }: TlsaRecord): string {
  return `${usage} ${selector} ${matchingType} ${association.slice(0, LONGEST_RECORD)}`;
}

/** As in a zone file, cut. */
export function tlsaText({ usage, selector, matchingType, association }: TlsaRecord): string {
  const more = association.length > SHOWN_HASH ? '…' : '';
  return `${usage} ${selector} ${matchingType} ${association.slice(0, SHOWN_HASH)}${more}`;
}

type RecordVerdict = { readonly kind: 'good' } | { readonly kind: 'bad' | 'open'; readonly why: string };

function verdictOf(
  record: TlsaRecord,
  certificate: CertificateFacts,
  reference: TlsaReference,
): RecordVerdict {
  return record.usage === 3
    ? verdictOfOwn(record, certificate.chain)
    : verdictOfAnchor(record, certificate, reference);
}

/** Name and dates do not count: the record vouches for the key (RFC 7672, section 3.1.1). */
function verdictOfOwn(record: TlsaRecord, [own]: readonly ChainLink[]): RecordVerdict {
  if (own !== undefined && isNamedBy(record, own)) return { kind: 'good' };
  return {
    kind: 'bad',
    why: record.selector === 1 ? 'the host has another key' : 'the host shows another certificate',
  };
}

function verdictOfAnchor(
  record: TlsaRecord,
  certificate: CertificateFacts,
  { names, endsInOwnList, now }: TlsaReference,
): RecordVerdict {
  const { chain, validFrom, validTo } = certificate;
  const at = chain.findIndex((link, index) => index > 0 && isNamedBy(record, link));
  if (at === -1) return missingAnchor(record);
  if (!chain.slice(0, at).every(({ isSignedByNext }) => isSignedByNext))
    return { kind: 'bad', why: 'the authority is sent along and has not signed the certificate' };
  if (validFrom === null || validTo === null || now < validFrom || now > validTo)
    return { kind: 'bad', why: 'the authority is the right one and the certificate is out of date' };
  if (!names.some((name) => bearsDomain(certificate.names, name))) {
    const why = 'the authority is the right one and the certificate bears another name';
    return { kind: certificate.nameCount > certificate.names.length ? 'open' : 'bad', why };
  }
  // Senders keep no list for DANE, so the host must send it (RFC 7672, section 3.1.2).
  if (endsInOwnList && at === chain.length - 1 && record.matchingType !== 0)
    return {
      kind: 'open',
      why: 'the authority is known here, and whether the host sends it along cannot be seen',
    };
  return { kind: 'good' };
}

function missingAnchor({ matchingType }: TlsaRecord): RecordVerdict {
  // A record that holds the authority itself can prove what the server did not send.
  if (matchingType === 0) return { kind: 'open', why: 'the authority is not sent along' };
  return { kind: 'bad', why: 'no such authority is sent along' };
}

function isNamedBy(
  { selector, matchingType, association, associationSha256 }: TlsaRecord,
  link: ChainLink,
): boolean {
  const isKey = selector === 1;
  switch (matchingType) {
    case 0:
      return associationSha256 === (isKey ? link.publicKeySha256 : link.certificateSha256);
    case 1:
      return association === (isKey ? link.publicKeySha256 : link.certificateSha256);
    case 2:
      return association === (isKey ? link.publicKeySha512 : link.certificateSha512);
    default:
      return false;
  }
}
