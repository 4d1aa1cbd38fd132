/**
 * A Microsoft 365 tenant in a box: a sign-in authority over https, Microsoft Graph and the admin endpoint of Exchange over
 * plain http, over a given population, and what stands around it: the public status page, a host that takes mail, and
 * one that has to do with neither. All on loopback only. It never learns what the client does with the answers, and its
 * clock is a parameter, so that a test can make hours pass.
 */
import { createHash } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';

import { NOTHING_ANNOUNCED } from './announcement/services.js';
import {
  EXCHANGE_AUDIENCE,
  exchangeListener,
  GRAPH_AUDIENCE,
  graphListener,
  signInListener,
} from './listeners.js';
import { closed, listening } from './loopback.js';
import { startMailPlaces } from './mail-places/start-mail-places.js';
import { startOutskirts } from './outskirts/outskirts.js';
import type { ReasonRecord, SimulatedDelivery } from './population/delivery.js';
import { newestFirst, reasonSeenAt, sightingAt } from './population/delivery.js';
import { REALISTIC_QUIRKS } from './quirks.js';
import type { ServerName } from './request-log.js';
import type { Authority, Granted } from './sign-in/authority.js';
import { makeLoopbackCertificate } from './sign-in/certificate.js';
import { personFlows } from './sign-in/person.js';
import type { Registration } from './sign-in/registration.js';
import { SECRET_MARK } from './sign-in/secret-mark.js';
import { tokenMint } from './sign-in/token.js';
import type { TenantOptions } from './tenant-options.js';

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
