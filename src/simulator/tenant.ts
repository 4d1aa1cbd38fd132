/**
 * A Microsoft 365 tenant in a box: a sign-in authority over https, Microsoft Graph and the admin endpoint of Exchange over
 * plain http, over a given population, and what stands around it: the public status page, a host that takes mail, and
 * one that has to do with neither. All on loopback only. It never learns what the client does with the answers, and its
 * clock is a parameter, so that a test can make hours pass.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';

import type { Announcements } from './announcement/announcement.js';
import { NOTHING_ANNOUNCED } from './announcement/services.js';
import type { Answer } from './answer.js';
import { headerOf, send, withHeaders } from './answer.js';
import type { ExchangeOnboarding } from './exchange/service.js';
import { adminService } from './exchange/service.js';
import type { SetUpAt } from './exchange/set-up/set-up.js';
import { HEALTHY_SET_UP } from './exchange/set-up/set-ups.js';
import type { ScriptedFault } from './faults.js';
import { faultCounter, plainFault, transmissionOf } from './faults.js';
import type { AnnouncementOnboarding } from './graph/announcement/service.js';
import { asksForAnnouncements } from './graph/route.js';
import type { Onboarding } from './graph/service.js';
import { graphService } from './graph/service.js';
import { bodyOf, closed, listening, targetOf } from './loopback.js';
import type { MailPlaces } from './mail-places/mail-place.js';
import { startMailPlaces } from './mail-places/start-mail-places.js';
import type { EdgeRefusal } from './outskirts/edge.js';
import { startOutskirts } from './outskirts/outskirts.js';
import type { ReasonRecord, SimulatedDelivery } from './population/delivery.js';
import { newestFirst, reasonSeenAt, sightingAt } from './population/delivery.js';
import type { Quirks } from './quirks.js';
import { REALISTIC_QUIRKS } from './quirks.js';
import type { RequestLog, ServerName } from './request-log.js';
import { readablePath } from './request-log.js';
import type { Authority, Granted } from './sign-in/authority.js';
import { answerSignIn } from './sign-in/authority.js';
import { makeLoopbackCertificate } from './sign-in/certificate.js';
import { personFlows } from './sign-in/person.js';
import { refuseSignIn } from './sign-in/refusal.js';
import type { Registration } from './sign-in/registration.js';
import { SECRET_MARK } from './sign-in/secret-mark.js';
import { tokenMint } from './sign-in/token.js';

export interface TenantOptions {
  /** In any order. */
  readonly population: readonly SimulatedDelivery[];
  /** What Microsoft tells of its services; nothing when absent. */
  readonly announcements?: Announcements;
  readonly clock: () => Date;
  /** Decides the names and the secret of the tenant; 1 when absent. */
  readonly seed?: number;
  /** Departures from `REALISTIC_QUIRKS`. */
  readonly quirks?: Partial<Quirks>;
  /** For message trace over Graph; `complete` when absent. */
  readonly onboarding?: Onboarding;
  /** For service communications; `complete` when absent. */
  readonly announcementOnboarding?: AnnouncementOnboarding;
  /** `complete` when absent. */
  readonly exchangeOnboarding?: ExchangeOnboarding;
  /** Connectors and what belongs to them; in good order when absent. */
  readonly setUp?: SetUpAt;
  /** Mail servers and the DNS that leads to them; none when absent. */
  readonly mailPlaces?: MailPlaces;
  /** `issued` when absent. */
  readonly tokenChecks?: 'issued' | 'any';
  /** Faults of message trace over Graph, by request number. */
  readonly faults?: readonly ScriptedFault[];
  /** Faults of service communications, by request number. */
  readonly announcementFaults?: readonly ScriptedFault[];
  /** Faults of the admin endpoint, by request number. */
  readonly exchangeFaults?: readonly ScriptedFault[];
  /** Faults of the sign-in authority, by request number. */
  readonly signInFaults?: readonly ScriptedFault[];
  /** The number of the AADSTS code with which every wish for a token is refused; none when absent. */
  readonly tokenRefusal?: number;
  /** Application permissions that nobody has granted; all are when absent. */
  readonly withoutRoles?: readonly string[];
  /** What the application may prove itself with beside its secret; nothing when absent. */
  readonly trust?: Pick<Registration, 'certificates' | 'federated'>;
  /** Faults of the public status page, by request number. */
  readonly statusPageFaults?: readonly ScriptedFault[];
  /** Faults of the host that has to do with nobody, by request number: `html200` is a captive portal. */
  readonly controlFaults?: readonly ScriptedFault[];
  /** When the edge turns connections away; never when absent. */
  readonly edge?: readonly EdgeRefusal[];
  /** Servers whose port refuses connections; all of them when the client's own network is down. */
  readonly unreachable?: readonly ServerName[];
  /** How long every answer over http takes; 0 when absent. */
  readonly delayMs?: number;
  readonly log?: RequestLog | null;
}

