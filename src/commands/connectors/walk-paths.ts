/** Walks every path of mail up to its hosts and judges what was met there: for `connectors probe`, and for who asks it beside the rest. */
import type { PathTools, Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { domainOf } from '#mailflow/address/address.js';
import type { AcceptedDomain, InventoryPart } from '#mailflow/connector/connector.js';
import type { ConnectorInventory, ConnectorSource } from '#mailflow/connector/connector-source.js';
import type { LeftOut } from '#mailflow/connector/dns/mail-dns.js';
import { mailHostsByDomain } from '#mailflow/connector/dns/mail-hosts-by-domain.js';
import { judgeConnectors } from '#mailflow/connector/judge-connectors.js';
import { LINT_RULES } from '#mailflow/connector/lint/lint-rules.js';
import { judgeRoute } from '#mailflow/connector/path/judge-route.js';
import { lookUpRoutes } from '#mailflow/connector/path/look-up-routes.js';
import type { LookedUpRoute } from '#mailflow/connector/path/mail-route.js';
import { ownNetworkOf, tryControlHost } from '#mailflow/connector/path/own-network.js';
import { planRoutes, type RoutePlan } from '#mailflow/connector/path/plan-routes.js';
import { MOST_ADDRESSES, probeRoutes, type SeenRoute } from '#mailflow/connector/path/probe-routes.js';
import type { RouteJudgement } from '#mailflow/connector/path/route-judgement.js';
import type { OwnNetwork } from '#mailflow/connector/probe/probe-path.js';
import { STOP_POINTS, type StopPoint } from '#mailflow/connector/probe/smtp-prober.js';
import type { Finding } from '#mailflow/finding.js';

import { chooseConnectors } from './choose-connectors.js';
import { type Confirmation, confirmDeferrals } from './confirm-deferrals.js';
import { keepSetUp } from './kept-set-up.js';
import { type PathRow, pathRow } from './path-row.js';
import type { ProbeAnswer } from './probe-answer.js';
import type { ProbeOptions } from './probe-options.js';

export interface WalkedPaths {
  readonly set: SetUp | null;
  readonly answer: ProbeAnswer;
  readonly confirmation: Confirmation;
  /** What the lint of the set-up says once MX records are known. */
  readonly mailHostFindings: readonly Finding[];
}

/** The set-up comes while the way of this machine is tried; null where nobody is to be asked for it. */
export async function walkPaths(
  options: ProbeOptions,
  askForSetUp: () => Promise<SetUp | null>,
  ports: Ports,
): Promise<WalkedPaths> {
  const tools = await ports.paths(options.paths);
  const { signal } = tools;
  try {
    const [set, control] = await Promise.all([askForSetUp(), tryControls(tools, ports)]);
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
    const furthest = furthestOf(rows);
    const { unprobed } = plan;
    const answer: ProbeAnswer = {
      ...{ rows, routes, unprobed, domainsLeftOut, own, furthest },
      ...{ inPart: namesInPart(looked), isConfirmed: options.confirm },
    };
    return { set, answer, confirmation, mailHostFindings: mailHostFindings(set, looked) };
  } finally {
    tools.close();
  }
}

export interface SetUp {
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
export async function askSetUp({ request }: ProbeOptions, ports: Ports): Promise<SetUp | null> {
  if (request === null) return null;
  const source = await ports.connectors(request);
  const inventory = await source.inventory(ports.signal, {
    onPart: (part) => ports.progress(`Asking Exchange for ${PART_WORDS[part]}`),
  });
  await keepSetUp(inventory, request.keepsHistory, ports);
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
