/**
 * Judges a route by all of its addresses. Where one host works, another that is broken delays mail and does not stop it; where
 * this machine cannot look, nothing is said of the host.
 */
import type { Finding } from '../../finding.js';
import type { DnsJudgement } from '../dns/dns-judgement.js';
import { judgementOf, NOT_IN_USE } from '../dns/dns-judgement.js';
import { judgeDane } from '../dns/judge-dane.js';
import { judgeMtaSts } from '../dns/judge-mta-sts.js';
import { judgeProbe, type ProbeJudgement, type ProbeStatus } from '../probe/judge-probe.js';
import type { OwnNetwork, ProbePath } from '../probe/probe-path.js';
import type { SmtpProbe } from '../probe/smtp-probe.js';
import type { TlsSight } from '../probe/tls-facts.js';
import { failOverFindings, NO_ROUTE, orderOf, secondWorks } from './fail-over.js';
import { judgeHop, judgeMx } from './judge-names.js';
import type { Hop, LookedUpRoute, MailRoute } from './mail-route.js';
import { type FindingDraft, type GapDraft, mergedFindings, mergedGaps } from './merge-drafts.js';
import type { PathSight, SeenRoute } from './probe-routes.js';
import { isWorking, type JudgedPath, type RouteJudgement } from './route-judgement.js';

export interface RouteCircumstances {
  readonly own: OwnNetwork;
  readonly now: Date;
  /** What deferrals in the trace say, by the host or address in lower case that they name. Remote text. */
  readonly saidByHost: ReadonlyMap<string, string>;
}

/** One address, with all that is said of it. */
interface Judged {
  readonly sight: PathSight;
  /** What is wrong weighs as much as mail depends on it; whether the path works does not. */
  readonly smtp: ProbeJudgement;
  readonly dane: DnsJudgement;
  /** Another kind of address than this machine has a way to. */
  readonly isSkipped: boolean;
}

export function judgeRoute({ looked, sights }: SeenRoute, circumstances: RouteCircumstances): RouteJudgement {
  const { route } = looked;
  const { own } = circumstances;
  const strict = sights.map((sight) => judgeSight(sight, route, circumstances, true));
  const isNeeded = route.isNeeded && !strict.some(({ status }) => isWorking(status));
  const hasSoundDane = sights
    .map((sight) => daneOf(sight, looked, circumstances, true).status)
    .some((status) => status === 'pass' || status === 'skipped');
  const judged = sights.map((sight, index): Judged => {
    const smtp = judgeSight(sight, route, circumstances, isNeeded);
    const dane = daneOf(sight, looked, circumstances, route.isNeeded && !hasSoundDane);
    const status = strict[index]?.status ?? smtp.status;
    return { sight, smtp: { ...smtp, status }, dane, isSkipped: isOfMissingFamily(sight, sights) };
  });
  const isOfMx = looked.mailHosts?.kind === 'found';
  const names = looked.hops.map((hop) => ({ hop, name: judgeHop(hop, { isNeeded, isOfMx, own }) }));
  const mx =
    looked.mailHosts === null
      ? null
      : judgeMx(route.mxOf ?? route.name, looked.mailHosts, { isNeeded: isNeeded && route.isMain, own });
  const mtaSts = mtaStsOf(looked, sights, route.isNeeded);
  const paths = [
    ...judged.map((each) => addressPath(each, looked, mtaSts)),
    ...names
      .filter(({ hop }) => hop.addresses.kind !== 'found')
      .map(({ hop, name }) => namePath(route, hop, name)),
    ...(mx === null || looked.hops.length > 0 ? [] : [namePath(route, null, mx)]),
  ].toSorted((a, b) => (a.hop?.order ?? 0) - (b.hop?.order ?? 0));
  const order = orderOf(looked, paths);
  const dns = [...names.map(({ name }) => name), ...(mx === null ? [] : [mx]), mtaSts];
  return {
    ...{ route, paths, order },
    worksAt: order.find(({ state }) => state === 'works')?.order ?? null,
    secondWorks: secondWorks(order),
    findings: mergedFindings(
      [
        ...judged.flatMap(draftsOfPath),
        ...dns.flatMap(({ findings }) => findings.map(draftOfName)),
        ...failOverFindings(order),
      ],
      route,
    ),
    gaps: mergedGaps(
      [...judged.flatMap(gapsOfPath), ...dns.flatMap(({ gaps }) => gaps.map((gap) => ({ gap, at: null })))],
      route,
    ),
  };
}

