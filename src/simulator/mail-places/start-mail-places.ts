/** The mail servers of the simulated world and the DNS that leads to them, all on this machine. */

import type { RequestLog } from '../request-log.js';
import { openMailAuthority } from '../smtp/mail-certificate.js';
import { startSmtpHost } from '../smtp/smtp-host.js';
import type { ZoneRecord } from './dns-message.js';
import { type DnsZone, startDnsServer } from './dns-server.js';
import type { MailPlace, MailPlaces } from './mail-place.js';

interface StartOptions {
  readonly clock: () => Date;
  readonly log: RequestLog | null;
}

export interface RunningMailPlaces {
  /** What leads a client there: resolvers, a control host, and where each address really is. */
  readonly environment: Readonly<Record<string, string>>;
  /** The authority that signs for the servers. */
  readonly caPem: string;
  readonly close: () => Promise<void>;
}

const SMTP_PORT = 25;

/** No system hands it out, as it does with a port that was closed just now: whoever came next would answer there. */
const REFUSING_PORT = 1;

export async function startMailPlaces(
  places: MailPlaces,
  { clock, log }: StartOptions,
): Promise<RunningMailPlaces> {
  const authority = openMailAuthority();
  const say = (server: 'mail' | 'dns', method: string, path: string): void =>
    log?.({ at: clock(), server, method, path, status: 0, note: '' });
  const distinct = [...new Map(places.places.map((place) => [place.address, place])).values()];
  const running = await Promise.all(
    distinct.map(async ({ host, address, script }) => {
      if (script === null) return { address, port: REFUSING_PORT, close: () => Promise.resolve() };
      const server = await startSmtpHost(script, authority, (point) => say('mail', point, host));
      return { address, port: server.port, close: server.close };
    }),
  );
  const zone = zoneOf(places);
  // Two of them, for what one resolver alone denies is no proof.
  const resolvers = await Promise.all(
    [1, 2].map(() => startDnsServer(zone, ({ name }) => say('dns', 'QUERY', name))),
  );
  return {
    environment: {
      MAILCHECK_DNS_SERVER: resolvers.map(({ address }) => address).join(' '),
      MAILCHECK_CONTROL_MAIL_HOST: `${places.control}:${SMTP_PORT}`,
      MAILCHECK_MAIL_DETOUR: running
        .map(({ address, port }) => `${bracketed(address)}:${SMTP_PORT}=127.0.0.1:${port}`)
        .join(' '),
    },
    caPem: authority.caPem,
    close: async () => {
      await Promise.all([...running, ...resolvers].map(({ close }) => close()));
    },
  };
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function zoneOf({ places, mailHosts }: MailPlaces): DnsZone {
  const zone = new Map<string, ZoneRecord[]>();
  const add = (name: string, record: ZoneRecord): void =>
    void zone.set(name, [...(zone.get(name) ?? []), record]);
  for (const { host, address } of places) add(host, addressRecord(address));
  for (const { domain, preference, host } of mailHosts) add(domain, { type: 'MX', preference, host });
  return zone;
}

function addressRecord(address: MailPlace['address']): ZoneRecord {
  return { type: address.includes(':') ? 'AAAA' : 'A', address };
}
