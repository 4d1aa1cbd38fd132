/**
 * A proxy on loopback that opens what goes through it, as companies have them: it signs for every host with an authority
 * of its own, and asks servers of this machine in their place. What they say of their own address is told as of the host.
 */
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as askOverTls } from 'node:https';
import { type AddressInfo, type Server, type Socket } from 'node:net';

import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';

interface OpeningProxyOptions {
  /** Origins on this machine, by the names of the hosts that they stand for. */
  readonly originByHost: Readonly<Record<string, string>>;
  /** As `user:password`; whoever does not say it is refused with 407. */
  readonly admits?: string;
}

export interface OpeningProxy {
  /** As `127.0.0.1:41234`. */
  readonly address: string;
  /** Whom a client must trust to be served. */
  readonly caPem: string;
  /** Every wish for a tunnel, as `graph.microsoft.com:443`. */
  readonly tunnels: readonly string[];
  /** Every question that was seen in a tunnel, as `POST login.microsoftonline.com`. */
  readonly seen: readonly string[];
  /** Requests that are no wish for a tunnel. */
  readonly plainRequests: () => number;
  readonly refused: () => number;
  readonly close: () => Promise<void>;
}

export async function startOpeningProxy({
  originByHost,
  admits,
}: OpeningProxyOptions): Promise<OpeningProxy> {
  const {
    caPem,
    certificatePem: cert,
    privateKeyPem: key,
  } = makeLoopbackCertificate(Object.keys(originByHost));
  const tunnels: string[] = [];
  const seen: string[] = [];
  const counts = { plain: 0, refused: 0 };
  const sockets = new Set<Socket>();
  const inside = createTlsServer({ key, cert }, (request, response) => {
    const host = request.headers.host ?? '';
    seen.push(`${request.method ?? ''} ${host}`);
    answerInPlace(originByHost[host], request, response).catch(() => response.destroy());
  });
  inside.on('tlsClientError', () => undefined);
  const proxy = createServer((_request, response) => {
    counts.plain += 1;
    response.statusCode = 400;
    response.end();
  });
  proxy.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  proxy.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '');
    const wanted = admits === undefined ? undefined : `Basic ${Buffer.from(admits).toString('base64')}`;
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) {
      counts.refused += 1;
      return void client.end('HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n');
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    inside.emit('connection', client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${portOf(proxy)}`,
    ...{ caPem, tunnels, seen },
    plainRequests: () => counts.plain,
    refused: () => counts.refused,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        proxy.close(() => resolve());
      }),
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function answerInPlace(
  origin: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (origin === undefined) throw new Error('nobody stands for this host');
  const url = new URL(request.url ?? '/', origin);
  const headers = { ...request.headers, host: url.host, 'accept-encoding': 'identity' };
  const options = { method: request.method ?? 'GET', headers, agent: false, rejectUnauthorized: false };
  const body = await bytesOf(request);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const onward = url.protocol === 'https:' ? askOverTls(url, options, resolve) : ask(url, options, resolve);
    onward.on('error', reject).end(body);
  });
  const told = (await bytesOf(answer))
    .toString('utf8')
    .replaceAll(origin, `https://${request.headers.host ?? ''}`);
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined && name !== 'transfer-encoding') response.setHeader(name, value);
  response.setHeader('content-length', Buffer.byteLength(told));
  response.writeHead(answer.statusCode ?? 502);
  response.end(request.method === 'HEAD' ? undefined : told);
}

async function bytesOf(source: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks);
}
