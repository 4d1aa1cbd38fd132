/**
 * Judges a route by all of its addresses: what each would do with mail, whether the next host works where the first one does
 * not, and what the domain demands. Where one host works, another that is broken delays mail and does not stop it.
 */
import type { Finding, FindingLevel, Gap } from '../../finding.js';
import { judgeProbe, type ProbeJudgement, type ProbeStatus } from '../probe/judge-probe.js';
import type { OwnNetwork, ProbePath } from '../probe/probe-path.js';
import type { SmtpProbe } from '../probe/smtp-probe.js';
import type { StopPoint } from '../probe/smtp-prober.js';
import { judgeHop, judgeMailHosts, type NameJudgement } from './judge-names.js';
import { judgeDane, judgeMtaSts, mtaStsTrouble, type PolicyWord } from './judge-policy.js';
import type { Hop, LookedUpRoute, MailRoute } from './mail-route.js';
import { PATH_NOTES, type PathFindingId } from './path-notes.js';
import type { PathSight, SeenRoute } from './probe-routes.js';

export interface JudgedPath {
  readonly route: MailRoute;
  /** A host of the route; null where DNS names none. */
  readonly hop: Hop | null;
  /** Null where the host has none that may be tried. */
  readonly address: string | null;
  readonly status: ProbeStatus;
  readonly proven: StopPoint | null;
  /** In a word, why it is no pass: the finding without its first word, or the reason of the gap. */
  readonly reason: string | null;
  readonly probe: SmtpProbe | null;
  readonly verdict: ProbeJudgement['verdict'];
  readonly mtaSts: PolicyWord;
  readonly dane: PolicyWord;
}

/** `defers`: it puts mail off, which is not down. */
export type HopState = 'works' | 'defers' | 'broken' | 'unknown';

export interface HopOutcome {
  readonly host: string;
  readonly order: number;
  readonly preference: number | null;
  readonly state: HopState;
}

export interface RouteJudgement {
  readonly route: MailRoute;
  readonly paths: readonly JudgedPath[];
  /** In the order in which a sender tries them. */
  readonly order: readonly HopOutcome[];
  /** The place of the first host that works; null where none does, as far as could be seen. */
  readonly worksAt: number | null;
  /** Whether another host than the first works; null where there is none, or it could not be told. */
  readonly secondWorks: boolean | null;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

export interface RouteCircumstances {
  readonly own: OwnNetwork;
  readonly now: Date;
  /** What deferrals in the trace say, by the host or address in lower case that they name. Remote text. */
  readonly saidByHost: ReadonlyMap<string, string>;
}

export function judgeRoute(seen: SeenRoute, circumstances: RouteCircumstances): RouteJudgement {
  const { looked, sights } = seen;
  const { route } = looked;
  const first = sights.map((sight) => judgeSight(sight, route, circumstances, route.isNeeded));
  const works = first.some(({ status }) => isWorking(status));
  const isNeeded = route.isNeeded && !works;
  const judged = first.map((judgement, index) => {
    const sight = sights[index];
    return sight === undefined || isWorking(judgement.status) || !works
      ? judgement
      : judgeSight(sight, route, circumstances, false);
  });
  const level: FindingLevel = isNeeded ? 'critical' : 'warning';
  const named = looked.hops.map((hop) => ({ hop, name: judgeHop(hop, { level, own: circumstances.own }) }));
  const mail =
    looked.mailHosts === null
      ? null
      : judgeMailHosts(route.name, looked.mailHosts, { level, own: circumstances.own });
  const policed = sights.map((sight) => policyOf(sight, looked, level));
  const isSkipped = sights.map((sight) => isOfMissingFamily(sight, sights));
  const paths = [
    ...sights.map((sight, index) =>
      sightPath(sight, route, judged[index], {
        policy: policed[index],
        isSkipped: isSkipped[index] === true,
      }),
    ),
    ...named.filter(({ name }) => name.state !== 'known').map(({ hop, name }) => namePath(route, hop, name)),
    ...(mail === null || mail.state === 'known' ? [] : [namePath(route, null, mail)]),
  ].toSorted((a, b) => (a.hop?.order ?? 0) - (b.hop?.order ?? 0));
  const order = looked.hops.map((hop) => outcomeOf(hop, paths));
  const trouble = mtaStsTrouble(looked.mtaSts, route.name);
  const drafts: readonly Draft[] = [
    ...sights.flatMap((sight, index) =>
      (judged[index]?.findings ?? []).map((finding) => draftOfProbe(finding, wordsOf(sight))),
    ),
    ...policed.flatMap(({ mtaSts, dane }, index) =>
      [mtaSts.remark, dane.remark].flatMap((remark) =>
        remark === null ? [] : [{ ...draftOf(remark), at: wordsOf(sights[index]) }],
      ),
    ),
    ...[...named.map(({ name }) => name), ...(mail === null ? [] : [mail])].flatMap(({ remarks }) =>
      remarks.map((remark) => ({ ...draftOf(remark), at: null })),
    ),
    ...(trouble.evidence === null
      ? []
      : [
          {
            ...draftOf({ id: 'mta-sts-unusable', level: 'warning', evidence: trouble.evidence.join(' ') }),
            at: null,
          },
        ]),
    ...failoverDrafts(order, route),
  ];
  const gaps = [
    ...judged.flatMap((judgement, index) =>
      isSkipped[index] === true ? [] : judgement.gaps.map((gap) => ({ gap, at: wordsOf(sights[index]) })),
    ),
  ];
  const nameGaps = [...named.map(({ name }) => name.gap), mail?.gap ?? null, trouble.gap];
  return {
    ...{ route, paths, order },
    worksAt: order.find(({ state }) => state === 'works')?.order ?? null,
    secondWorks: secondOf(order),
    findings: mergedFindings(drafts, route),
    gaps: [...mergedGaps(gaps, route), ...nameGaps.filter((gap) => gap !== null)],
  };
}

export function isWorking(status: ProbeStatus): boolean {
  return status === 'pass' || status === 'warn';
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
    kind: route.role,
    ...{ isNeeded, tls: route.tls },
    confirmedByDeferrals: said !== null,
  };
  const judgement = judgeProbe(probe, { port: hop.port, path, own, now });
  if (said === null) return judgement;
  const findings = judgement.findings.map((finding) => ({
    ...finding,
    evidence: finding.level === 'info' ? finding.evidence : [...finding.evidence, said],
  }));
  return { ...judgement, findings };
}

