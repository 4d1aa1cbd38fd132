/** Everything that is looked at for a first answer: this machine, the way out, the sign-in, one line of each service. */
import { homedir } from 'node:os';

import type { HealthRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { examineStore } from '#history/examine-store.js';
import type { MachineFacts, SetUpSight, TokenSight } from '#mailflow/doctor/doctor-evidence.js';
import type { DoctorSource } from '#mailflow/doctor/doctor-source.js';
import { CLOUDS, type Via } from '#settings/clouds.js';
import { resolveReachSettings } from '#settings/reach-settings.js';
import {
  type Environment,
  resolveFallBack,
  resolveServiceSettings,
  type ServiceSettings,
  textOf,
} from '#settings/service-settings.js';
import { storeFolder } from '#settings/store-place.js';
import { openExchangeCheck } from '#sources/exchange/exchange-check.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { BOTH_NEEDED_FOR_CONNECTORS } from '#sources/exchange/refusal.js';
import { openGraphCheck } from '#sources/graph/graph-check.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { troubleTold } from '#sources/http/trouble-told.js';
import { parseControlUrl } from '#sources/reach/reach-source.js';
import { type HostToSee, sightHosts } from '#sources/reach/sight-hosts.js';
import { signInAuthority } from '#sources/sign-in/choose-credential.js';
import { proxyFor } from '#sources/sign-in/proxy.js';
import { tokenClaims } from '#sources/sign-in/token-facts.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';
import { refuseUnverifiedTls } from '#sources/sign-in/verified-tls.js';
import { parseStatusPageUrl } from '#sources/status-page/status-page-source.js';
import { colourEnabled } from '#terminal/style.js';
import { pageWidth } from '#terminal/width.js';

import { credentialSight } from './credential-sight.js';
import { fileSights, type OwnFile, storeFiles } from './file-sights.js';
import { profilesPath } from './profiles.js';
import type { QuotaLedgers } from './quota-ledgers.js';
import { CLOCK, type Road } from './road.js';
import { tenantGuid } from './service-source.js';
import { tenantNameOf } from './tenant-name.js';

/** Questions to Graph and Exchange together, with those that are sent again for a new token. */
const MOST_REQUESTS = 6;

export async function doctorSource(
  request: HealthRequest,
  road: Road,
  ledgers: QuotaLedgers,
): Promise<DoctorSource> {
  const way = await openWay(request, road);
  const { graph, exchange, setUp, caPem } = way;
  const checks = setUp.trouble === null ? openChecks(way, ledgers) : null;
  const files = ofOnce(() => fileSights(ownFiles(way)));
  const open = (settings: ServiceSettings): unknown => road.tokens(settings, caPem);
  return {
    machine: machineFacts(road),
    setUp,
    credential: await credentialSight({
      services: setUp.traces === 'graph' ? [graph] : [graph, exchange],
      open,
    }),
    files,
    // Opening it takes away what others may do there, so that is looked at before.
    store: async () => {
      await files();
      return examineStore(homeOf(road.environment));
    },
    hosts: (signal) =>
      sightHosts(
        { hosts: way.hosts, caPem, env: road.environment, clock: CLOCK, deadlineMs: way.deadlineMs },
        signal,
      ),
    token: (service, signal) => tokenSight(service === 'graph' ? graph : exchange, way, signal),
    call: async (name, signal) => {
      if (checks === null) throw new Error('nobody is asked where the set-up is wrong');
      return name === 'settings' || name === 'exchange-trace'
        ? checks.exchange.ask(name, signal)
        : checks.graph.ask(name, signal);
    },
    // A ledger that cannot be read was told of as a store.
    quotas: () => ledgers.uses(null).catch(emptyOfFailure),
    requestCount: () => (checks === null ? 0 : checks.graph.requestCount() + checks.exchange.requestCount()),
    tenant: graph.tenant,
    isDrill: graph.isDrill,
  };
}

function ofOnce<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | null = null;
  return () => (done ??= work());
}

function emptyOfFailure(error: unknown): readonly [] {
  if (error instanceof Failure) return [];
  throw error;
}