function judgeSight(
  { hop, address, probe }: PathSight,
  route: MailRoute,
  { own, now, saidByHost }: RouteCircumstances,
  isNeeded: boolean,
): ProbeJudgement {
  const said = saidByHost.get(address.address.toLowerCase()) ?? saidByHost.get(hop.host) ?? null;
  const path: ProbePath = {
    subject: pathWords(hop, address.address),
    kind: route.role === 'partner-mx' ? 'mx' : route.role,
    ...{ isNeeded, tls: route.tls },
    confirmedByDeferrals: said !== null,
  };
  const judged = judgeProbe(probe, { port: hop.port, path, own, now });
  // Cut off, and yet a mere warning: mail does not depend on it, or a relay may treat others better.
  const isCut = probe.end.kind === 'broken' && judged.status === 'warn';
  const judgement: ProbeJudgement = isCut ? { ...judged, status: 'fail' } : judged;
  if (said === null) return judgement;
  const findings = judgement.findings.map((finding) => ({
    ...finding,
    evidence: finding.level === 'info' ? finding.evidence : [...finding.evidence, said],
  }));
  return { ...judgement, findings };
}

/** As `mail.contoso.example [192.0.2.7]:25`. */
export function pathWords({ host, port }: Pick<Hop, 'host' | 'port'>, address: string): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return address === host ? `${bracketed}:${port}` : `${host} [${address}]:${port}`;
}

function daneOf(
  { hop, address, probe }: PathSight,
  { route, mailHosts }: LookedUpRoute,
  { now }: RouteCircumstances,
  isNeeded: boolean,
): DnsJudgement {
  // Where nothing was seen of TLS, the probe has said so.
  if (hop.tlsa === null || probe.tls.kind === 'not-seen') return NOT_IN_USE;
  return judgeDane(hop.tlsa, probe.tls, {
    ...{ subject: pathWords(hop, address.address), hosts: [hop.host, hop.tlsaBase], isNeeded, now },
    domain: route.mxOf,
    isWayAuthenticated: mailHosts?.kind === 'found' && mailHosts.isAuthenticated,
  });
}

/** Of a host with several addresses the one counts of which most was seen. */
function mtaStsOf(
  { route, mtaSts, hops }: LookedUpRoute,
  sights: readonly PathSight[],
  isNeeded: boolean,
): DnsJudgement {
  if (mtaSts === null) return NOT_IN_USE;
  const hosts = hops.map(({ host, order }) => ({
    host,
    tls: bestOf(sights.filter(({ hop }) => hop.order === order).map(({ probe }) => probe.tls)),
  }));
  const judgement = judgeMtaSts(mtaSts, { domain: route.mxOf ?? route.name, hosts, isNeeded });
  // Where nothing was seen of TLS, the probe has said so, or was told to end before it.
  return { ...judgement, gaps: judgement.gaps.filter(({ reason }) => reason !== 'not-probed') };
}

function bestOf(sights: readonly TlsSight[]): TlsSight | null {
  return (
    sights.find(({ kind }) => kind === 'established') ??
    sights.find(({ kind }) => kind !== 'not-seen') ??
    sights[0] ??
    null
  );
}

/** An address of a kind that this machine has no way to, where it has one to the other kind. */
function isOfMissingFamily({ address, hop, probe }: PathSight, sights: readonly PathSight[]): boolean {
  if (!hasNoRoute(probe)) return false;
  const alike = sights.filter((other) => other.address.family === address.family);
  return (
    alike.every((other) => hasNoRoute(other.probe)) &&
    sights.some((other) => other.hop.order === hop.order && !hasNoRoute(other.probe))
  );
}

