/** The world of mail hosts in memory: names as they are declared, and what a probe of each address sees. */
import type { PathTools } from '#cli/ports.js';
import type {
  DnsAnswer,
  Found,
  HostAddress,
  MailDns,
  MailHostsAnswer,
} from '#mailflow/connector/dns/mail-dns.js';
import type { MtaStsAnswer } from '#mailflow/connector/dns/mta-sts-policy.js';
import type { TlsaRecord } from '#mailflow/connector/dns/tlsa-record.js';
import type { SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';
import type { SmtpQuestion } from '#mailflow/connector/probe/smtp-prober.js';

import { endedWith, soundProbe, troubled } from '../mailflow/connector/probe/probe-sample.js';
import { virtualClock } from './virtual-clock.js';

export interface MemoryWorld {
  /** Addresses by host. A host that is not there is in no DNS, as two resolvers say. */
  readonly hosts?: Readonly<Record<string, readonly string[] | DnsAnswer<never>>>;
  /** Hosts in order by domain. */
  readonly mx?: Readonly<Record<string, readonly string[] | MailHostsAnswer>>;
  readonly mtaSts?: Readonly<Record<string, MtaStsAnswer>>;
  /** By host, for port 25, or by `HOST:PORT`. */
  readonly tlsa?: Readonly<Record<string, DnsAnswer<TlsaRecord>>>;
  /** By address; the others are sound. */
  readonly probes?: Readonly<Record<string, SmtpProbe | ((question: SmtpQuestion) => SmtpProbe)>>;
  /** What a host stands for; its addresses are given under its own name. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Whether DNSSEC proves what is found. */
  readonly isAuthenticated?: boolean;
  readonly signal?: AbortSignal;
  /** Told before each probe. */
  readonly onProbe?: (question: SmtpQuestion) => void;
}

export interface MemoryPaths extends PathTools {
  readonly asked: readonly SmtpQuestion[];
}

export const CONTROL_ADDRESS = '203.0.113.200';
export const REFUSED = endedWith(troubled('connect', 'refused', { text: 'ECONNREFUSED' }));
export const NO_ROUTE = endedWith(troubled('connect', 'own-network', { text: 'ENETUNREACH' }));

export const ABSENT = { kind: 'no-such-name', isAuthenticated: false, witnesses: 2, dissent: [] } as const;

export function memoryPaths(world: MemoryWorld): MemoryPaths {
  const asked: SmtpQuestion[] = [];
  const clock = virtualClock('2026-06-02T17:30:00Z');
  const hosts: NonNullable<MemoryWorld['hosts']> = {
    'mx.control.example': [CONTROL_ADDRESS],
    ...world.hosts,
  };
  const dns: MailDns = {
    addresses: (host) => {
      const known = /^[\d.]+$|:/.test(host) ? [host] : hosts[host];
      if (known === undefined || 'kind' in known) return Promise.resolve(known ?? ABSENT);
      const records = known.map((address): HostAddress => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }));
      const alias = world.aliases?.[host];
      return Promise.resolve({ ...found(records, world), aliases: alias === undefined ? [] : [alias] });
    },
    mailHosts: (domain) => {
      const known = world.mx?.[domain];
      if (known === undefined || 'kind' in known) return Promise.resolve(known ?? ABSENT);
      return Promise.resolve(
        found(
          known.map((host, index) => ({ host, preference: index * 10 })),
          world,
        ),
      );
    },
    tlsa: (host, port) => Promise.resolve(world.tlsa?.[port === 25 ? host : `${host}:${port}`] ?? ABSENT),
    mtaSts: (domain) => Promise.resolve(world.mtaSts?.[domain] ?? { kind: 'none' }),
  };
  return {
    asked,
    dns,
    prober: {
      probe: async (question) => {
        world.onProbe?.(question);
        asked.push(question);
        const seen = world.probes?.[question.address] ?? soundProbe();
        await Promise.resolve();
        return asFarAs(question, typeof seen === 'function' ? seen(question) : seen);
      },
    },
    clock: { monotonicMs: clock.monotonicMs, sleep: clock.sleep },
    signal: world.signal ?? new AbortController().signal,
    close: () => undefined,
    control: { host: 'mx.control.example', port: 25 },
  };
}

function found<Row>(records: readonly Row[], { isAuthenticated = false }: MemoryWorld): Found<Row> {
  return {
    ...{ kind: 'found', records, ttlSeconds: 300, isAuthenticated, aliases: [], leftOut: [], dissent: [] },
  };
}

const STEPS = { connect: 1, banner: 2, ehlo: 3, tls: 6, mail: 7, rcpt: 8 } as const;

/** It ends where it was told to, if not sooner. */
function asFarAs({ stopAfter }: SmtpQuestion, whole: SmtpProbe): SmtpProbe {
  if (whole.end.kind !== 'complete') return whole;
  const phases = whole.phases.filter(({ phase }, index) => index < STEPS[stopAfter] || phase === 'quit');
  return { ...whole, phases };
}
