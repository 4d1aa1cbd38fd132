/** A resolver on loopback that answers from a zone written as data, and treats single names as badly as the zone says. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

import { type Answer, AUTHENTIC_DATA, decode, encode, type Packet, RECURSION_AVAILABLE } from 'dns-packet';

export type Reply =
  /** Records as they stand in a zone file: `192.0.2.25`, `10 mail.contoso.example`, `3 1 1 AB…`. */
  | readonly string[]
  | { readonly rcode: 'SERVFAIL' | 'REFUSED' | 'FORMERR' | 'NXDOMAIN' }
  | { readonly silent: true }
  /** Over UDP nothing but that it is too long; over TCP this. */
  | { readonly long: Reply }
  /** One after the other; the last one stays. */
  | { readonly turns: readonly Reply[] }
  /** First one with another id and one to another question, then this. */
  | { readonly afterForged: readonly string[]; readonly forged: readonly string[] }
  /** These are signed, and the signatures do not hold: SERVFAIL for whoever wants them checked. */
  | { readonly bogus: readonly string[] }
  /** Nothing that can be read, with the right id. */
  | { readonly odd: true };

/** By `NAME TYPE`. A name with no line at all does not exist; one with a line for another type has no record. */
export type Zone = Readonly<Record<string, Reply>>;

export interface FakeDns {
  /** As `127.0.0.1:41234`. */
  readonly server: string;
  /** As `udp mail.contoso.example A`, in the order in which they came. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

interface FakeDnsOptions {
  /** Sets the bit that says "authenticated". */
  readonly isAuthentic?: boolean;
  /** As resolvers did before 1999. */
  readonly knowsEdns?: boolean;
}

const TTL = 300;
/** RCODEs by their number (RFC 1035, section 4.1.1). */
const RCODES = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

export async function startFakeDns(zone: Zone, options: FakeDnsOptions = {}): Promise<FakeDns> {
  const asked: string[] = [];
  const turns = new Map<string, number>();
  const sockets = new Set<Socket>();
  const { udp, tcp, port } = await bothOn();

  const answer = (query: Buffer, way: 'udp' | 'tcp', send: (bytes: Buffer) => void): void => {
    const packet = decode(query);
    const [question] = packet.questions ?? [];
    if (question === undefined) return;
    const key = `${question.name.toLowerCase()} ${question.type}`;
    asked.push(`${way} ${key}`);
    if (options.knowsEdns === false && (packet.additionals ?? []).length > 0) {
      send(written(packet, RCODES.FORMERR, []));
      return;
    }
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    const say = (reply: Reply): void => {
      if (Array.isArray(reply) || 'afterForged' in reply) {
        const lines = Array.isArray(reply)
          ? reply
          : (reply as { afterForged: readonly string[] }).afterForged;
        if (!Array.isArray(reply)) {
          const forged = recordsOf(
            question.name,
            question.type,
            (reply as { forged: readonly string[] }).forged,
          );
          send(written({ ...packet, id: ((packet.id ?? 0) + 1) % 65_536 }, 0, forged));
          send(written({ ...packet, questions: [{ ...question, name: 'other.example' }] }, 0, forged));
        }
        const chain = recordsOf(question.name, question.type, lines);
        send(written(packet, 0, chain, options.isAuthentic));
      } else if ('rcode' in reply)
        send(written(packet, RCODES[reply.rcode], [], reply.rcode === 'NXDOMAIN' && options.isAuthentic));
      else if ('bogus' in reply) say(packet.flag_cd ? reply.bogus : { rcode: 'SERVFAIL' });
      else if ('turns' in reply) say(reply.turns[Math.min(turn, reply.turns.length - 1)] ?? []);
      else if ('long' in reply) {
        if (way === 'tcp') say(reply.long);
        else send(written(packet, TRUNCATED, []));
      } else if ('odd' in reply)
        send(Buffer.concat([query.subarray(0, 2), Buffer.from([0x81, 0x80, 0, 9, 0, 9, 0, 0, 0, 0, 0xff])]));
    };
    say(resolved(zone, question.name.toLowerCase(), question.type));
  };

  /** With all aliases on the way, as resolvers put them in. */
  function recordsOf(name: string, type: string, lines: readonly string[]): Answer[] {
    const { aliases, end } = aliasWay(zone, name.toLowerCase());
    if (type === 'CNAME') return lines.map((line) => recordOf(name, type, line));
    return [
      ...aliases.map(([from, to]) => recordOf(from, 'CNAME', to)),
      ...lines.map((line) => recordOf(end ?? name, type, line)),
    ];
  }

  udp.on('message', (query, { port: to, address }) =>
    answer(query, 'udp', (bytes) => udp.send(bytes, to, address)),
  );
  tcp.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.once('data', (bytes) =>
      answer(bytes.subarray(2), 'tcp', (reply) => {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        // In two pieces, as it may come.
        socket.write(Buffer.concat([length, reply.subarray(0, 3)]));
        setImmediate(() => socket.end(reply.subarray(3)));
      }),
    );
  });
  return {
    server: `127.0.0.1:${port}`,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      udp.close();
      tcp.close();
      await Promise.all([once(udp, 'close'), once(tcp, 'close')]);
    },
  };
}

