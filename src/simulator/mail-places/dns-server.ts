/** A name server on this machine that knows the simulated world and nothing else. */
import { createSocket } from 'node:dgram';

import { type DnsQuery, readQuery, writeAnswer, type ZoneRecord } from './dns-message.js';

/** All records of a name, by the name in lower case. */
export type DnsZone = ReadonlyMap<string, readonly ZoneRecord[]>;

export interface DnsServer {
  /** As `127.0.0.1:4714`. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

export async function startDnsServer(zone: DnsZone, onQuery: (query: DnsQuery) => void): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const query = readQuery(bytes);
    if (query === null) return;
    onQuery(query);
    socket.send(writeAnswer(query, zone.get(query.name) ?? null), from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