export interface Tenant {
  /** Origin of Graph, as `http://127.0.0.1:4711`. */
  readonly graphUrl: string;
  /** Origin of the admin endpoint of Exchange. */
  readonly exchangeUrl: string;
  /** Origin of the sign-in authority, as `https://127.0.0.1:4712`. */
  readonly authorityHost: string;
  /** Origin of the public status page. */
  readonly statusUrl: string;
  /** Origin of a host that answers 204 and has to do with none of the others. */
  readonly controlUrl: string;
  /** Where mail from outside is taken, as `127.0.0.1:4713`. */
  readonly mailHost: string;
  /** The certificate authority that a client must trust. */
  readonly caPem: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** A good token for Graph, for callers that do not want to sign in; one of that time, if it is given. */
  readonly issueToken: (issuedAt?: Date) => string;
  readonly issueExchangeToken: () => string;
  /** The environment with which another process talks to this tenant; `caFile` is where the caller has put `caPem`. */
  readonly environment: (caFile: string) => Readonly<Record<string, string>>;
  /** Everything that the trace shows at that instant, newest first: what a right answer must add up to. */
  readonly oracle: (at: Date) => readonly OracleRow[];
  readonly close: () => Promise<void>;
}

export interface OracleRow {
  readonly delivery: SimulatedDelivery;
  readonly status: string;
  /** The newest reason that the details show; null when nothing went wrong so far. */
  readonly reason: () => ReasonRecord | null;
}

const TENANT_DOMAIN = 'contoso.example';
const GRAPH_AUDIENCE = 'https://graph.microsoft.com';
const EXCHANGE_AUDIENCE = 'https://outlook.office365.com';
const GRAPH_PERMISSIONS: readonly string[] = [
  'ExchangeMessageTrace.Read.All',
  'ServiceHealth.Read.All',
  'ServiceMessage.Read.All',
];
const EXCHANGE_PERMISSION = { ofApp: 'Exchange.ManageAsApp', ofPeople: 'Exchange.Manage' } as const;
const TEST_TOKEN_LIFE_MS = 3_600_000;

export async function startTenant(options: TenantOptions): Promise<Tenant> {
  const registration = { ...registrationOf(options), ...options.trust };
  const mint = tokenMint(`token key of ${registration.clientSecret}`);
  const population = options.population.toSorted(newestFirst);
  const certificate = makeLoopbackCertificate();
  const graph = createHttpServer();
  const exchange = createHttpServer();
  const signIn = createHttpsServer({ key: certificate.privateKeyPem, cert: certificate.certificatePem });
  const graphUrl = `http://${await listening(graph)}`;
  const exchangeUrl = `http://${await listening(exchange)}`;
  const authorityHost = `https://${await listening(signIn)}`;
  const outskirts = await startOutskirts(outskirtsSide(options));
  const places =
    options.mailPlaces === undefined ? null : await startMailPlaces(options.mailPlaces, logOf(options));
  const granted = grantedBy(options);
  const resources = new Map([
    ...[GRAPH_AUDIENCE, graphUrl].map((audience) => [audience, granted.graph] as const),
    ...[EXCHANGE_AUDIENCE, exchangeUrl].map((audience) => [audience, granted.exchange] as const),
  ]);
  const authority = { registration, mint, resources, flows: personFlows() };
  graph.on('request', graphListener(options, { population, authority, graphUrl }));
  exchange.on('request', exchangeListener(options, { population, authority, exchangeUrl }));
  signIn.on('request', signInListener(options, authority, authorityHost));
  const addresses: Addresses = {
    graphUrl,
    exchangeUrl,
    authorityHost,
    statusUrl: `http://${outskirts.statusPage.address}`,
    controlUrl: `http://${outskirts.control.address}`,
    mailHost: outskirts.mail.address,
  };
  const closeByName: Readonly<Record<ServerName, () => Promise<void>>> = {
    graph: () => closed(graph),
    exchange: () => closed(exchange),
    'sign-in': () => closed(signIn),
    'status-page': outskirts.statusPage.close,
    control: outskirts.control.close,
    mail: async () => {
      await Promise.all([outskirts.mail.close(), places?.close()]);
    },
  };
  // Not before all of them have their port, or one of them would get that of another.
  await Promise.all((options.unreachable ?? []).map((name) => closeByName[name]()));
  return {
    ...addresses,
    caPem: certificate.caPem + (places?.caPem ?? ''),
    tenantId: registration.tenantId,
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    issueToken: (issuedAt = options.clock()) => testToken(GRAPH_AUDIENCE, authority, issuedAt),
    issueExchangeToken: () => testToken(EXCHANGE_AUDIENCE, authority, options.clock()),
    environment: (caFile) => ({ ...environmentOf(registration, addresses, caFile), ...places?.environment }),
    oracle: (at) => oracleOf(population, at),
    close: async () => {
      await Promise.all(Object.values(closeByName).map((close) => close()));
    },
  };
}

