/** Asks DNS for the mail hosts of the accepted domains: a few rules need them. What it does not tell is our own trouble. */
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { AcceptedDomain } from '#mailflow/connector/connector.js';
import { lookUpMailHosts } from '#mailflow/connector/dns/look-up-mail-hosts.js';
import type { MailHostsAnswer } from '#mailflow/connector/dns/mail-dns.js';
import { hostsIn } from '#mailflow/connector/dns/mail-hosts-by-domain.js';

/** Of one domain: its hosts, or why they are not known. */
export interface DomainMailHosts {
  readonly domain: string;
  /** Names, the preferred first; null when they could not be learnt. */
  readonly hosts: readonly string[] | null;
  /** One word, as `timeout`; null where the hosts are known. */
  readonly reason: string | null;
}

/** Throws only when it is stopped by a person: a set-up can be judged without DNS. */
export async function askMailHosts(
  domains: readonly AcceptedDomain[],
  ports: Ports,
): Promise<readonly DomainMailHosts[]> {
  const names = domains.map(({ name }) => name);
  if (names.length === 0) return [];
  ports.progress('Asking DNS for the mail hosts of the accepted domains');
  const answers = await answersTo(names, ports);
  ports.signal.throwIfAborted();
  return names.flatMap((domain) => {
    const answer = answers.get(domain);
    return answer === undefined ? [] : [told(domain, answer)];
  });
}

async function answersTo(
  names: readonly string[],
  ports: Ports,
): Promise<ReadonlyMap<string, MailHostsAnswer>> {
  try {
    const tools = await ports.paths({ allowPrivate: true, resolvers: [], ports: [], timeoutSeconds: null });
    try {
      return await lookUpMailHosts(names, tools);
    } finally {
      tools.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const answer: MailHostsAnswer = { kind: 'unanswered', reason: 'no-name-server', text: error.message };
    return new Map(names.map((name) => [name, answer]));
  }
}

function told(domain: string, answer: MailHostsAnswer): DomainMailHosts {
  const hosts = hostsIn(answer, domain.toLowerCase());
  const reason = answer.kind === 'unanswered' || answer.kind === 'refused' ? answer.reason : null;
  return { domain, hosts, reason };
}