/** As `mail.contoso.example [192.0.2.7]:25`. */
export function pathWords({ host, port }: Pick<Hop, 'host' | 'port'>, address: string | null): string {
  return address === null || address === host
    ? `${host.includes(':') ? `[${host}]` : host}:${port}`
    : `${host} [${address}]:${port}`;
}

function wordsOf(sight: PathSight | undefined): string {
  return sight === undefined ? '' : pathWords(sight.hop, sight.address.address);
}

function policyOf({ hop, probe }: PathSight, { route, mtaSts }: LookedUpRoute, level: FindingLevel) {
  const { host } = hop;
  const none = { word: 'none', remark: null } as const;
  return {
    mtaSts:
      route.role === 'mx' && mtaSts !== null ? judgeMtaSts(mtaSts, { host, tls: probe.tls, level }) : none,
    dane: judgeDane(hop.tlsa, { tls: probe.tls, level }),
  };
}

/** An address of a kind that this machine has no way to, where it has one to the other kind: senders have it. */
function isOfMissingFamily({ address, hop, probe }: PathSight, sights: readonly PathSight[]): boolean {
  if (!isOwnTrouble(probe)) return false;
  const others = sights.filter((other) => other.address.family === address.family);
  return (
    others.every((other) => isOwnTrouble(other.probe)) &&
    sights.some((other) => other.hop.host === hop.host && !isOwnTrouble(other.probe))
  );
}

function isOwnTrouble({ phases }: SmtpProbe): boolean {
  return phases.some(({ phase, trouble }) => phase === 'connect' && trouble?.reason === 'own-network');
}

interface SightContext {
  readonly policy: ReturnType<typeof policyOf> | undefined;
  readonly isSkipped: boolean;
}

function sightPath(
  { hop, address, probe }: PathSight,
  route: MailRoute,
  judgement: ProbeJudgement | undefined,
  { policy, isSkipped }: SightContext,
): JudgedPath {
  const remarks = [policy?.mtaSts.remark ?? null, policy?.dane.remark ?? null].filter(
    (each) => each !== null,
  );
  const status = isSkipped ? 'skipped' : withPolicy(judgement?.status ?? 'skipped', remarks);
  return {
    ...{ route, hop, address: address.address, probe, status },
    proven: judgement?.proven ?? null,
    reason: isSkipped ? 'no-route' : reasonOf(judgement, remarks, status),
    verdict: judgement?.verdict ?? null,
    mtaSts: policy?.mtaSts.word ?? 'none',
    dane: policy?.dane.word ?? 'none',
  };
}

function withPolicy(status: ProbeStatus, remarks: readonly { readonly level: FindingLevel }[]): ProbeStatus {
  if (!isWorking(status) || remarks.length === 0) return status;
  return remarks.some(({ level }) => level === 'critical') ? 'fail' : 'warn';
}

const RANK: Readonly<Record<FindingLevel, number>> = { critical: 0, warning: 1, info: 2 };

function reasonOf(
  judgement: ProbeJudgement | undefined,
  remarks: readonly { readonly id: string; readonly level: FindingLevel }[],
  status: ProbeStatus,
): string | null {
  if (status === 'pass') return null;
  const worst = [...(judgement?.findings ?? []), ...remarks]
    .filter(({ level }) => level !== 'info')
    .toSorted((a, b) => RANK[a.level] - RANK[b.level])[0];
  if (worst !== undefined) return worst.id.replace(/^probe-/, '');
  return judgement?.gaps[0]?.reason ?? null;
}

