import { Resolver } from 'node:dns/promises';

import type { ReachOutcome } from '#mailflow/reach/reach-source.js';

import { errorCode } from '../sign-in/network-trouble.js';
import { type Bounds, OUT_OF_TIME } from './attempt.js';
import { reasonOf } from './reach-reason.js';

interface MailExchanger {
  readonly exchange: string;
  readonly priority: number;
}

/** Asks for the MX records of a domain. Rejects with the code of the name server's answer. */
export type ResolveMx = (domain: string, signal: AbortSignal) => Promise<readonly MailExchanger[]>;

export type MailHosts =
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] }
  | { readonly kind: 'none'; readonly outcome: ReachOutcome };

const MOST_HOSTS = 3;

/** What a name server gives is remote text; the empty name and the dot of RFC 7505 are no hosts either. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/;

/** Where mail for a domain is to be brought, the preferred first: RFC 5321, 5.1. Never rejects. */
export async function mailHostsOf(domain: string, resolveMx: ResolveMx, bounds: Bounds): Promise<MailHosts> {
  const { monotonicMs, deadlineMs, stepMs, signal } = bounds;
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const timer = setTimeout(stop, Math.max(0, Math.min(stepMs.resolve, deadlineMs - monotonicMs())));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return hostsOf(await resolveMx(domain, controller.signal));
  } catch (error) {
    const code = controller.signal.aborted ? OUT_OF_TIME : errorCode(error);
    // No such record and yet a name: then the domain itself is the host.
    return code === 'ENODATA' ? { kind: 'hosts', hosts: [domain] } : unresolved(code);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function hostsOf(records: readonly MailExchanger[]): MailHosts {
  const hosts = records
    .toSorted((a, b) => a.priority - b.priority)
    .map(({ exchange }) => exchange.toLowerCase())
    .filter((host) => HOST_NAME.test(host));
  // RFC 7505: the domain takes no mail at all.
  if (hosts.length === 0) return unresolved('ENODATA');
  return { kind: 'hosts', hosts: [...new Set(hosts)].slice(0, MOST_HOSTS) };
}

function unresolved(code: string): MailHosts {
  const outcome = { kind: 'failed', step: 'resolve', reason: reasonOf(code, 'resolve'), text: code } as const;
  return { kind: 'none', outcome };
}

const TRY_MS = 2000;
const TRIES = 2;

export const askNameServer: ResolveMx = async (domain, signal) => {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await resolver.resolveMx(domain);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
