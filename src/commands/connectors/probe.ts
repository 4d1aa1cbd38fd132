import type { Answer, Conclusion } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { PathTools, Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { domainOf } from '#mailflow/address/address.js';
import type { AcceptedDomain, InventoryPart } from '#mailflow/connector/connector.js';
import type { ConnectorInventory, ConnectorSource } from '#mailflow/connector/connector-source.js';
import type { LeftOut } from '#mailflow/connector/dns/mail-dns.js';
import { mailHostsByDomain } from '#mailflow/connector/dns/mail-hosts-by-domain.js';
import { judgeConnectors, LEVEL_ORDER } from '#mailflow/connector/judge-connectors.js';
import { LINT_RULES } from '#mailflow/connector/lint/lint-rules.js';
import { judgeRoute } from '#mailflow/connector/path/judge-route.js';
import { lookUpRoutes } from '#mailflow/connector/path/look-up-routes.js';
import type { LookedUpRoute } from '#mailflow/connector/path/mail-route.js';
import { sharedGaps } from '#mailflow/connector/path/merge-drafts.js';
import { ownNetworkOf, tryControlHost } from '#mailflow/connector/path/own-network.js';
import { planRoutes, type RoutePlan } from '#mailflow/connector/path/plan-routes.js';
import { MOST_ADDRESSES, probeRoutes, type SeenRoute } from '#mailflow/connector/path/probe-routes.js';
import type { RouteJudgement } from '#mailflow/connector/path/route-judgement.js';
import type { OwnNetwork } from '#mailflow/connector/probe/probe-path.js';
import { STOP_POINTS, type StopPoint } from '#mailflow/connector/probe/smtp-prober.js';
import type { Finding, Gap } from '#mailflow/finding.js';

import { chooseConnectors } from './choose-connectors.js';
import { type Confirmation, confirmDeferrals } from './confirm-deferrals.js';
import { type PathRow, pathRow } from './path-row.js';
import { probeViews } from './probe.view.js';
import type { ProbeAnswer } from './probe-answer.js';
import { parseProbe, type ProbeOptions } from './probe-options.js';

const SCREEN_ROWS = 40;

export const connectorsProbe = defineCommand<ProbeOptions, PathRow, ProbeAnswer>({
  words: ['connectors', 'probe'],
  summary:
    'Walk every path of mail up to its hosts: DNS, connection, TLS, certificate, fail-over; sends no mail',
  permissions: [
    'none with --host or --domain: nobody signs in',
    'else, to learn connectors and domains, Exchange.ManageAsApp and a role with View-Only Configuration (mailcheck help permissions)',
    '--confirm: a role that may see message traces as well',
  ],
  examples: [
    { does: 'Rehearse on a simulated tenant', line: 'connectors probe --drill=june-2026' },
    {
      does: 'The same, with what the trace says of hosts that do not answer',
      line: 'connectors probe --drill=june-2026 --confirm',
    },
    { does: 'All smart hosts of the tenant, and all MX that it needs', line: 'connectors probe' },
    {
      does: 'One relay, without signing in',
      line: 'connectors probe --host mail.contoso.example --host 192.0.2.26',
    },
    {
      does: 'Would Exchange Online take mail for us right now? Up to RCPT, no message',
      line: 'connectors probe --domain contoso.example --probe-recipient probe@contoso.example',
    },
    {
      does: 'A relay inside our network',
      line: 'connectors probe --host relay.contoso.example --allow-private',
    },
  ],
  about:
    'For each smart host of the outbound connectors (what Exchange Online meets at our relay) and each MX of their recipients where they go by MX, each MX of the accepted domains (what our relay and all others meet at Exchange Online) and each host that is named. Each address is tried with one connection: greeting, EHLO, STARTTLS, certificate, EHLO again, and with a probe recipient MAIL with the null sender and RCPT. DATA is never sent. At most 50 at once, 2 to one address, a second apart. The way of this machine is tried first with a host that takes connections from everybody (MAILCHECK_CONTROL_MAIL_HOST); if that is shut, all is unknown and nothing critical. A smart host that turns us away may still admit Microsoft, so that is unknown until --confirm finds deferrals 4.4.312 to 4.4.318 in the trace that name it (last 4 hours, a sample of 10). A probe proves reach, never acceptance: in both outages of 2026 all was green up to TLS.',
  flags: [
    flags.hostFlag,
    { ...flags.domainFlag, help: 'A domain whose MX is to be probed; with it nobody signs in. Repeat.' },
    flags.connectorFlag,
    flags.stopAfterFlag,
    flags.probeRecipientFlag,
    flags.resolverFlag,
    flags.allowPrivateFlag,
    flags.allowPortFlag,
    flags.confirmFlag,
    flags.maxRequestsFlag,
    flags.waitFlag,
    flags.quotaFlag,
    flags.noHistoryFlag,
  ],
  commonFlags: flags.EXCHANGE_FLAGS,
  asksOnly: 'exchange',
  judges: true,
  schema: 'mailcheck.probe/1',
  habits: () => ({ screenRows: SCREEN_ROWS }),
  parse: parseProbe,
  run: runProbe,
  views: probeViews,
});

async function* runProbe(options: ProbeOptions, ports: Ports): Answer<PathRow, ProbeAnswer> {
  const tools = await ports.paths(options.paths);
  const { signal } = tools;
  try {
    const [set, control] = await Promise.all([askSetUp(options, ports), tryControls(tools, ports)]);
    const { plan, domainsLeftOut } = planOf(options, set);
    ports.progress('Looking up names');
    const looked = await lookUpRoutes(plan.routes, { dns: tools.dns, signal });
    const seen = await probeRoutes(looked, {
      ...{ prober: tools.prober, clock: tools.clock, signal },
      onProgress: (done, all) => ports.progress(`Probed ${done} of ${all} addresses`),
    });
    ports.signal.throwIfAborted();
    const own = ownNetworkOf(control, seen);
    const first = judge(seen, own, NOT_CONFIRMED, ports);
    const confirmation = options.confirm ? await confirmDeferrals(first, options, ports) : NOT_CONFIRMED;
    const routes = confirmation.saidByHost.size === 0 ? first : judge(seen, own, confirmation, ports);
    const rows = routes.flatMap((route) => route.paths.map((path) => pathRow(path, route)));
    yield rows;
    const furthest = furthestOf(rows);
    const { unprobed } = plan;
    const answer: ProbeAnswer = {
      ...{ rows, routes, unprobed, domainsLeftOut, own, furthest },
      ...{ inPart: namesInPart(looked), isConfirmed: options.confirm },
    };
    return conclude(answer, set, { ...confirmation, findings: mailHostFindings(set, looked) });
  } finally {
    tools.close();
  }
}

interface SetUp {
  readonly inventory: ConnectorInventory;
  readonly source: ConnectorSource;
}

const PART_WORDS: Readonly<Record<InventoryPart, string>> = {
  inbound: 'inbound connectors',
  outbound: 'outbound connectors',
  domains: 'accepted domains',
  transport: 'transport settings',
  rules: 'mail flow rules',
  servers: 'servers that are out of date',
};

/** Null where nobody is to be asked. */
async function askSetUp({ request }: ProbeOptions, ports: Ports): Promise<SetUp | null> {
  if (request === null) return null;
  const source = await ports.connectors(request);
  const inventory = await source.inventory(ports.signal, {
    onPart: (part) => ports.progress(`Asking Exchange for ${PART_WORDS[part]}`),
  });
  return { inventory, source };
}

async function tryControls(
  { dns, prober, control, signal }: PathTools,
  ports: Ports,
): Promise<{ readonly web: boolean | null; readonly mail: boolean | null }> {
  const [web, mail] = await Promise.all([tryWeb(ports), tryControlHost(control, { dns, prober, signal })]);
  return { web, mail };
}

async function tryWeb(ports: Ports): Promise<boolean | null> {
  const source = await ports.reach({ timeoutSeconds: null, ownDomains: [], only: 'control' });
  const readings = await source.probe(ports.signal);
  const control = readings.find(({ target }) => target === 'control');
  return control === undefined ? null : control.outcome.kind === 'reached';
}

/** More would take minutes at addresses that many domains share. */
const MOST_DOMAINS = 50;

function planOf(
  { wanted, domains: named, hosts, stopAfter, recipient }: ProbeOptions,
  set: SetUp | null,
): { readonly plan: RoutePlan; readonly domainsLeftOut: number } {
  const chosen = set === null ? [] : chooseConnectors(set.inventory, wanted);
  const connectors = chosen.filter((connector) => connector.direction === 'outbound');
  // Who names connectors means these; who names domains means those.
  const accepted =
    set === null || wanted.length > 0 || named.length > 0 ? [] : probedDomains(set.inventory.domains);
  const domains = [...named.map((name) => ({ name, isDefault: true })), ...accepted.slice(0, MOST_DOMAINS)];
  refuseStranger(recipient, domains, set, stopAfter);
  const plan = planRoutes({ connectors, domains, hosts, stopAfter, recipient });
  return { plan, domainsLeftOut: Math.max(0, accepted.length - MOST_DOMAINS) };
}

function probedDomains(domains: readonly AcceptedDomain[]): readonly AcceptedDomain[] {
  const isTelling = ({ isDefault, isInitial }: AcceptedDomain): number =>
    Number(isDefault === true) * 2 + Number(isInitial === true);
  return domains
    .filter(({ name, pendingRemoval }) => !name.includes('*') && pendingRemoval !== true)
    .toSorted((a, b) => isTelling(b) - isTelling(a));
}

/** RCPT names nobody who is not ours. */
function refuseStranger(
  recipient: string | null,
  domains: readonly { readonly name: string }[],
  set: SetUp | null,
  stopAfter: StopPoint | null,
): void {
  if (recipient === null) return;
  const own = [...domains.map(({ name }) => name), ...(set?.inventory.domains.map(({ name }) => name) ?? [])];
  if (own.some((name) => name.toLowerCase() === domainOf(recipient))) return;
  // A host that is named is asked by somebody who answers for it.
  if (own.length === 0 && stopAfter === 'rcpt') return;
  const atHost = own.length === 0 ? ' To name it at a host of yours, add --stop-after rcpt.' : '';
  throw new Failure('usage', `${domainOf(recipient)} is none of the domains that are probed.`, {
    remedy: `Give a mailbox of your own, as --domain contoso.example --probe-recipient probe@contoso.example.${atHost}`,
  });
}

const NOT_CONFIRMED: Confirmation = { saidByHost: new Map(), gaps: [], requests: 0 };

function judge(
  seen: readonly SeenRoute[],
  own: OwnNetwork,
  { saidByHost }: Confirmation,
  ports: Ports,
): readonly RouteJudgement[] {
  return seen.map((route) => judgeRoute(route, { own, now: ports.now(), saidByHost }));
}

/** Hosts with more addresses, and domains with more hosts, than were tried. */
function namesInPart(looked: readonly LookedUpRoute[]): readonly string[] {
  const names = looked.flatMap(({ route, mailHosts, hops }) => [
    ...(mailHosts?.kind === 'found' && mailHosts.leftOut.some(isForNumber) ? [route.mxOf ?? route.name] : []),
    ...hops.flatMap(({ host, addresses }) => {
      if (addresses.kind !== 'found') return [];
      return addresses.records.length > MOST_ADDRESSES || addresses.leftOut.some(isForNumber) ? [host] : [];
    }),
  ]);
  return [...new Set(names)];
}

function isForNumber({ why }: LeftOut): boolean {
  return why === 'too-many';
}

function furthestOf(rows: readonly PathRow[]): StopPoint | null {
  const reached = rows.map(({ proven }) => (proven === null ? -1 : STOP_POINTS.indexOf(proven)));
  return STOP_POINTS[Math.max(-1, ...reached)] ?? null;
}

function conclude(
  answer: ProbeAnswer,
  set: SetUp | null,
  { requests, gaps, findings: more }: Confirmation & { readonly findings: readonly Finding[] },
): Conclusion<ProbeAnswer> {
  const findings = [...answer.routes.flatMap((route) => route.findings), ...more].toSorted(
    (a, b) => LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level],
  );
  return {
    result: answer,
    summary: summaryOf(answer),
    tenant: set?.source.tenant ?? null,
    source: {
      kind: set?.source.kind ?? 'probe',
      asOf: set?.source.asOf() ?? null,
      requests: (set?.source.requestCount() ?? 0) + requests,
    },
    window: null,
    findings,
    incomplete: [...relevantGaps(set), ...sharedGaps(answer.routes.flatMap((route) => route.gaps)), ...gaps],
  };
}

