/** Holds a domain's mail hosts, by name and by what a probe saw of TLS, against its MTA-STS policy (RFC 8461, section 4). */
import type { FindingLevel, Gap } from '../../finding.js';
import { bearsDomain } from '../probe/certificate-name.js';
import type { TlsSight } from '../probe/tls-facts.js';
import { type DnsJudgement, findingOf, judgementOf, NOT_IN_USE, shown } from './dns-judgement.js';
import type { MtaStsAnswer, MtaStsFault, MtaStsPolicy } from './mta-sts-policy.js';

export interface StsHost {
  /** As the MX record names it. */
  readonly host: string;
  /** Null where it was not probed. */
  readonly tls: TlsSight | null;
}

export interface StsCircumstances {
  readonly domain: string;
  readonly hosts: readonly StsHost[];
  /** Mail depends on the domain. */
  readonly isNeeded: boolean;
}

/** Whether the policy lists the host: by name, or by a wildcard for one label (section 4.1). */
export function isListed({ mxPatterns }: MtaStsPolicy, host: string): boolean {
  return bearsDomain(mxPatterns, host);
}

export function judgeMtaSts(answer: MtaStsAnswer, circumstances: StsCircumstances): DnsJudgement {
  const { domain } = circumstances;
  switch (answer.kind) {
    case 'none':
      return NOT_IN_USE;
    case 'unanswered': {
      const what = `The MTA-STS policy of ${domain}.`;
      const remedy = `Its ${answer.part} could not be asked for, so senders go by what they still know: ask again. Seen: ${shown(answer.text)}.`;
      return judgementOf([], [{ what, reason: 'unreachable', remedy, retryAfterSeconds: null }]);
    }
    case 'unusable': {
      const evidence = [`${FAULT_WORDS[answer.reason]}: ${shown(answer.text)}.`];
      return judgementOf(
        [findingOf({ id: 'mta-sts-unusable', level: 'warning', subject: domain, evidence })],
        [],
      );
    }
    case 'policy':
      return answer.policy.mode === 'none' ? NOT_IN_USE : judgeHosts(answer.policy, circumstances);
  }
}

const FAULT_WORDS: Record<MtaStsFault, string> = {
  record: 'The _mta-sts record',
  'policy-host': 'The host of the policy',
  'policy-certificate': 'The certificate of the host of the policy',
  'policy-status': 'The answer in place of the policy',
  'policy-type': 'The type of the policy, which must be text/plain',
  'policy-too-large': 'The size of the policy',
  'policy-text': 'The text of the policy',
};

function judgeHosts(policy: MtaStsPolicy, { domain, hosts, isNeeded }: StsCircumstances): DnsJudgement {
  const listed = hosts.filter(({ host }) => isListed(policy, host));
  const unlisted = hosts.filter(({ host }) => !isListed(policy, host));
  const seen = listed.flatMap(({ host, tls }) => (isSeen(tls) ? [{ host, fault: tlsFault(tls) }] : []));
  // Where one host holds, mail goes there: late at worst.
  const isOneLeft = seen.some(({ fault }) => fault === null);
  const level = levelOf(policy, isNeeded && !isOneLeft);
  const names = policy.mxPatterns.slice(0, MOST_SHOWN).map(shown).join(', ');
  const strangers = unlisted.map(({ host }) => {
    const evidence = [`The policy of ${domain} (mode ${policy.mode}) lists ${names}.`];
    return findingOf({ id: 'mta-sts-host', level, subject: host, evidence });
  });
  const faulty = seen.flatMap(({ host, fault }) => {
    if (fault === null) return [];
    const evidence = [fault, `The policy of ${domain} is in mode ${policy.mode}.`];
    return [findingOf({ id: 'mta-sts-tls', level, subject: host, evidence })];
  });
  const gaps = listed.filter(({ tls }) => !isSeen(tls)).map(({ host }) => unseen(host, domain));
  return judgementOf([...strangers, ...faulty], gaps);
}

type SeenTls = Exclude<TlsSight, { kind: 'not-seen' }>;

function isSeen(tls: TlsSight | null): tls is SeenTls {
  return tls !== null && tls.kind !== 'not-seen';
}

const MOST_SHOWN = 5;

/** In mode `testing` senders deliver and report. */
function levelOf({ mode }: MtaStsPolicy, isNeeded: boolean): FindingLevel {
  return mode === 'enforce' && isNeeded ? 'critical' : 'warning';
}

function unseen(host: string, domain: string): Gap {
  return {
    what: `Whether ${host} meets the MTA-STS policy of ${domain}.`,
    reason: 'not-probed',
    remedy: 'TLS was not seen: probe up to "tls" where the host can be reached.',
    retryAfterSeconds: null,
  };
}

/** What senders would not accept, in a sentence; null where it holds. */
function tlsFault(tls: SeenTls): string | null {
  switch (tls.kind) {
    case 'not-offered':
      return 'EHLO lists no STARTTLS.';
    case 'refused':
      return 'STARTTLS is refused.';
    case 'injected':
      return 'Unprotected bytes stand behind the reply to STARTTLS.';
    case 'failed':
      return `The handshake ends with ${shown(tls.code)}.`;
    case 'established': {
      const { nameCheck, chainCheck } = tls.facts;
      if (chainCheck.kind !== 'trusted') return `The check of the chain ends with ${shown(chainCheck.code)}.`;
      return nameCheck === 'matches' ? null : 'The certificate bears another name.';
    }
  }
}