type Addresses = Pick<
  Tenant,
  'graphUrl' | 'exchangeUrl' | 'authorityHost' | 'statusUrl' | 'controlUrl' | 'mailHost'
>;

function logOf({ clock, log = null }: TenantOptions): Parameters<typeof startMailPlaces>[1] {
  return { clock, log };
}

function outskirtsSide(options: TenantOptions): Parameters<typeof startOutskirts>[0] {
  return {
    clock: options.clock,
    quirks: { ...REALISTIC_QUIRKS, ...options.quirks },
    log: options.log ?? null,
    notices: (options.announcements ?? NOTHING_ANNOUNCED).notices,
    refusals: options.edge ?? [],
    statusPageFaults: options.statusPageFaults ?? [],
    controlFaults: options.controlFaults ?? [],
    delayMs: options.delayMs ?? 0,
  };
}

interface GraphSide {
  readonly population: readonly SimulatedDelivery[];
  readonly authority: Authority;
  readonly graphUrl: string;
}

function graphListener(options: TenantOptions, side: GraphSide): RequestListener {
  const { registration, mint } = side.authority;
  const quirks = { ...REALISTIC_QUIRKS, ...options.quirks };
  const service = graphService({
    population: side.population,
    quirks,
    onboarding: options.onboarding ?? 'complete',
    announcements: options.announcements ?? NOTHING_ANNOUNCED,
    announcementOnboarding: options.announcementOnboarding ?? 'complete',
    tokenChecks: options.tokenChecks ?? 'issued',
    mint,
    tenantId: registration.tenantId,
    audiences: [GRAPH_AUDIENCE, side.graphUrl],
    key: `cursor key of ${registration.clientSecret}`,
  });
  const nextFault = faultCounter(options.faults ?? []);
  const nextNewsFault = faultCounter(options.announcementFaults ?? []);
  return (request, response) => {
    const url = new URL(side.graphUrl + targetOf(request));
    const fault = asksForAnnouncements(url.pathname) ? nextNewsFault() : nextFault();
    const answer = service({
      method: request.method ?? '',
      url,
      authorization: headerOf(request, 'authorization'),
      prefer: headerOf(request, 'prefer'),
      clientRequestId: headerOf(request, 'client-request-id'),
      now: options.clock(),
      fault,
    });
    logLine(options, 'graph', request, answer);
    send(request, response, answer, {
      gzip: quirks.gzip,
      transmission: transmissionOf(fault),
      delayMs: options.delayMs ?? 0,
    });
  };
}

interface ExchangeSide {
  readonly population: readonly SimulatedDelivery[];
  readonly authority: Authority;
  readonly exchangeUrl: string;
}

function exchangeListener(options: TenantOptions, side: ExchangeSide): RequestListener {
  const { registration, mint } = side.authority;
  const quirks = { ...REALISTIC_QUIRKS, ...options.quirks };
  const service = adminService({
    population: side.population,
    quirks,
    onboarding: options.exchangeOnboarding ?? 'complete',
    tokenChecks: options.tokenChecks ?? 'issued',
    mint,
    tenantId: registration.tenantId,
    audiences: [EXCHANGE_AUDIENCE, side.exchangeUrl],
    origin: side.exchangeUrl,
    setUp: options.setUp ?? HEALTHY_SET_UP,
  });
  const nextFault = faultCounter(options.exchangeFaults ?? []);
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = nextFault();
    const target = new URL(side.exchangeUrl + targetOf(request));
    const answer = service({
      method: request.method ?? '',
      path: target.pathname,
      search: target.search,
      authorization: headerOf(request, 'authorization'),
      anchorMailbox: headerOf(request, 'x-anchormailbox'),
      body: await bodyOf(request),
      now: options.clock(),
      fault,
    });
    logLine(options, 'exchange', request, answer);
    send(request, response, answer, {
      gzip: quirks.gzip,
      transmission: transmissionOf(fault),
      delayMs: options.delayMs ?? 0,
    });
  };
  return (request, response) => {
    answerOne(request, response).catch(() => request.socket.destroy());
  };
}

