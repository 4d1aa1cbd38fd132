/**
 * DNS as far as mail needs it. Asks every resolver that it knows for the same, absolute name, and lets the domain say what
 * they agree on. Knows names, addresses and policies; never connects to a mail host.
 */
import { agree, type Heard, type Hearing } from '#mailflow/connector/dns/agree.js';
import { barringRange } from '#mailflow/connector/dns/guard-address.js';
import { parseIpAddress } from '#mailflow/connector/dns/ip-address.js';
import type {
  Barred,
  DnsAnswer,
  Found,
  HostAddress,
  LeftOut,
  MailDns,
  MailHost,
  MailHostsAnswer,
} from '#mailflow/connector/dns/mail-dns.js';

import { proxyFor } from '../sign-in/proxy.js';
import type { EnvironmentVariables } from '../sign-in/token-source.js';
import { askResolver, rcodeOf } from './ask-resolver.js';
import { DNS_CLOCK, type DnsClock } from './dns-clock.js';
import { hostNameOf } from './host-name.js';
import type { DnsQuestion, RecordType } from './message.js';
import { fetchPolicy, type PolicyDetour } from './mta-sts.js';
import {
  aliasesIn,
  barredWords,
  followAliases,
  MOST_ALIASES,
  readAnswer,
  type ReadRecord,
} from './read-answer.js';
import { type MailExchanger, readMailExchanger, readText, readTlsa, readV4, readV6 } from './records.js';
import { namedResolvers, type Resolver, systemResolvers } from './resolver.js';

export interface MailDnsOptions {
  /** Addresses of resolvers; empty for those of this machine. */
  readonly resolvers: readonly string[];
  /** Hosts in our own networks may be reached. */
  readonly allowPrivate: boolean;
  /** One more certificate authority to trust, PEM, for the host of a policy. */
  readonly caPem: string | null;
  /** Read for proxies. */
  readonly env: EnvironmentVariables;
  readonly clock?: DnsClock;
  /** As the system lists them. */
  readonly systemServers?: readonly string[];
  /** Of the web server that holds policies. */
  readonly policyPort?: number;
  /** Where to connect in place of that web server. */
  readonly policyDetour?: PolicyDetour | null;
}

const MOST_ADDRESSES = 16;
const MOST_MAIL_HOSTS = 20;

/** Throws a Failure when a resolver is no address or the proxy of the environment is none; asks nothing yet. */
export function openMailDns(options: MailDnsOptions): MailDns {
  const { resolvers: given, allowPrivate, clock = DNS_CLOCK, caPem, env } = options;
  const { policyPort: port = 443, policyDetour: detour = null } = options;
  proxyFor('https://mta-sts.contoso.example', env);
  const resolvers = given.length > 0 ? namedResolvers(given) : systemResolvers(options.systemServers);
  const trusted = resolvers.filter(({ isTrusted }) => isTrusted);
  const asked: Asked = { resolvers, clock };

  const addresses: MailDns['addresses'] = async (host, signal) => {
    if (parseIpAddress(host) !== null) return checked(literal(host), allowPrivate);
    const name = hostNameOf(host);
    if (name === null) return noName(host);
    const hearings = await everyResolver(asked, async (resolver) => {
      const one = { clock, resolver, signal };
      const [v4, v6] = await Promise.all([
        hear({ name, type: 'A' }, readV4, one),
        hear({ name, type: 'AAAA' }, readV6, one),
      ]);
      return eitherFamily(v4, v6);
    });
    return checked(agree(hearings, { textOf: ({ address }) => address, sameWhen: 'some' }), allowPrivate);
  };

  const texts = async (name: string, signal: AbortSignal): Promise<DnsAnswer<string>> => {
    const hearings = await ask({ name, type: 'TXT' }, readText, { ...asked, signal });
    return agree(hearings, { textOf: (text) => text.slice(0, SHOWN_CHARS), sameWhen: 'all' });
  };

  return {
    addresses,

    mailHosts: async (domain, signal) => {
      const name = hostNameOf(domain);
      if (name === null) return noName(domain);
      const hearings = await ask({ name, type: 'MX' }, readMailExchanger, { ...asked, signal });
      const textOf = ({ preference, exchange }: MailExchanger): string => `${preference} ${exchange}`;
      return hostsOf(agree(hearings, { textOf, sameWhen: 'all' }));
    },

    tlsa: async (host, port, signal) => {
      const name = hostNameOf(`_${port}._tcp.${host}`);
      if (name === null) return noName(host);
      // Who cannot say whether it is authentic is asked only where nobody can.
      const witnesses = trusted.length > 0 ? trusted : resolvers;
      const hearings = await ask({ name, type: 'TLSA' }, readTlsa, { clock, resolvers: witnesses, signal });
      return agree(hearings, {
        textOf: ({ usage, selector, matchingType, association }) =>
          `${usage} ${selector} ${matchingType} ${association.slice(0, SHOWN_CHARS)}`,
        sameWhen: 'all',
      });
    },

    mtaSts: (domain, signal) => fetchPolicy(domain, signal, { texts, addresses, caPem, env, port, detour }),
  };
}

