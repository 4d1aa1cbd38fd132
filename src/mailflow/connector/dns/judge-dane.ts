/**
 * Holds what a probe saw of TLS against a host's TLSA records (RFC 7672). Records that nobody proved oblige nobody, and an
 * answer that does not come is not their absence: senders that honour DANE then put mail off.
 */
import type { FindingLevel, Gap } from '../../finding.js';
import type { TlsSight } from '../probe/tls-facts.js';
import { type DnsJudgement, findingOf, judgementOf, NOT_IN_USE, shown } from './dns-judgement.js';
import { gapOf } from './judge-names.js';
import type { DnsAnswer } from './mail-dns.js';
import { isUsable, matchTlsa, tlsaText } from './match-tlsa.js';
import type { TlsaRecord } from './tlsa-record.js';

export interface DaneCircumstances {
  /** As findings name it: `mail.contoso.example [192.0.2.25]:25`. */
  readonly subject: string;
  /** Names that it goes by, of which an authority's certificate must bear one. */
  readonly hosts: readonly string[];
  /** Whose mail it takes; null where that is not known. */
  readonly domain: string | null;
  /** DNSSEC proves as well that mail for the domain goes to this host: without that, few senders insist. */
  readonly isWayAuthenticated: boolean;
  readonly isNeeded: boolean;
  readonly now: Date;
}

export function judgeDane(
  answer: DnsAnswer<TlsaRecord>,
  tls: TlsSight,
  circumstances: DaneCircumstances,
): DnsJudgement {
  const what = whatOf(circumstances);
  switch (answer.kind) {
    case 'no-such-name':
    case 'no-such-record':
      return NOT_IN_USE;
    case 'unanswered':
      return judgementOf([], [gapOf(answer, what)]);
    case 'refused':
      return judgementOf(
        [],
        [gap(what, 'protocol', `The TLSA records cannot be followed: ${shown(answer.text)}.`)],
      );
    case 'found':
      return answer.isAuthenticated
        ? judgeRecords(answer.records, tls, circumstances)
        : judgementOf([], [gap(what, 'not-authenticated', NOT_AUTHENTICATED)]);
  }
}

const NOT_AUTHENTICATED =
  'There are TLSA records, and nobody proved them by DNSSEC: name a resolver that validates with --resolver; if it does not prove them either, sign the zone, for senders pass over them until then.';

function judgeRecords(
  records: readonly TlsaRecord[],
  tls: TlsSight,
  circumstances: DaneCircumstances,
): DnsJudgement {
  const { subject } = circumstances;
  const what = whatOf(circumstances);
  const usable = records.filter(isUsable);
  const listed = records.slice(0, MOST_SHOWN).map(tlsaText);
  if (tls.kind === 'not-seen')
    return judgementOf(
      [],
      [gap(what, 'not-probed', 'TLS was not seen: probe up to "tls" where the host can be reached.')],
    );
  if (tls.kind !== 'established') {
    const evidence = [`TLSA: ${listed.join('; ')}.`, NO_TLS[tls.kind]];
    return judgementOf(
      [findingOf({ id: 'dane-no-tls', level: levelOf(circumstances), subject, evidence })],
      [],
    );
  }
  if (usable.length === 0) {
    const evidence = listed.map((text) => `TLSA: ${text}.`);
    return judgementOf([findingOf({ id: 'dane-unusable', level: 'warning', subject, evidence })], []);
  }
  const { certificate } = tls.facts;
  if (certificate === null) return mismatch(['The host shows no certificate.'], circumstances);
  const { hosts, domain, now } = circumstances;
  const match = matchTlsa(usable, certificate, {
    names: domain === null ? hosts : [...hosts, domain],
    endsInOwnList: tls.facts.chainCheck.kind !== 'untrusted',
    now,
  });
  switch (match.kind) {
    case 'matches':
      return judgementOf([], []);
    case 'differs':
      return mismatch(match.faults.slice(0, MOST_SHOWN), circumstances);
    case 'unknown': {
      const seen = match.faults.slice(0, MOST_SHOWN).join(' ');
      return judgementOf([], [gap(what, 'not-seen', `${UNSEEN} Seen: ${seen}`)]);
    }
  }
}

const UNSEEN =
  'Publish "3 1 1" for the key of the host, which needs no authority, or look with openssl s_client -dane_tlsa_rrdata.';

const MOST_SHOWN = 5;

const NO_TLS: Record<Exclude<TlsSight['kind'], 'not-seen' | 'established'>, string> = {
  'not-offered': 'EHLO lists no STARTTLS.',
  refused: 'STARTTLS is refused.',
  injected: 'Unprotected bytes stand behind the reply to STARTTLS.',
  failed: 'The handshake does not come about.',
};

function mismatch(evidence: readonly string[], circumstances: DaneCircumstances): DnsJudgement {
  const { subject } = circumstances;
  return judgementOf(
    [findingOf({ id: 'dane-mismatch', level: levelOf(circumstances), subject, evidence })],
    [],
  );
}

/** Senders that honour DANE, Exchange Online among them, do not deliver. */
function levelOf({ isNeeded, isWayAuthenticated }: DaneCircumstances): FindingLevel {
  return isNeeded && isWayAuthenticated ? 'critical' : 'warning';
}

function whatOf({ subject }: DaneCircumstances): string {
  return `Whether ${subject} shows the certificate that its TLSA records name.`;
}

function gap(what: string, reason: string, remedy: string): Gap {
  return { what, reason, remedy, retryAfterSeconds: null };
}
