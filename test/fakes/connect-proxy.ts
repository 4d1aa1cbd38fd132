/** A proxy on loopback: remembers who wanted a tunnel where, and every byte that went into one. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export type ProxyHabit =
  /** Whatever name is asked for, the tunnel ends at this port of this machine. */
  | { readonly leadsTo: number }
  | { readonly answers: number }
  | { readonly speaksFirst: string }
  /** In place of an answer, before it hangs up. */
  | { readonly saysRaw: string }
  | { readonly isSilent: true };

export interface ConnectProxy {
  /** As `127.0.0.1:41234`. */
  readonly address: string;
  readonly asked: readonly { readonly target: string; readonly headers: IncomingHttpHeaders }[];
  /** Requests that are no wish for a tunnel. */
  readonly plainRequests: () => number;
  /** What clients sent through tunnels. */
  readonly tunnelled: () => Buffer;
  readonly openConnections: () => number;
  readonly close: () => Promise<void>;
}

export async function startConnectProxy(habit: ProxyHabit): Promise<ConnectProxy> {
  const asked: { target: string; headers: IncomingHttpHeaders }[] = [];
  const sent: Buffer[] = [];
  const sockets = new Set<Socket>();
  let plainRequests = 0;
  const server = createServer((_request, response) => {
    plainRequests += 1;
    response.statusCode = 400;
    response.end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, client: Socket) => {
    asked.push({ target: request.url ?? '', headers: request.headers });
    if ('isSilent' in habit) return void client.on('end', () => client.destroy()).resume();
    if ('answers' in habit)
      return void client.end(`HTTP/1.1 ${habit.answers} No\r\nContent-Length: 0\r\n\r\n`);
    if ('saysRaw' in habit) return void client.end(habit.saysRaw);
    if ('speaksFirst' in habit) return void client.write(`HTTP/1.1 200 OK\r\n\r\n${habit.speaksFirst}`);
    const onward = connect({ host: '127.0.0.1', port: habit.leadsTo });
    onward.on('error', () => client.destroy());
    client.on('data', (bytes: Buffer) => sent.push(bytes));
    client.on('close', () => onward.destroy());
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(onward).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    asked,
    plainRequests: () => plainRequests,
    tunnelled: () => Buffer.concat(sent),
    openConnections: () => sockets.size,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