interface Way {
  readonly road: Road;
  readonly graph: ServiceSettings;
  readonly exchange: ServiceSettings;
  readonly setUp: SetUpSight;
  readonly caPem: string | null;
  readonly hosts: readonly HostToSee[];
  readonly deadlineMs: number;
}

async function openWay({ timeoutSeconds }: HealthRequest, road: Road): Promise<Way> {
  const { options, environment } = road;
  const graph = resolveServiceSettings({ ...options, via: 'graph' }, environment);
  const exchange = resolveServiceSettings({ ...options, via: 'exchange' }, environment);
  const deadlineMs = road.deadlineMs(timeoutSeconds);
  const sight: SetUpSight = {
    ...{ trouble: null, cloud: options.cloud, traces: tracesOf(road), caFile: graph.caFile },
    extraCaFile: textOf(environment, 'NODE_EXTRA_CA_CERTS'),
    ...{ proxy: null, proxyVariable: null },
  };
  const way = { road, graph, exchange, deadlineMs };
  try {
    const hosts = hostsOf(way);
    const caPem = await road.caPem(graph);
    return { ...way, hosts, caPem, setUp: { ...sight, ...proxySight(environment) } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...way, hosts: [], caPem: null, setUp: { ...sight, trouble: troubleTold(error) } };
  }
}

function tracesOf({ options, environment }: Road): SetUpSight['traces'] {
  if (options.via === 'exchange') return 'exchange';
  return resolveFallBack(options, environment) === null ? 'graph' : 'either';
}

/** All that a first answer may need, and one that has to do with nobody. Throws a Failure for an address that is none. */
function hostsOf({ road, graph, exchange }: Pick<Way, 'road' | 'graph' | 'exchange'>): readonly HostToSee[] {
  const { options, environment } = road;
  const { controlUrl, statusUrl } = resolveReachSettings(options, environment);
  const { signInEnvironment: env, authorityHost } = graph;
  const authority = signInAuthority({ env, authorityHost }).authorityHost;
  const hosts: readonly HostToSee[] = [
    { target: 'control', origin: parseControlUrl(controlUrl) },
    { target: 'sign-in', origin: { origin: authority, isSecure: true } },
    { target: 'graph', origin: parseGraphUrl(graph.url) },
    { target: 'exchange', origin: parseExchangeUrl(exchange.url) },
    ...(statusUrl === null
      ? []
      : [{ target: 'status-page' as const, origin: parseStatusPageUrl(statusUrl) }]),
  ];
  refuseUnverifiedTls(environment);
  for (const { origin } of hosts) proxyFor(origin.origin, environment);
  return hosts;
}

/** Any name that is not this machine's: a host that needs no proxy tells nothing of the others. */
const ANY_HOST = 'https://host.invalid';

const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'] as const;

function proxySight(environment: Environment): Pick<SetUpSight, 'proxy' | 'proxyVariable'> {
  const proxy = proxyFor(ANY_HOST, { ...environment, no_proxy: '' });
  if (proxy === null) return { proxy: null, proxyVariable: null };
  return {
    proxy: `${proxy.host}:${proxy.port}`,
    proxyVariable: PROXY_VARIABLES.find((name) => textOf(environment, name) !== null) ?? null,
  };
}

function machineFacts({ options }: Road): MachineFacts {
  const { stdout, env } = process;
  const { isTTY, columns } = stdout;
  const width = { asked: null, isTty: isTTY, columns, env };
  return {
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    terminal: {
      isTerminal: isTTY,
      widthColumns: pageWidth(width),
      isColoured: colourEnabled({ choice: options.color, isTty: isTTY, env }),
      isUnicode: process.platform === 'win32' || isUnicodeLocale(env),
    },
  };
}

/** As POSIX has it: the first that is set decides. */
function isUnicodeLocale(env: Environment): boolean {
  const locale = ['LC_ALL', 'LC_CTYPE', 'LANG']
    .map((name) => textOf(env, name))
    .find((value) => value !== null);
  return /utf-?8/iu.test(locale ?? '');
}

function homeOf(environment: Environment): string {
  return storeFolder(environment, { platform: process.platform, homeFolder: homedir() });
}

