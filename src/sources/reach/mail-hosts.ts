import type { MailDns, MailHostsAnswer } from '#mailflow/connector/dns/mail-dns.js';
import { hostsIn } from '#mailflow/connector/dns/mail-hosts-by-domain.js';
import type { ReachOutcome } from '#mailflow/reach/reach-source.js';

import { type Bounds, OUT_OF_TIME } from './attempt.js';

export type MailHosts =
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] }
  | { readonly kind: 'none'; readonly outcome: ReachOutcome };

const MOST_HOSTS = 3;

/** Where mail for a domain is to be brought, the preferred first: RFC 5321, 5.1. Never rejects. */
export async function mailHostsOf(
  domain: string,
  ask: MailDns['mailHosts'],
  { monotonicMs, deadlineMs, stepMs, signal }: Bounds,
): Promise<MailHosts> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const timer = setTimeout(stop, Math.max(0, Math.min(stepMs.resolve, deadlineMs - monotonicMs())));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return hostsOf(await ask(domain, controller.signal), domain);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function hostsOf(answer: MailHostsAnswer, domain: string): MailHosts {
  if (answer.kind === 'unanswered') {
    const text = answer.reason === 'stopped' ? OUT_OF_TIME : answer.reason;
    return unresolved('name-server-silent', text);
  }
  const [first, ...others] = new Set(hostsIn(answer, domain));
  if (first === undefined) return unresolved('no-such-name', answer.kind);
  return { kind: 'hosts', hosts: [first, ...others].slice(0, MOST_HOSTS) };
}

function unresolved(reason: 'no-such-name' | 'name-server-silent', text: string): MailHosts {
  return { kind: 'none', outcome: { kind: 'failed', step: 'resolve', reason, text } };
}
