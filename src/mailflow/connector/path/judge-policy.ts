/** Whether what a mail host showed fits what the owner of the domain demands: MTA-STS (RFC 8461) and DANE (RFC 7672). */
import { normalizeDomain } from '../../address/address.js';
import type { FindingLevel, Gap } from '../../finding.js';
import type { DnsAnswer } from '../dns/mail-dns.js';
import type { MtaStsAnswer, MtaStsPolicy } from '../dns/mta-sts-policy.js';
import type { TlsaRecord } from '../dns/tlsa-record.js';
import type { ChainLink, TlsFacts, TlsSight } from '../probe/tls-facts.js';

/**
 * `none`: no demand. `unproven`: there are records, and no proof of them, so nobody heeds them. `unknown`: it could not be
 * asked. `not-seen`: the probe saw no TLS that could be held against it.
 */
export type PolicyWord = 'pass' | 'fail' | 'none' | 'unproven' | 'unknown' | 'not-seen';

export interface PolicyRemark {
  readonly id: 'mta-sts-host' | 'mta-sts-tls' | 'dane-tls' | 'dane-mismatch';
  readonly level: FindingLevel;
  readonly evidence: string;
}

export interface PolicyJudgement {
  readonly word: PolicyWord;
  readonly remark: PolicyRemark | null;
}

/** Of one host: `level` is that of a host that senders turn away from. */
export function judgeMtaSts(
  answer: MtaStsAnswer,
  { host, tls, level }: { readonly host: string; readonly tls: TlsSight; readonly level: FindingLevel },
): PolicyJudgement {
  if (answer.kind === 'unanswered') return told('unknown');
  if (answer.kind !== 'policy' || answer.policy.mode === 'none') return told('none');
  const { policy } = answer;
  const strictness = policy.mode === 'enforce' ? level : 'warning';
  if (!isListed(host, policy))
    return told('fail', {
      id: 'mta-sts-host',
      level: strictness,
      evidence: `The policy (mode ${policy.mode}) names ${policy.mxPatterns.join(', ')}, not ${host}.`,
    });
  const flaw = flawOf(tls);
  if (flaw === null) return told(tls.kind === 'established' ? 'pass' : 'not-seen');
  return told('fail', {
    id: 'mta-sts-tls',
    level: strictness,
    evidence: `The policy (mode ${policy.mode}) wants a certificate that holds; ${flaw}.`,
  });
}

function told(word: PolicyWord, remark: PolicyRemark | null = null): PolicyJudgement {
  return { word, remark };
}

/** RFC 8461, section 4.1: a wildcard stands for one label. */
export function isListed(host: string, { mxPatterns }: Pick<MtaStsPolicy, 'mxPatterns'>): boolean {
  const name = normalizeDomain(host);
  const parent = name.slice(name.indexOf('.') + 1);
  return mxPatterns
    .map(normalizeDomain)
    .some(
      (pattern) =>
        pattern === name || (pattern.startsWith('*.') && pattern.slice(2) === parent && parent !== name),
    );
}

/** What is wrong with it for a sender that insists; null where nothing is, or where nothing was seen. */
function flawOf(tls: TlsSight): string | null {
  if (tls.kind === 'not-seen') return null;
  if (tls.kind !== 'established') return 'no TLS comes about here';
  const { chainCheck, nameCheck } = tls.facts;
  if (chainCheck.kind !== 'trusted') return `the check of this one ends with ${chainCheck.code}`;
  return nameCheck === 'differs' ? 'this one bears another name' : null;
}

export function judgeDane(
  answer: DnsAnswer<TlsaRecord> | null,
  { tls, level }: { readonly tls: TlsSight; readonly level: FindingLevel },
): PolicyJudgement {
  if (answer === null) return told('none');
  if (answer.kind === 'unanswered' || answer.kind === 'refused') return told('unknown');
  if (answer.kind !== 'found') return told('none');
  if (!answer.isAuthenticated) return told('unproven');
  const usable = answer.records.filter(isUsable);
  if (tls.kind === 'not-seen') return told('not-seen');
  if (tls.kind !== 'established')
    return told('fail', {
      id: 'dane-tls',
      level,
      evidence: 'TLSA records that are proven demand TLS, and none comes about here.',
    });
  // Records of which none can be used demand TLS with any certificate (RFC 7672, section 2.2).
  if (usable.length === 0 || usable.some((record) => isMatched(record, tls.facts))) return told('pass');
  return told('fail', {
    id: 'dane-mismatch',
    level,
    evidence: `None of ${usable.length} TLSA records (${usable.map(shownRecord).slice(0, 3).join('; ')}) fits the certificate that was shown.`,
  });
}

function isUsable({ usage, selector, matchingType }: TlsaRecord): boolean {
  return (usage === 2 || usage === 3) && selector <= 1 && matchingType <= 2;
}

function isMatched(record: TlsaRecord, { certificate, nameCheck }: TlsFacts): boolean {
  const chain = certificate?.chain ?? [];
  if (record.usage === 3) return chain.slice(0, 1).some((link) => isOf(record, link));
  // An authority signs for many, so the name counts (RFC 7672, section 3.2.3).
  return nameCheck === 'matches' && chain.some((link) => isOf(record, link));
}

function isOf(
  { selector, matchingType, association, associationSha256 }: TlsaRecord,
  link: ChainLink,
): boolean {
  const isKey = selector === 1;
  if (matchingType === 2) return association === (isKey ? link.publicKeySha512 : link.certificateSha512);
  const digest = matchingType === 0 ? associationSha256 : association;
  return digest === (isKey ? link.publicKeySha256 : link.certificateSha256);
}

function shownRecord({ usage, selector, matchingType, association }: TlsaRecord): string {
  return `${usage} ${selector} ${matchingType} ${association.slice(0, 16)}…`;
}

/** Policies that senders cannot use, or of which nothing could be learnt: of the whole domain. */
export function mtaStsTrouble(
  answer: MtaStsAnswer | null,
  domain: string,
): { readonly evidence: readonly string[] | null; readonly gap: Gap | null } {
  if (answer?.kind === 'unusable')
    return { evidence: [`Its ${answer.reason} is at fault: ${answer.text}`], gap: null };
  if (answer?.kind !== 'unanswered') return { evidence: null, gap: null };
  const gap: Gap = {
    what: `Whether ${domain} has an MTA-STS policy, and which hosts it names.`,
    reason: 'dns',
    remedy: `The ${answer.part} could not be had (${answer.text}): try again.`,
    retryAfterSeconds: null,
  };
  return { evidence: null, gap };
}