function ownFiles({ road: { environment }, setUp, graph }: Way): readonly OwnFile[] {
  const certificate = textOf(graph.signInEnvironment, 'AZURE_CLIENT_CERTIFICATE_PATH');
  const secrets = ['MAILCHECK_SECRET_FILE', 'MAILCHECK_CERTIFICATE_PASSWORD_FILE']
    .map((name) => textOf(graph.signInEnvironment, name))
    .filter((path) => path !== null);
  const trusted = [setUp.caFile, setUp.extraCaFile].filter((path) => path !== null);
  return [
    ...storeFiles(homeOf(environment)),
    { path: profilesPath(environment), role: 'settings' },
    ...trusted.map((path) => ({ path, role: 'ca-file' as const })),
    ...(certificate === null ? [] : [{ path: certificate, role: 'certificate' as const }]),
    ...secrets.map((path) => ({ path, role: 'secret' as const })),
  ];
}

async function tokenSight(
  settings: ServiceSettings,
  { road, caPem }: Way,
  signal: AbortSignal,
): Promise<TokenSight> {
  const { readyToken, tokenVariable, via, url } = settings;
  const { origin } = via === 'graph' ? parseGraphUrl(url) : parseExchangeUrl(url);
  try {
    const token = await road.tokens(settings, caPem).token(`${origin}/.default`, { refresh: false }, signal);
    return {
      kind: 'held',
      isReady: readyToken !== null,
      variable: tokenVariable,
      audiences: [origin, addressIn(road, via)],
      claims: tokenClaims(token),
    };
  } catch (error) {
    if (error instanceof Failure && !isStop(error)) return { kind: 'refused', trouble: troubleTold(error) };
    throw error;
  }
}

function addressIn({ options }: Road, via: Via): string {
  const { graphUrl, exchangeUrl } = CLOUDS[options.cloud];
  return via === 'graph' ? graphUrl : exchangeUrl;
}

function isStop({ kind }: Failure): boolean {
  return kind === 'interrupted' || kind === 'terminated';
}

interface Checks {
  readonly graph: ReturnType<typeof openGraphCheck>;
  readonly exchange: ReturnType<typeof openExchangeCheck>;
}

function openChecks({ road, graph, exchange, caPem, deadlineMs }: Way, ledgers: QuotaLedgers): Checks {
  const shared = {
    ...{ caPem, clock: CLOCK, env: road.environment, deadlineMs, maxRequests: MOST_REQUESTS },
    ...{ patienceMs: 0, onNotice: road.onNotice, onCountdown: road.onCountdown },
    ...road.onRequest,
  };
  const ledgerOf = (settings: ServiceSettings, origin: string) =>
    ledgers.ledger({
      scope: { origin, tenant: tenantNameOf(settings) },
      isAttended: road.isAttended,
      quota: null,
      keepsHistory: true,
    });
  const graphOrigin = parseGraphUrl(graph.url);
  const exchangeOrigin = parseExchangeUrl(exchange.url);
  let exchangeCount = (): number => 0;
  const ofGraph = openGraphCheck({
    ...shared,
    origin: graphOrigin,
    tokens: late(() => road.tokens(graph, caPem)),
    tenant: graph.tenant,
    ledger: ledgerOf(graph, graphOrigin.origin),
    healthLedger: road.healthLedger,
    requestsElsewhere: () => exchangeCount(),
  });
  const ofExchange = openExchangeCheck({
    ...shared,
    origin: exchangeOrigin,
    tokens: late(() => road.tokens(exchange, caPem, BOTH_NEEDED_FOR_CONNECTORS)),
    tenant: exchange.tenant,
    tenantGuid: tenantGuid(exchange, caPem),
    ledger: ledgerOf(exchange, exchangeOrigin.origin),
    requestsElsewhere: () => ofGraph.requestCount(),
  });
  exchangeCount = ofExchange.requestCount;
  return { graph: ofGraph, exchange: ofExchange };
}

/** What cannot be had is told by whoever asks for it, and not before. */
function late(open: () => TokenSource): TokenSource {
  return { token: (scope, options, signal) => open().token(scope, options, signal) };
}
