/** Asks DNS what a probe needs to know. Each name is asked for once, however many routes lead over it. */
import { parseIpAddress } from '../dns/ip-address.js';
import type { DnsAnswer, HostAddress, MailDns, MailHostsAnswer } from '../dns/mail-dns.js';
import type { MtaStsAnswer } from '../dns/mta-sts-policy.js';
import type { TlsaRecord } from '../dns/tlsa-record.js';
import type { Hop, LookedUpRoute, MailRoute, RouteHost } from './mail-route.js';
import { SMTP_PORT } from './plan-routes.js';

interface LookUpOptions {
  readonly dns: MailDns;
  readonly signal: AbortSignal;
}

/** Never rejects: what is not to be had is an answer that says so. */
export async function lookUpRoutes(
  routes: readonly MailRoute[],
  options: LookUpOptions,
): Promise<readonly LookedUpRoute[]> {
  const ask = askingOnce(options);
  return Promise.all(routes.map((route) => lookUp(route, ask)));
}

interface Asking {
  readonly addresses: (host: string) => Promise<DnsAnswer<HostAddress>>;
  readonly mailHosts: (domain: string) => Promise<MailHostsAnswer>;
  readonly tlsa: (host: string, port: number) => Promise<DnsAnswer<TlsaRecord>>;
  readonly mtaSts: (domain: string) => Promise<MtaStsAnswer>;
}

function askingOnce({ dns, signal }: LookUpOptions): Asking {
  return {
    addresses: once((host) => dns.addresses(host, signal)),
    mailHosts: once((domain) => dns.mailHosts(domain, signal)),
    tlsa: once((host, port) => dns.tlsa(host, port, signal)),
    mtaSts: once((domain) => dns.mtaSts(domain, signal)),
  };
}

function once<Asked extends readonly (string | number)[], Answer>(
  ask: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>();
  return (...asked) => {
    const key = asked.join(' ');
    const answer = known.get(key) ?? ask(...asked);
    known.set(key, answer);
    return answer;
  };
}

async function lookUp(route: MailRoute, ask: Asking): Promise<LookedUpRoute> {
  const { mxOf } = route;
  const [mailHosts, mtaSts] =
    mxOf === null ? [null, null] : await Promise.all([ask.mailHosts(mxOf), ask.mtaSts(mxOf)]);
  const hosts = mxOf === null || mailHosts === null ? route.hosts : hostsOf(mxOf, mailHosts);
  const hops = await Promise.all(hosts.map((host, index) => lookUpHop(host, index, route, ask)));
  return { route, mailHosts, mtaSts, hops };
}

/** Where there is no MX record, the domain itself is the host (RFC 5321, section 5.1). */
function hostsOf(domain: string, answer: MailHostsAnswer): readonly RouteHost[] {
  if (answer.kind === 'found')
    return answer.records.map(({ host, preference }) => ({ host, port: SMTP_PORT, preference }));
  return answer.kind === 'no-such-record' ? [{ host: domain, port: SMTP_PORT, preference: null }] : [];
}

/** TLSA records of a smart host oblige nobody: Exchange Online heeds them where it goes by MX. */
async function lookUpHop(host: RouteHost, index: number, { role }: MailRoute, ask: Asking): Promise<Hop> {
  const asksTlsa = role !== 'smart-host' && parseIpAddress(host.host) === null;
  const [addresses, tlsa] = await Promise.all([
    ask.addresses(host.host),
    asksTlsa ? ask.tlsa(host.host, host.port) : null,
  ]);
  const hop: Hop = { ...host, order: index + 1, addresses, tlsa, tlsaBase: host.host };
  return asksTlsa ? byEndOfAliases(hop, ask) : hop;
}

/** Where DNSSEC proves the aliases, the host at their end speaks first, and the alias where that one has none (RFC 7672, section 2.2.3). */
async function byEndOfAliases(hop: Hop, ask: Asking): Promise<Hop> {
  const { addresses, port } = hop;
  const end = addresses.kind === 'found' && addresses.isAuthenticated ? addresses.aliases.at(-1) : undefined;
  if (end === undefined) return hop;
  const tlsa = await ask.tlsa(end, port);
  const isAbsent = tlsa.kind === 'no-such-name' || tlsa.kind === 'no-such-record';
  return isAbsent || (tlsa.kind === 'found' && !tlsa.isAuthenticated) ? hop : { ...hop, tlsa, tlsaBase: end };
}
