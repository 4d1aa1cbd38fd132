/** Servers that this machine alone can reach, and what they read from a request. */
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';

const LOOPBACK = '127.0.0.1';
const MOST_BODY_BYTES = 65_536;

/** The address that the system chose, as `127.0.0.1:4711`. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a numbered port');
  return `${LOOPBACK}:${address.port}`;
}

/** Ends open connections too: a client that keeps one alive must not keep the server. */
export async function closed(server: Server & { readonly closeAllConnections: () => void }): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Path and query. A target in another form (`*`, `//host`, a whole URL) is taken as the root, where nothing is. */
export function targetOf(request: IncomingMessage): string {
  const target = request.url ?? '';
  return target.startsWith('/') ? target : '/';
}

/** @throws RangeError beyond 64 KiB, which no sign-in needs. */
export async function bodyOf(request: AsyncIterable<unknown>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new RangeError('the request body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
