/** What DNS says of a route's names, seen from this machine: its own trouble, and its own view of a name, prove nothing. */
import type { Finding, Gap } from '../../finding.js';
import { type DnsJudgement, judgementOf, shown } from '../dns/dns-judgement.js';
import { judgeAddresses, judgeMailHosts } from '../dns/judge-names.js';
import type { DnsAnswer, MailHostsAnswer } from '../dns/mail-dns.js';
import type { OwnNetwork } from '../probe/probe-path.js';
import type { Hop } from './mail-route.js';
import { PATH_NOTES } from './path-notes.js';

interface NameContext {
  readonly isNeeded: boolean;
  readonly own: OwnNetwork;
}

interface HopContext extends NameContext {
  /** An MX record names it. */
  readonly isOfMx: boolean;
}

export function judgeHop(
  { host, addresses }: Pick<Hop, 'host' | 'addresses'>,
  { isNeeded, isOfMx, own }: HopContext,
): DnsJudgement {
  if (isOwnTrouble(addresses, own)) return ownTrouble(host);
  const judgement = judgeAddresses(addresses, { subject: host, isNeeded: isNeeded && !isInside(addresses) });
  if (isOfMx && addresses.kind === 'found')
    return judgementOf([...judgement.findings, ...aliasAt(host, addresses.aliases)], judgement.gaps);
  if (addresses.kind !== 'refused' || !isInside(addresses)) return judgement;
  return judgementOf(judgement.findings, [insideGap(host, addresses.text)]);
}

function aliasAt(host: string, aliases: readonly string[]): readonly Finding[] {
  if (aliases.length === 0) return [];
  const evidence = [`It stands for ${aliases.map(shown).join(', then ')}.`];
  const note = PATH_NOTES['mail-host-alias'];
  return [{ id: 'path-mail-host-alias', level: 'info', ...note, subject: host, evidence, source: 'dns' }];
}

export function judgeMx(
  domain: string,
  answer: MailHostsAnswer,
  { isNeeded, own }: NameContext,
): DnsJudgement {
  if (isOwnTrouble(answer, own)) return ownTrouble(domain);
  return judgeMailHosts(answer, { subject: domain, isNeeded });
}

/** Inside, a name may lead elsewhere than outside, where Exchange Online asks for it. */
function isInside(answer: DnsAnswer<unknown>): boolean {
  return answer.kind === 'refused' && answer.reason === 'barred-address';
}

function isOwnTrouble({ kind }: Pick<MailHostsAnswer, 'kind'>, { ownNetworkOk }: OwnNetwork): boolean {
  return ownNetworkOk === false && kind !== 'found' && kind !== 'refused';
}

function ownTrouble(name: string): DnsJudgement {
  return judgementOf(
    [],
    [
      gap(
        name,
        'own-network',
        'The network of this machine is at fault, not the path: repair it, then probe again.',
      ),
    ],
  );
}

function insideGap(host: string, text: string): Gap {
  const remedy = `Our DNS leads to ${shown(text)}. If that is a network of yours, add --allow-private; what the world outside is told, a resolver outside knows (--resolver).`;
  return gap(host, 'private-address', remedy);
}

function gap(name: string, reason: string, remedy: string): Gap {
  return {
    what: `Where ${name} is, and what it would do with mail`,
    reason,
    remedy,
    retryAfterSeconds: null,
  };
}