function namePath(route: MailRoute, hop: Hop | null, { state, remarks, gap }: NameJudgement): JudgedPath {
  return {
    ...{ route, hop, address: null, probe: null, proven: null, verdict: null },
    status: nameStatus(state, remarks, gap),
    reason: remarks[0]?.id ?? gap?.reason ?? null,
    ...{ mtaSts: 'not-seen', dane: 'not-seen' },
  };
}

function nameStatus(
  state: NameJudgement['state'],
  remarks: NameJudgement['remarks'],
  gap: Gap | null,
): ProbeStatus {
  if (state === 'broken') return remarks.some(({ level }) => level === 'critical') ? 'fail' : 'permerror';
  return gap?.reason === 'private-address' ? 'skipped' : 'temperror';
}

function outcomeOf({ host, order, preference }: Hop, paths: readonly JudgedPath[]): HopOutcome {
  const own = paths.filter(({ hop }) => hop?.order === order);
  return { host, order, preference, state: stateOf(own) };
}

function stateOf(paths: readonly JudgedPath[]): HopState {
  const seen = paths.filter(({ reason }) => reason !== 'no-route');
  if (seen.some(({ status }) => isWorking(status))) return 'works';
  if (seen.some(({ reason }) => reason === 'path-defers')) return 'defers';
  const isBroken = ({ status }: JudgedPath): boolean => status === 'fail' || status === 'permerror';
  return seen.length > 0 && seen.every(isBroken) ? 'broken' : 'unknown';
}

/** Whether mail still has a way where the first host fails. */
function secondOf(order: readonly HopOutcome[]): boolean | null {
  const others = order.slice(1);
  if (others.length === 0) return null;
  if (others.some(({ state }) => state === 'works')) return true;
  return others.every(({ state }) => state === 'broken') ? false : null;
}

interface Draft {
  readonly id: string;
  readonly level: FindingLevel;
  readonly title: string;
  readonly evidence: readonly string[];
  readonly remedy: string;
  readonly source: string;
  /** The path; null where it is about the route. */
  readonly at: string | null;
}

function draftOfProbe({ id, level, title, evidence, remedy, source }: Finding, at: string): Draft {
  return { id, level, title, evidence, remedy, source, at };
}

function draftOf({
  id,
  level,
  evidence,
}: {
  readonly id: PathFindingId;
  readonly level: FindingLevel;
  readonly evidence: string;
}): Omit<Draft, 'at'> {
  return { id: `path-${id}`, level, evidence: [evidence], ...PATH_NOTES[id], source: 'probe' };
}

function failoverDrafts(order: readonly HopOutcome[], route: MailRoute): readonly Draft[] {
  const [first] = order;
  if (first === undefined || order.length < 2 || route.role === 'named') return [];
  const evidence = `The order: ${order.map(({ host, state }, index) => `${index + 1}. ${host} ${state}`).join(', ')}.`;
  const second = secondOf(order);
  if (first.state === 'broken' && second === true)
    return [{ ...draftOf({ id: 'failover-in-use', level: 'warning', evidence }), at: null }];
  if (first.state === 'works' && second === false)
    return [{ ...draftOf({ id: 'failover-broken', level: 'warning', evidence }), at: null }];
  return [];
}

const MOST_EVIDENCE = 8;

/** One finding for what is wrong alike at several addresses of a route. */
function mergedFindings(drafts: readonly Draft[], route: MailRoute): readonly Finding[] {
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const key = JSON.stringify([draft.id, draft.level, draft.remedy]);
    groups.set(key, [...(groups.get(key) ?? []), draft]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { id, level, title, remedy, source } = first;
    const all = group.map(({ at, evidence }) => `${at === null ? '' : `${at}: `}${evidence.join(' ')}`);
    const sentences = [...new Set(all)];
    const rest = sentences.length - MOST_EVIDENCE;
    const evidence = [...sentences.slice(0, MOST_EVIDENCE), ...(rest > 0 ? [`And ${rest} more alike.`] : [])];
    return [{ id, level, title, subject: route.name, evidence, remedy, source }];
  });
}

const MOST_NAMED = 4;

function mergedGaps(
  gaps: readonly { readonly gap: Gap; readonly at: string }[],
  route: MailRoute,
): readonly Gap[] {
  const groups = new Map<string, { readonly gap: Gap; readonly at: string }[]>();
  for (const each of gaps) {
    const key = JSON.stringify([each.gap.reason, each.gap.remedy]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const rest = group.length - MOST_NAMED;
    const named = group.slice(0, MOST_NAMED).map(({ at }) => at);
    const hosts = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
    return [{ ...first.gap, what: `What ${hosts} would do with mail (${routeWords(route)}).` }];
  });
}

export function routeWords({ role, name }: Pick<MailRoute, 'role' | 'name'>): string {
  if (role === 'smart-host') return `connector ${name}`;
  return role === 'mx' ? `MX of ${name}` : 'as named';
}
