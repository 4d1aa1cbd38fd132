/** Which resolvers are asked: those that the caller names, or those of this machine. */
import { getServers } from 'node:dns';

import { Failure } from '#failure.js';
import { barringRange, isLoopback } from '#mailflow/connector/dns/guard-address.js';
import { parseIpAddress } from '#mailflow/connector/dns/ip-address.js';

export interface Resolver {
  readonly address: string;
  readonly port: number;
  /** What it says of authenticity counts: nobody on the way can have said it in its place. */
  readonly isTrusted: boolean;
}

/** As many as the resolver library of most systems asks. */
const MOST_RESOLVERS = 3;
const DNS_PORT = 53;

/** Throws a usage Failure for a name or anything else that is no address. */
export function namedResolvers(given: readonly string[]): readonly Resolver[] {
  return given.map((text) => {
    const parsed = parseServer(text.trim());
    if (parsed !== null) return { ...parsed, isTrusted: true };
    throw new Failure('usage', `${JSON.stringify(text.slice(0, 80))} is no address of a resolver.`, {
      remedy: 'Give an IP address, with a port where it is not 53, as 192.0.2.53 or [2001:db8::53]:5353.',
    });
  });
}

/** Trusted when they are on this machine. */
export function systemResolvers(listed: readonly string[] = getServers()): readonly Resolver[] {
  const servers = listed.map(parseServer).filter((server) => server !== null);
  const keyOf = ({ address, port }: Server): string => `${address} ${port}`;
  return [...new Map(servers.map((server) => [keyOf(server), server])).values()]
    .filter(({ address }) => barringRange(address, { allowPrivate: true }) === null)
    .slice(0, MOST_RESOLVERS)
    .map((server) => ({ ...server, isTrusted: isLoopback(server.address) }));
}

type Server = Pick<Resolver, 'address' | 'port'>;

/** As Node lists them: `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`. */
function parseServer(text: string): Server | null {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([\d.]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? text;
  const number = port === undefined ? DNS_PORT : Number(port);
  if (parseIpAddress(address) === null || number < 1 || number > 65_535) return null;
  return { address, port: number };
}
