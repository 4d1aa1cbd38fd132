/** A proxy that lets nobody through: it answers every wish for a tunnel with one status. */
import { createServer } from 'node:http';

import { closed, listening } from '../loopback.js';

export interface RefusingProxy {
  /** As `127.0.0.1:4711`. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

export async function startRefusingProxy(status: number): Promise<RefusingProxy> {
  const server = createServer((_request, response) => {
    response.writeHead(status).end();
  });
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  return { address: await listening(server), close: () => closed(server) };
}