function signInListener(options: TenantOptions, authority: Authority, origin: string): RequestListener {
  const nextFault = faultCounter(options.signInFaults ?? []);
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = nextFault();
    const body = await bodyOf(request);
    const now = options.clock();
    const asked = { method: request.method ?? '', origin, url: targetOf(request), body, now };
    const answer = fault?.kind === 'sign-in-refusal' ? refuseSignIn(fault.code, asked) : plainFault(fault);
    const given = answer ?? lastingRefusal(options, asked) ?? answerSignIn(authority, asked);
    logLine(options, 'sign-in', request, given);
    const dated = withHeaders(given, { date: now.toUTCString(), 'cache-control': 'no-store' });
    send(request, response, dated, {
      gzip: false,
      transmission: transmissionOf(fault),
      delayMs: options.delayMs ?? 0,
    });
  };
  return (request, response) => {
    answerOne(request, response).catch(() => request.socket.destroy());
  };
}

/** Of every wish for a token; discovery goes on. */
function lastingRefusal(
  { tokenRefusal }: TenantOptions,
  asked: Parameters<typeof refuseSignIn>[1],
): Answer | null {
  return tokenRefusal === undefined || asked.method !== 'POST' ? null : refuseSignIn(tokenRefusal, asked);
}

function logLine(options: TenantOptions, server: ServerName, request: IncomingMessage, answer: Answer): void {
  options.log?.({
    at: options.clock(),
    server,
    method: request.method ?? '',
    path: readablePath(targetOf(request)),
    status: answer.status,
    note: answer.note,
  });
}

/** Names that are the same for the same seed, so that a drill can be repeated from another shell. */
function registrationOf({ seed = 1 }: TenantOptions): Registration {
  return {
    tenantId: guidOf(`tenant ${seed}`),
    tenantDomain: TENANT_DOMAIN,
    clientId: guidOf(`client ${seed}`),
    clientSecret: secretOf(seed),
    ...{ certificates: [], federated: [] },
    person: { name: `admin@${TENANT_DOMAIN}`, objectId: guidOf(`person ${seed}`) },
  };
}

/** As long as those of Microsoft. */
function secretOf(seed: number): string {
  const digest = createHash('sha256').update(`secret ${seed}`).digest('base64url');
  return `drill~${SECRET_MARK}${digest.slice(0, 20)}`;
}

function grantedBy({ withoutRoles = [] }: TenantOptions): Readonly<Record<'graph' | 'exchange', Granted>> {
  const graph = GRAPH_PERMISSIONS.filter((name) => !withoutRoles.includes(name));
  const isGranted = !withoutRoles.includes(EXCHANGE_PERMISSION.ofApp);
  return {
    graph: { toApp: graph, toPeople: graph },
    exchange: {
      toApp: isGranted ? [EXCHANGE_PERMISSION.ofApp] : [],
      toPeople: isGranted ? [EXCHANGE_PERMISSION.ofPeople] : [],
    },
  };
}

function guidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function testToken(audience: string, { mint, registration, resources }: Authority, now: Date): string {
  return mint.issue({
    audience,
    tenantId: registration.tenantId,
    clientId: registration.clientId,
    permissions: resources.get(audience)?.toApp ?? [],
    person: null,
    issuedAt: now,
    expiresAt: new Date(now.getTime() + TEST_TOKEN_LIFE_MS),
  });
}

function environmentOf(
  registration: Registration,
  addresses: Addresses,
  caFile: string,
): Readonly<Record<string, string>> {
  return {
    MAILCHECK_GRAPH_URL: addresses.graphUrl,
    MAILCHECK_EXCHANGE_URL: addresses.exchangeUrl,
    MAILCHECK_STATUS_URL: addresses.statusUrl,
    MAILCHECK_CONTROL_URL: addresses.controlUrl,
    MAILCHECK_MAIL_HOST: addresses.mailHost,
    AZURE_AUTHORITY_HOST: addresses.authorityHost,
    MAILCHECK_CA_FILE: caFile,
    AZURE_TENANT_ID: registration.tenantId,
    AZURE_CLIENT_ID: registration.clientId,
    AZURE_CLIENT_SECRET: registration.clientSecret,
  };
}

function oracleOf(population: readonly SimulatedDelivery[], at: Date): readonly OracleRow[] {
  return population.flatMap((delivery) => {
    const sighting = sightingAt(delivery, at);
    return sighting === null ? [] : [{ ...sighting, reason: () => reasonSeenAt(delivery, at) }];
  });
}