const TRUNCATED = 0x02_00;

function written(query: Packet, flags: number, answers: Answer[], isAuthentic = false): Buffer {
  return encode({
    type: 'response',
    id: query.id ?? 0,
    flags: RECURSION_AVAILABLE | flags | (isAuthentic ? AUTHENTIC_DATA : 0),
    questions: query.questions ?? [],
    answers,
  });
}

const MOST_ALIASES = 12;

function aliasWay(zone: Zone, from: string) {
  const aliases: (readonly [string, string])[] = [];
  let name = from;
  while (aliases.length < MOST_ALIASES) {
    const line = zone[`${name} CNAME`];
    const to = Array.isArray(line) ? (line as readonly string[])[0] : undefined;
    if (to === undefined) return { aliases, end: name };
    aliases.push([name, to]);
    name = to;
  }
  return { aliases, end: null };
}

function resolved(zone: Zone, name: string, type: string): Reply {
  const own = zone[`${name} ${type}`];
  if (own !== undefined) return own;
  const { end } = aliasWay(zone, name);
  if (end === null) return [];
  const isThere = Object.keys(zone).some((key) => key.startsWith(`${end} `));
  return zone[`${end} ${type}`] ?? (isThere ? [] : { rcode: 'NXDOMAIN' });
}

function recordOf(name: string, type: string, line: string): Answer {
  const [first = '', second = '', third = '', ...rest] = line.split(' ');
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
      return { name, type, ttl: TTL, data: line };
    case 'MX':
      return { name, type, ttl: TTL, data: { preference: Number(first), exchange: second } };
    case 'TLSA':
      return {
        name,
        type,
        ttl: TTL,
        data: {
          usage: Number(first),
          selector: Number(second),
          matchingType: Number(third),
          certificate: Buffer.from(rest.join(''), 'hex'),
        },
      };
    case 'TXT':
      return { name, type, ttl: TTL, data: piecesOf(line) };
    default:
      throw new Error(`no zone here holds ${type}`);
  }
}

/** A string of a TXT record holds 255 bytes at most. */
function piecesOf(text: string): string[] {
  return Array.from({ length: Math.max(1, Math.ceil(text.length / 255)) }, (_, index) =>
    text.slice(index * 255, index * 255 + 255),
  );
}

/** UDP and TCP on one port, as resolvers have it. */
async function bothOn(): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  for (let tries = 0; tries < 20; tries += 1) {
    const tcp = createServer();
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const address = tcp.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a numbered port');
    const udp = createSocket('udp4');
    udp.bind(address.port, '127.0.0.1');
    const isBound = await once(udp, 'listening').then(
      () => true,
      () => false,
    );
    if (isBound) return { udp, tcp, port: address.port };
    tcp.close();
  }
  throw new Error('no port is free for UDP and TCP');
}