const SHOWN_CHARS = 200;

interface Asked {
  readonly resolvers: readonly Resolver[];
  readonly clock: DnsClock;
}

interface AskedOne {
  readonly resolver: Resolver;
  readonly clock: DnsClock;
  readonly signal: AbortSignal;
}

function everyResolver<Row>(
  { resolvers }: Asked,
  hearOne: (resolver: Resolver) => Promise<Heard<Row>>,
): Promise<readonly Hearing<Row>[]> {
  return Promise.all(
    resolvers.map(async (resolver) => ({ resolver: resolver.address, heard: await hearOne(resolver) })),
  );
}

function ask<Row>(
  question: DnsQuestion,
  read: ReadRecord<Row>,
  asked: Asked & { readonly signal: AbortSignal },
): Promise<readonly Hearing<Row>[]> {
  const { clock, signal } = asked;
  return everyResolver(asked, (resolver) => hear(question, read, { clock, resolver, signal }));
}

async function hear<Row>(question: DnsQuestion, read: ReadRecord<Row>, asked: AskedOne): Promise<Heard<Row>> {
  const { isTrusted } = asked.resolver;
  const plainly = async (): Promise<Heard<Row>> =>
    readAnswer(await askResolver(question, asked), question, { isTrusted, read });
  const heard = await plainly();
  // Resolvers that are led in a circle, or that do not believe what they hear, say no more than that they failed.
  if (!hasFailed(heard)) return heard;
  const circle = await circleFrom(question.name, asked);
  if (circle !== null) return circle;
  const unchecked = await askResolver(question, asked, { unchecked: true });
  if (unchecked.kind === 'unanswered' || !ANSWERS.includes(rcodeOf(unchecked.message))) return heard;
  // It may have come to itself in between.
  const again = await plainly();
  if (!hasFailed(again)) return again;
  const text = 'SERVFAIL; where signatures need not hold it has an answer';
  return { kind: 'unanswered', reason: 'dnssec-failed', text };
}

const ANSWERS: readonly string[] = ['NOERROR', 'NXDOMAIN'];

function hasFailed(heard: Heard<unknown>): boolean {
  return heard.kind === 'unanswered' && heard.reason === 'server-failed';
}

/** Follows aliases one by one; null when that is no reason for a failure. */
async function circleFrom(from: string, asked: AskedOne): Promise<Barred | null> {
  const targets = new Map<string, string>();
  for (let name = from; targets.size <= MOST_ALIASES;) {
    const type: RecordType = 'CNAME';
    const reply = await askResolver({ name, type }, asked);
    if (reply.kind === 'unanswered') return null;
    const target = aliasesIn(reply.message.answers ?? []).get(name);
    if (target === undefined || hostNameOf(target) === null) return null;
    targets.set(name, target);
    const way = followAliases(from, targets);
    if (way.kind !== 'end') return { kind: 'refused', ...barredWords(way) };
    name = target;
  }
  return null;
}

