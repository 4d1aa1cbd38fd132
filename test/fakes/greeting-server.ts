/** A TCP server on loopback that says given bytes to whoever comes, and remembers what it was told. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

export type Manner =
  | { readonly says: readonly string[] }
  | { readonly isSilent: true }
  | { readonly closes: true }
  /** Says these bytes again and again, without end. */
  | { readonly floods: string };

export interface GreetingServer {
  readonly port: number;
  /** Everything that clients sent. */
  readonly heard: () => string;
  readonly connections: () => number;
  readonly openConnections: () => number;
  readonly close: () => Promise<void>;
}

export async function startGreetingServer(manner: Manner): Promise<GreetingServer> {
  const sockets = new Set<Socket>();
  let heard = '';
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (heard += text));
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if ('closes' in manner) socket.destroy();
    else if ('floods' in manner) pour(socket, manner.floods);
    else if ('says' in manner) say(socket, manner.says);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    connections: () => connections,
    openConnections: () => sockets.size,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Piece by piece, each when the one before has left. */
function say(socket: Socket, [first, ...rest]: readonly string[]): void {
  if (first !== undefined) socket.write(first, 'latin1', () => setImmediate(() => say(socket, rest)));
}

function pour(socket: Socket, text: string): void {
  while (!socket.destroyed && socket.write(text));
  socket.once('drain', () => pour(socket, text));
}
