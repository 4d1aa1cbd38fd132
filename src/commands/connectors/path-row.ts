/** One path at one address, with all that was seen there: what scripts read, and what columns are made of. */
import type { Verdict } from '#mailflow/bounce/verdict.js';
import type { DnsStatus } from '#mailflow/connector/dns/dns-judgement.js';
import { wholeTlsaText } from '#mailflow/connector/dns/match-tlsa.js';
import type { RouteRole } from '#mailflow/connector/path/mail-route.js';
import type { HopState, JudgedPath, RouteJudgement } from '#mailflow/connector/path/route-judgement.js';
import type { ProbeStatus } from '#mailflow/connector/probe/judge-probe.js';
import { reachSentence } from '#mailflow/connector/probe/proven.js';
import type { PhaseName, ProbePhase, SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';
import type { StopPoint } from '#mailflow/connector/probe/smtp-prober.js';
import type { CertificateFacts, TlsFacts } from '#mailflow/connector/probe/tls-facts.js';
import type { Finding } from '#mailflow/finding.js';

export interface PathRow {
  readonly role: RouteRole;
  /** `outbound`: Exchange Online hands over to our relay or a partner. `inbound`: others hand over to us. Null for what was named. */
  readonly direction: 'outbound' | 'inbound' | null;
  /** The connector, the domain, or the host as it was given. */
  readonly route: string;
  /** Whose MX records name the host; null where it was given. */
  readonly domain: string | null;
  /** The host's place among those of the route, from 1; null where DNS names none. */
  readonly order: number | null;
  /** Of its MX record. */
  readonly preference: number | null;
  readonly host: string | null;
  readonly address: string | null;
  readonly port: number | null;
  /** Mail depends on the route. */
  readonly isNeeded: boolean;
  /** What a sender meets at the host, all of its addresses taken together. */
  readonly hostState: HopState | null;
  /** The place of the first host of the route that works. */
  readonly worksAt: number | null;
  /** Whether another host than the first works. */
  readonly secondWorks: boolean | null;
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
  readonly bytesRead: number | null;
  /** `skipped`: not in use there, or not asked. */
  readonly mtaSts: DnsStatus;
  readonly mtaStsMode: JudgedPath['mtaStsMode'];
  readonly dane: DnsStatus;
  /** As in a zone file. */
  readonly tlsa: readonly string[];
  /** Whether DNSSEC proves the address; null where none was looked up. */
  readonly isAddressAuthenticated: boolean | null;
  /** The names that the host stands for, in turn. */
  readonly aliases: readonly string[];
  /** Each with its level, its evidence in one text. */
  readonly findings: readonly PathFinding[];
  /** What stays unknown, in a word each. */
  readonly unknown: readonly string[];
}

export interface PathFinding extends Pick<Finding, 'id' | 'level'> {
  readonly evidence: string;
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
  'partner-mx': 'outbound',
  mx: 'inbound',
  named: null,
};

export function pathRow(
  { route, hop, address, probe, ...judged }: JudgedPath,
  { order, worksAt, secondWorks }: RouteJudgement,
): PathRow {
  const { status, reason, proven, verdict, mtaSts, mtaStsMode, dane } = judged;
  return {
    role: route.role,
    direction: DIRECTIONS[route.role],
    route: route.name,
    domain: route.mxOf,
    order: hop?.order ?? null,
    preference: hop?.preference ?? null,
    host: hop?.host ?? null,
    address,
    port: hop?.port ?? null,
    isNeeded: route.isNeeded,
    hostState: order.find((each) => each.order === hop?.order)?.state ?? null,
    ...{ worksAt, secondWorks },
    ...{ status, reason, stopAfter: route.stopAfter, proven, reach: reachSentence(proven) },
    phases: probe?.phases.map(phaseRow) ?? [],
    totalMs: probe === null ? null : probe.phases.reduce((sum, { tookMs }) => sum + tookMs, 0),
    verdict,
    tls: tlsRow(probe),
    certificate: probe?.tls.kind === 'established' ? probe.tls.facts.certificate : null,
    capabilities: probe?.securedCapabilities ?? probe?.capabilities ?? null,
    oddities: probe?.oddities.map(({ kind, phase }) => `${kind} at ${phase}`) ?? [],
    bytesRead: probe?.bytesRead ?? null,
    ...{ mtaSts, mtaStsMode, dane },
    tlsa: hop?.tlsa?.kind === 'found' ? hop.tlsa.records.map(wholeTlsaText) : [],
    isAddressAuthenticated: hop?.addresses.kind === 'found' ? hop.addresses.isAuthenticated : null,
    aliases: hop?.addresses.kind === 'found' ? hop.addresses.aliases : [],
    findings: judged.findings.map(({ id, level, evidence }) => ({ id, level, evidence: evidence.join(' ') })),
    unknown: [...new Set(judged.gaps.map(({ reason: word }) => word))],
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
