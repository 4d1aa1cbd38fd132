/**
 * The ways that mail takes over hosts: who hands over, to which hosts, in which order. `smart-host` is what Exchange Online
 * meets at our relay, `partner-mx` what it meets where a connector goes by the MX of its recipients, `mx` what our relay and
 * everybody else meets at Exchange Online.
 */
import type { DnsAnswer, HostAddress, MailHostsAnswer } from '../dns/mail-dns.js';
import type { MtaStsAnswer } from '../dns/mta-sts-policy.js';
import type { TlsaRecord } from '../dns/tlsa-record.js';
import type { TlsDemand } from '../probe/probe-path.js';
import type { StopPoint } from '../probe/smtp-prober.js';

export type RouteRole = 'smart-host' | 'partner-mx' | 'mx' | 'named';

export interface MailRoute {
  readonly role: RouteRole;
  /** As findings name it: the connector, the domain, or the host as it was given. */
  readonly name: string;
  /** Of a connector, the patterns that it takes; where it goes by MX, the domain. */
  readonly domains: readonly string[];
  /** Whose MX records tell the hosts; null where they are given. */
  readonly mxOf: string | null;
  /** Mail depends on it. */
  readonly isNeeded: boolean;
  /** Where DNS says that it takes no mail, that must be wrong; of other domains it may be meant. */
  readonly isMain: boolean;
  readonly tls: TlsDemand;
  readonly stopAfter: StopPoint;
  /** For RCPT; null where it is not asked. */
  readonly recipient: string | null;
  /** In the order in which a sender tries them. Empty where DNS tells them. */
  readonly hosts: readonly RouteHost[];
}

export interface RouteHost {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Of an MX record; hosts with the same one are tried in any order. Null for others. */
  readonly preference: number | null;
}

/** A connector over which nothing was probed, or not all that it takes, and why. */
export interface UnprobedConnector {
  readonly name: string;
  readonly why: 'off' | 'by-mx' | 'by-mx-in-part' | 'no-smart-host';
}

/** A route with what DNS tells of it. */
export interface LookedUpRoute {
  readonly route: MailRoute;
  /** Null for routes whose hosts are given. */
  readonly mailHosts: MailHostsAnswer | null;
  readonly mtaSts: MtaStsAnswer | null;
  /** In the order in which a sender tries them. */
  readonly hops: readonly Hop[];
}

export interface Hop extends RouteHost {
  /** 1 for the first. */
  readonly order: number;
  readonly addresses: DnsAnswer<HostAddress>;
  /** Null where it was not asked. */
  readonly tlsa: DnsAnswer<TlsaRecord> | null;
  /** The name that bears them: the host, or what it stands for. */
  readonly tlsaBase: string;
}
