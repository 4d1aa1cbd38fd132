/**
 * What DNS says of a route. Absence is a finding where it is proven; no answer is a gap, for a sender would keep the message
 * and ask again; an address that must not be followed is a gap as well, for it may be right for others.
 */
import type { FindingLevel, Gap } from '../../finding.js';
import type { Absent, DnsAnswer, Found, MailHostsAnswer, Unanswered } from '../dns/mail-dns.js';
import type { OwnNetwork } from '../probe/probe-path.js';
import type { Hop } from './mail-route.js';

export interface NameRemark {
  readonly id: 'dns-no-host' | 'dns-alias-loop' | 'dns-disagree' | 'dns-left-out' | 'mx-missing' | 'mx-null';
  readonly level: FindingLevel;
  readonly evidence: string;
}

/** `broken`: there is no such host, as is proven. */
export type NameState = 'known' | 'broken' | 'unknown';

export interface NameJudgement {
  readonly state: NameState;
  readonly remarks: readonly NameRemark[];
  readonly gap: Gap | null;
}

interface NameCircumstances {
  /** Level of a host that is proven not to be there. */
  readonly level: FindingLevel;
  readonly own: OwnNetwork;
}

const KNOWN: NameJudgement = { state: 'known', remarks: [], gap: null };

export function judgeHop({ host, addresses }: Hop, circumstances: NameCircumstances): NameJudgement {
  switch (addresses.kind) {
    case 'found':
      return { ...KNOWN, remarks: remarksOf(host, addresses) };
    case 'no-such-name':
    case 'no-such-record':
      return absent('dns-no-host', absenceText(host, 'address', addresses), addresses, circumstances, host);
    case 'unanswered':
      return unanswered(host, addresses);
    case 'refused':
      return refused(host, addresses, circumstances);
  }
}

/** Of the MX records of a domain, where hosts are not given. */
export function judgeMailHosts(
  domain: string,
  answer: MailHostsAnswer,
  circumstances: NameCircumstances,
): NameJudgement {
  switch (answer.kind) {
    case 'found':
      return { ...KNOWN, remarks: remarksOf(domain, answer) };
    // The domain itself is tried, and judged as a host.
    case 'no-such-record':
      return {
        ...KNOWN,
        remarks: [{ id: 'mx-missing', level: 'warning', evidence: absenceText(domain, 'MX record', answer) }],
      };
    case 'no-such-name':
      return absent('mx-missing', absenceText(domain, 'MX record', answer), answer, circumstances, domain);
    case 'takes-no-mail':
      return {
        state: 'broken',
        remarks: [
          {
            id: 'mx-null',
            level: 'warning',
            evidence: `The MX record of ${domain} says that it takes no mail (RFC 7505).`,
          },
        ],
        gap: null,
      };
    case 'unanswered':
      return unanswered(domain, answer);
    case 'refused':
      return refused(domain, answer, circumstances);
  }
}

function absenceText(name: string, what: string, { kind, witnesses, isAuthenticated }: Absent): string {
  const says = kind === 'no-such-name' ? 'does not exist' : `has no ${what}`;
  const by = witnesses === 1 ? 'one resolver' : `${witnesses} resolvers`;
  return `${name} ${says}, as ${by} ${witnesses === 1 ? 'says' : 'say'}${isAuthenticated ? ', with proof' : ''}.`;
}

/** One resolver alone may be behind, or of a network of its own: that is no proof. */
function absent(
  id: NameRemark['id'],
  evidence: string,
  { witnesses, isAuthenticated }: Absent,
  { level, own }: NameCircumstances,
  name: string,
): NameJudgement {
  if (own.ownNetworkOk === false) return unknown(name, 'own-network', OWN_NETWORK);
  const isProven = witnesses > 1 || isAuthenticated;
  return {
    state: 'broken',
    remarks: [{ id, level: isProven ? level : 'warning', evidence }],
    gap: null,
  };
}

const OWN_NETWORK = 'The network of this machine is at fault, not the path: repair it, then probe again.';

function unanswered(name: string, { reason, text }: Unanswered): NameJudgement {
  switch (reason) {
    case 'no-name-server':
      return unknown(
        name,
        'own-network',
        `This machine has no name server that answers (${text}): repair that, then probe again.`,
      );
    case 'stopped':
      return unknown(name, 'timeout', 'The time was up: probe fewer hosts, or raise --timeout.');
    case 'timeout':
    case 'server-failed':
    case 'server-refused':
    case 'odd-answer':
      return unknown(
        name,
        'dns',
        `No usable answer (${reason}: ${text}): try again, and look whether the name servers of this name answer and its signatures hold.`,
      );
  }
}

function refused(
  name: string,
  { reason, text }: Extract<DnsAnswer<never>, { kind: 'refused' }>,
  { level }: NameCircumstances,
): NameJudgement {
  if (reason === 'barred-address')
    return unknown(
      name,
      'private-address',
      `DNS leads to ${text}, where nobody outside may be sent. If that is a network of yours, add --allow-private.`,
    );
  const id = reason === 'no-host-name' ? 'dns-no-host' : 'dns-alias-loop';
  const evidence = `${name} cannot be followed (${reason}: ${text}).`;
  return { state: 'broken', remarks: [{ id, level, evidence }], gap: null };
}

function unknown(name: string, reason: string, remedy: string): NameJudgement {
  const what = `Where ${name} is, and what it would do with mail.`;
  return { state: 'unknown', remarks: [], gap: { what, reason, remedy, retryAfterSeconds: null } };
}

function remarksOf(name: string, { leftOut, dissent }: Found<unknown>): readonly NameRemark[] {
  const barred = leftOut.filter(({ why }) => why !== 'unanswered');
  const denying = dissent.filter(({ said }) => said === 'no-such-name' || said === 'no-such-record');
  const others = dissent.filter(({ said }) => said === 'other-records');
  return [
    ...(denying.length === 0
      ? []
      : [
          {
            id: 'dns-disagree' as const,
            level: 'warning' as const,
            evidence: `${name} is known to some resolvers only; not to ${denying.map(({ resolver }) => resolver).join(', ')}.`,
          },
        ]),
    ...(others.length === 0
      ? []
      : [
          {
            id: 'dns-disagree' as const,
            level: 'info' as const,
            evidence: `For ${name}, ${others.map(({ resolver, records }) => `${resolver} says ${records.join(', ')}`).join('; ')}.`,
          },
        ]),
    ...(barred.length === 0
      ? []
      : [
          {
            id: 'dns-left-out' as const,
            level: 'info' as const,
            evidence: `Of what DNS says of ${name}, left out: ${barred.map(({ text, range }) => (range === null ? text : `${text} (${range})`)).join(', ')}.`,
          },
        ]),
  ];
}
