/** From a set-up, and what else is named, to the routes that are to be probed. */
import { domainOf, normalizeDomain } from '../../address/address.js';
import type { AcceptedDomain, OutboundConnector } from '../connector.js';
import type { TlsDemand } from '../probe/probe-path.js';
import type { StopPoint } from '../probe/smtp-prober.js';
import { bareHost } from '../smart-host.js';
import type { MailRoute, RouteHost, UnprobedConnector } from './mail-route.js';

export const SMTP_PORT = 25;

export interface RoutePlan {
  readonly routes: readonly MailRoute[];
  readonly unprobed: readonly UnprobedConnector[];
}

export interface RouteWishes {
  readonly connectors: readonly OutboundConnector[];
  readonly domains: readonly Pick<AcceptedDomain, 'name' | 'isDefault'>[];
  readonly hosts: readonly Omit<RouteHost, 'preference'>[];
  /** Null: as far as is usual for each route. */
  readonly stopAfter: StopPoint | null;
  readonly recipient: string | null;
}

/** Smart hosts first, then where mail comes in, then what was named. */
export function planRoutes(wishes: RouteWishes): RoutePlan {
  const planned = wishes.connectors.flatMap((connector) => planConnector(connector, wishes));
  return {
    routes: [
      ...planned.filter((each) => 'role' in each),
      ...wishes.domains.map((domain) => domainRoute(domain, wishes)),
      ...wishes.hosts.map((host) => namedRoute(host, wishes)),
    ],
    unprobed: planned.filter((each) => 'why' in each),
  };
}

function planConnector(
  connector: OutboundConnector,
  wishes: RouteWishes,
): readonly (MailRoute | UnprobedConnector)[] {
  const { name, enabled, testMode, usesMx, smartHosts, recipientDomains } = connector;
  if (enabled === false) return [{ name, why: 'off' }];
  if (usesMx === true) return planByMx(connector, wishes);
  const hosts = [...new Set((smartHosts ?? []).map(bareHost))].filter((host) => host !== '');
  if (hosts.length === 0) return [{ name, why: 'no-smart-host' }];
  return [
    {
      ...{ role: 'smart-host', name, domains: recipientDomains ?? [], mxOf: null },
      ...{ isNeeded: testMode !== true, isMain: true, tls: demandOf(connector) },
      ...(wishes.stopAfter === 'rcpt'
        ? { stopAfter: 'rcpt', recipient: wishes.recipient }
        : { stopAfter: wishes.stopAfter ?? 'tls', recipient: null }),
      hosts: hosts.map((host) => ({ host, port: SMTP_PORT, preference: null })),
    },
  ];
}

/** Of a connector that goes by MX; a partner has few domains, and one of them tells of its servers. */
const MOST_PARTNER_DOMAINS = 10;

/** What it meets is told by the domains that it takes; a pattern has no MX. Nobody who is not ours is named to RCPT. */
function planByMx(
  { name, testMode, recipientDomains, ...connector }: OutboundConnector,
  { stopAfter: wished }: RouteWishes,
): readonly (MailRoute | UnprobedConnector)[] {
  const patterns = [...new Set((recipientDomains ?? []).map(normalizeDomain))];
  const domains = patterns.filter((pattern) => !pattern.includes('*')).slice(0, MOST_PARTNER_DOMAINS);
  if (domains.length === 0) return [{ name, why: 'by-mx' }];
  const routes = domains.map((domain): MailRoute => {
    const stopAfter = wished === 'rcpt' ? 'mail' : (wished ?? 'tls');
    return {
      ...{ role: 'partner-mx', name, domains: [domain], mxOf: domain },
      ...{ isNeeded: testMode !== true, isMain: true, tls: demandOf(connector) },
      ...{ stopAfter, recipient: null, hosts: [] },
    };
  });
  return domains.length === patterns.length ? routes : [...routes, { name, why: 'by-mx-in-part' }];
}

/** https://learn.microsoft.com/powershell/module/exchangepowershell/set-outboundconnector, TlsSettings. A word that nobody knows is taken for the strictest that it can mean without a name. */
export function demandOf({
  tlsSettings,
  tlsDomain,
}: Pick<OutboundConnector, 'tlsSettings' | 'tlsDomain'>): TlsDemand {
  if (tlsSettings === null) return { kind: 'opportunistic' };
  if (tlsSettings === 'EncryptionOnly') return { kind: 'encrypted' };
  return tlsSettings === 'DomainValidation' && tlsDomain !== null
    ? { kind: 'named', domain: tlsDomain }
    : { kind: 'trusted' };
}

/** The probe recipient is asked for where mail to it goes, and nowhere else unless that was wished for. */
function domainRoute({ name, isDefault }: RouteWishes['domains'][number], wishes: RouteWishes): MailRoute {
  const domain = normalizeDomain(name);
  const { stopAfter, recipient } = wishes;
  const isRecipients = recipient !== null && domainOf(recipient) === domain;
  const asked = stopAfter ?? (isRecipients ? 'rcpt' : 'tls');
  return {
    role: 'mx',
    name: domain,
    domains: [domain],
    mxOf: domain,
    isNeeded: true,
    isMain: isDefault === true,
    tls: { kind: 'opportunistic' },
    ...(asked === 'rcpt' && !isRecipients
      ? { stopAfter: 'mail', recipient: null }
      : { stopAfter: asked, recipient: asked === 'rcpt' ? recipient : null }),
    hosts: [],
  };
}

function namedRoute({ host, port }: RouteWishes['hosts'][number], wishes: RouteWishes): MailRoute {
  const stopAfter = wishes.stopAfter ?? 'tls';
  return {
    role: 'named',
    name: port === SMTP_PORT ? host : `${host}:${port}`,
    domains: [],
    mxOf: null,
    isNeeded: true,
    isMain: true,
    tls: { kind: 'opportunistic' },
    stopAfter,
    recipient: stopAfter === 'rcpt' ? wishes.recipient : null,
    hosts: [{ host, port, preference: null }],
  };
}
