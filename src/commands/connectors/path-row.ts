/** One path at one address, with all that was seen there: what scripts read, and what columns are made of. */
import type { Verdict } from '#mailflow/bounce/verdict.js';
import type { DnsStatus } from '#mailflow/connector/dns/dns-judgement.js';
import type { RouteRole } from '#mailflow/connector/path/mail-route.js';
import type { JudgedPath } from '#mailflow/connector/path/route-judgement.js';
import type { ProbeStatus } from '#mailflow/connector/probe/judge-probe.js';
import { reachSentence } from '#mailflow/connector/probe/proven.js';
import type { PhaseName, ProbePhase, SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';
import type { StopPoint } from '#mailflow/connector/probe/smtp-prober.js';
import type { CertificateFacts, TlsFacts } from '#mailflow/connector/probe/tls-facts.js';

export interface PathRow {
  readonly role: RouteRole;
  /** `outbound`: Exchange Online hands over to our relay. `inbound`: others hand over to us. Null for what was named. */
  readonly direction: 'outbound' | 'inbound' | null;
  /** The connector, the domain, or the host as it was given. */
  readonly route: string;
  /** The host's place among those of the route, from 1; null where DNS names none. */
  readonly order: number | null;
  /** Of its MX record. */
  readonly preference: number | null;
  readonly host: string | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly status: ProbeStatus;
  readonly reason: string | null;
  readonly stopAfter: StopPoint;
  readonly proven: StopPoint | null;
  readonly reach: string;
  readonly phases: readonly PhaseRow[];
  readonly totalMs: number | null;
  /** The last reply that said no, or put off. */
  readonly verdict: Verdict | null;
  readonly tls: TlsRow;
  readonly certificate: CertificateFacts | null;
  readonly capabilities: readonly string[] | null;
  readonly oddities: readonly string[];
  /** `skipped`: not in use there, or not asked. */
  readonly mtaSts: DnsStatus;
  readonly dane: DnsStatus;
  /** The names that the host stands for, in turn. */
  readonly aliases: readonly string[];
}

export interface PhaseRow {
  readonly phase: PhaseName;
  readonly tookMs: number;
  readonly replyCode: number | null;
  readonly text: string | null;
  /** Why it ended without a reply or connection. */
  readonly trouble: string | null;
}

interface TlsRow extends Partial<Omit<TlsFacts, 'certificate' | 'chainCheck'>> {
  readonly sight: SmtpProbe['tls']['kind'];
  readonly chain: string | null;
}

const DIRECTIONS: Readonly<Record<RouteRole, PathRow['direction']>> = {
  'smart-host': 'outbound',
  mx: 'inbound',
  named: null,
};

export function pathRow({ route, hop, address, probe, ...judged }: JudgedPath): PathRow {
  const { status, reason, proven, verdict, mtaSts, dane } = judged;
  return {
    role: route.role,
    direction: DIRECTIONS[route.role],
    route: route.name,
    order: hop?.order ?? null,
    preference: hop?.preference ?? null,
    host: hop?.host ?? null,
    address,
    port: hop?.port ?? null,
    ...{ status, reason, stopAfter: route.stopAfter, proven, reach: reachSentence(proven) },
    phases: probe?.phases.map(phaseRow) ?? [],
    totalMs: probe === null ? null : probe.phases.reduce((sum, { tookMs }) => sum + tookMs, 0),
    verdict,
    tls: tlsRow(probe),
    certificate: probe?.tls.kind === 'established' ? probe.tls.facts.certificate : null,
    capabilities: probe?.securedCapabilities ?? probe?.capabilities ?? null,
    oddities: probe?.oddities.map(({ kind, phase }) => `${kind} at ${phase}`) ?? [],
    ...{ mtaSts, dane },
    aliases: hop?.addresses.kind === 'found' ? hop.addresses.aliases : [],
  };
}

function phaseRow({ phase, tookMs, reply, trouble }: ProbePhase): PhaseRow {
  return {
    ...{ phase, tookMs },
    replyCode: reply?.replyCode ?? null,
    text: reply?.text ?? null,
    trouble:
      trouble === null ? null : [trouble.reason, trouble.text].filter((word) => word !== '').join(': '),
  };
}

function tlsRow(probe: SmtpProbe | null): TlsRow {
  if (probe?.tls.kind !== 'established') return { sight: probe?.tls.kind ?? 'not-seen', chain: null };
  const { protocol, cipher, nameCheck, chainCheck } = probe.tls.facts;
  const chain = chainCheck.kind === 'trusted' ? 'trusted' : `${chainCheck.kind}: ${chainCheck.code}`;
  return { sight: 'established', ...{ protocol, cipher, nameCheck, chain } };
}

/** Of one phase; null where it was not tried. */
export function tookMs({ phases }: PathRow, phase: PhaseName): number | null {
  return phases.find((each) => each.phase === phase)?.tookMs ?? null;
}

const RANKS: Readonly<Record<ProbeStatus, number>> = {
  fail: 5,
  permerror: 5,
  temperror: 4,
  skipped: 3,
  warn: 2,
  pass: 1,
};

/** Worst first. */
export function rankOf({ status }: PathRow): number {
  return RANKS[status];
}