function hasNoRoute({ phases }: SmtpProbe): boolean {
  return phases.some(({ phase, trouble }) => phase === 'connect' && trouble?.reason === 'own-network');
}

function addressPath(
  { sight: { hop, address, probe }, smtp, dane, isSkipped }: Judged,
  { route, mtaSts: policy }: LookedUpRoute,
  mtaSts: DnsJudgement,
): JudgedPath {
  const ofHost = mtaSts.findings.filter(({ subject }) => subject === hop.host);
  const findings = [...smtp.findings, ...dane.findings, ...ofHost];
  const status = isSkipped ? 'skipped' : worstOf(smtp.status, [...dane.findings, ...ofHost]);
  return {
    ...{ route, hop, address: address.address, probe, status },
    proven: smtp.proven,
    reason: isSkipped ? NO_ROUTE : reasonOf(status, findings, smtp),
    verdict: smtp.verdict,
    mtaSts: mtaStsStatus(mtaSts, ofHost, route),
    mtaStsMode: policy?.kind === 'policy' ? policy.policy.mode : null,
    dane: dane.status,
    findings,
    gaps: isSkipped ? [] : [...smtp.gaps, ...dane.gaps],
  };
}

/** A policy that cannot be used is so for all hosts; another host's fault is not this one's. */
function mtaStsStatus(
  { status, findings, gaps }: DnsJudgement,
  ofHost: readonly Finding[],
  { mxOf }: MailRoute,
): JudgedPath['mtaSts'] {
  if (status === 'skipped') return status;
  const own = ofHost.length > 0 ? ofHost : findings.filter(({ subject }) => subject === mxOf);
  return judgementOf(own, gaps).status;
}

function worstOf(status: ProbeStatus, more: readonly Finding[]): ProbeStatus {
  if (!isWorking(status)) return status;
  if (more.some(({ level }) => level === 'critical')) return 'fail';
  return more.some(({ level }) => level === 'warning') ? 'warn' : status;
}

function reasonOf(
  status: ProbeStatus,
  findings: readonly Finding[],
  { gaps }: Pick<DnsJudgement, 'gaps'>,
): string | null {
  if (status === 'pass') return null;
  const worst =
    findings.find(({ level }) => level === 'critical') ?? findings.find(({ level }) => level === 'warning');
  return worst?.id.replace(/^(?:probe|dns)-/, '') ?? gaps[0]?.reason ?? null;
}

/** Of a name that leads to no address. */
function namePath(route: MailRoute, hop: Hop | null, { findings, gaps, status }: DnsJudgement): JudgedPath {
  const isPrivate = gaps.some(({ reason }) => reason === 'private-address');
  const told = gaps.length > 0 ? ('temperror' as const) : brokenName(status);
  return {
    ...{ route, hop, address: null, probe: null, proven: null, verdict: null },
    status: isPrivate ? 'skipped' : told,
    reason: isPrivate ? 'private-address' : reasonOf('fail', findings, { gaps }),
    ...{ mtaSts: 'skipped', mtaStsMode: null, dane: 'skipped' },
    ...{ findings, gaps },
  };
}

function brokenName(status: DnsJudgement['status']): ProbeStatus {
  return status === 'fail' ? 'fail' : 'permerror';
}

function draftsOfPath({ sight, smtp, dane }: Judged): readonly FindingDraft[] {
  const at = pathWords(sight.hop, sight.address.address);
  return [...smtp.findings, ...dane.findings].map((finding) => ({ finding, at }));
}

function draftOfName(finding: Finding): FindingDraft {
  return { finding, at: finding.subject };
}

function gapsOfPath({ sight, smtp, dane, isSkipped }: Judged): readonly GapDraft[] {
  if (isSkipped) return [];
  const at = pathWords(sight.hop, sight.address.address);
  return [...smtp.gaps.map((gap) => ({ gap, at })), ...dane.gaps.map((gap) => ({ gap, at: null }))];
}