/** What of two questions for one host comes out. */
function eitherFamily(v4: Heard<HostAddress>, v6: Heard<HostAddress>): Heard<HostAddress> {
  const both = [v4, v6];
  const found = both.filter((heard) => heard.kind === 'found');
  const [first] = found;
  if (first !== undefined) return inOne(first, found, leftOutOf(v4, v6));
  return (
    both.find(({ kind }) => kind === 'refused') ??
    both.find(({ kind }) => kind === 'unanswered') ??
    both.find(({ kind }) => kind === 'no-such-name') ??
    v4
  );
}

type FoundAddresses = Omit<Found<HostAddress>, 'dissent'>;

function inOne(
  first: FoundAddresses,
  found: readonly FoundAddresses[],
  leftOut: readonly LeftOut[],
): FoundAddresses {
  const times = found.flatMap(({ ttlSeconds }) => (ttlSeconds === null ? [] : [ttlSeconds]));
  return {
    kind: 'found',
    records: found.flatMap(({ records }) => records),
    ttlSeconds: times.length === 0 ? null : Math.min(...times),
    isAuthenticated: found.every(({ isAuthenticated }) => isAuthenticated),
    aliases: first.aliases,
    leftOut,
  };
}

function leftOutOf(v4: Heard<HostAddress>, v6: Heard<HostAddress>): readonly LeftOut[] {
  const kinds = [
    ['A', v4],
    ['AAAA', v6],
  ] as const;
  return kinds.flatMap(([type, heard]): readonly LeftOut[] =>
    heard.kind === 'unanswered' ? [{ text: `${type}: ${heard.reason}`, why: 'unanswered', range: null }] : [],
  );
}

function literal(address: string): DnsAnswer<HostAddress> {
  const family = address.includes(':') ? 6 : 4;
  return { ...NOTHING_MORE, kind: 'found', records: [{ address, family }] };
}

const NOTHING_MORE = {
  ttlSeconds: null,
  isAuthenticated: false,
  aliases: [],
  leftOut: [],
  dissent: [],
} as const;

/** Only addresses that may be connected to leave this room. */
function checked(answer: DnsAnswer<HostAddress>, allowPrivate: boolean): DnsAnswer<HostAddress> {
  if (answer.kind !== 'found') return answer;
  const judged = answer.records.map((record) => ({
    record,
    range: barringRange(record.address, { allowPrivate }),
  }));
  const barred = judged.flatMap(({ record: { address }, range }): readonly LeftOut[] =>
    range === null ? [] : [{ text: address, why: 'barred-address', range: range.kind }],
  );
  const good = judged.filter(({ range }) => range === null).map(({ record }) => record);
  if (good.length === 0) {
    const text = barred.map(({ text: address, range }) => `${address} (${range ?? ''})`).join(', ');
    return { kind: 'refused', reason: 'barred-address', text };
  }
  const leftOut = [...answer.leftOut, ...barred, ...beyond(good.length, MOST_ADDRESSES)];
  return { ...answer, records: good.slice(0, MOST_ADDRESSES), leftOut };
}

function hostsOf(answer: DnsAnswer<MailExchanger>): MailHostsAnswer {
  if (answer.kind !== 'found') return answer;
  const { records, isAuthenticated } = answer;
  if (records.every(({ exchange }) => exchange === '')) return { kind: 'takes-no-mail', isAuthenticated };
  const hosts: MailHost[] = [];
  const odd: LeftOut[] = [];
  for (const { exchange, preference } of records.toSorted((a, b) => a.preference - b.preference)) {
    const host = hostNameOf(exchange);
    if (host !== null) hosts.push({ host, preference });
    else odd.push({ text: exchange.slice(0, SHOWN_CHARS), why: 'no-host-name', range: null });
  }
  if (hosts.length === 0) return noName(odd.map(({ text }) => text).join(', '));
  const kept = hosts.slice(0, MOST_MAIL_HOSTS);
  const leftOut = [...odd.slice(0, MOST_MAIL_HOSTS), ...beyond(hosts.length, MOST_MAIL_HOSTS)];
  return { ...answer, records: kept, leftOut };
}

function beyond(count: number, most: number): readonly LeftOut[] {
  return count <= most ? [] : [{ text: `${count - most} more`, why: 'too-many', range: null }];
}

function noName(given: string): Barred {
  return { kind: 'refused', reason: 'no-host-name', text: given.slice(0, SHOWN_CHARS) };
}