/** What the lint of the set-up says once MX records are known. */
function mailHostFindings(set: SetUp | null, looked: readonly LookedUpRoute[]): readonly Finding[] {
  if (set === null) return [];
  const answers = looked.flatMap(({ route, mailHosts }) =>
    route.role !== 'mx' || mailHosts === null ? [] : [[route.name, mailHosts] as const],
  );
  const ids = LINT_RULES.filter(({ needs }) => needs.mailHosts !== undefined).map(({ id }) => id);
  const hosts = mailHostsByDomain(new Map(answers));
  return judgeConnectors(set.inventory, hosts).filter(({ id }) => ids.includes(id));
}

/** What of the set-up was not to be seen; only what has to do with paths. */
function relevantGaps(set: SetUp | null): readonly Gap[] {
  if (set === null) return [];
  const { sight, gaps } = set.inventory;
  const isWhole = sight.outbound === 'whole' && sight.domains === 'whole';
  return isWhole ? [] : gaps;
}

function summaryOf({
  rows,
  routes,
  unprobed,
  domainsLeftOut,
  inPart,
  own,
  furthest,
  isConfirmed,
}: ProbeAnswer): object {
  const of = (status: PathRow['status']): number => rows.filter((row) => row.status === status).length;
  return {
    paths: rows.length,
    byStatus: {
      ...{ pass: of('pass'), warn: of('warn'), fail: of('fail') },
      ...{ temperror: of('temperror'), permerror: of('permerror'), skipped: of('skipped') },
    },
    routes: routes.map(({ route, order, worksAt, secondWorks }) => ({
      ...{ role: route.role, route: route.name, domain: route.mxOf, isNeeded: route.isNeeded },
      ...{ order, worksAt, secondWorks },
    })),
    ...{ furthest, acceptanceTested: false, deferralsAsked: isConfirmed },
    ownNetwork: own,
    notProbed: { connectors: unprobed, acceptedDomains: domainsLeftOut, addressesOf: inPart },
  };
}
