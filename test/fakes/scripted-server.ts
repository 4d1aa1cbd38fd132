/** A server on loopback that plays given answers in order, and remembers who came and what was asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SeenRequest {
  readonly method: string;
  /** The request line's target, verbatim. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Empty for a GET. */
  readonly body: string;
}

export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
      /** An object is sent as JSON. */
      readonly body?: string | Buffer | object;
    }
  /** These bytes and then the end of the connection. */
  | { readonly bytes: Buffer }
  /** The connection is reset. */
  | { readonly reset: true }
  /** Nothing, ever. */
  | { readonly silent: true }
  /** Good headers and then these bytes again and again: as fast as they are taken, or one piece in so many milliseconds. */
  | { readonly endless: Buffer; readonly everyMs?: number };

export interface ScriptedServer {
  /** As `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  readonly connections: () => number;
  /** Replies that nobody asked for; a test that ends with some has planned wrongly. */
  readonly unplayed: () => number;
  readonly close: () => Promise<void>;
}

export type Script = readonly Reply[] | ((request: SeenRequest, index: number) => Reply);

async function pour(
  response: ServerResponse,
  { endless, everyMs = 0 }: { readonly endless: Buffer; readonly everyMs?: number },
): Promise<void> {
  response.setHeader('content-type', 'application/json');
  while (!response.destroyed) {
    const isTaken = response.write(endless);
    if (everyMs > 0) await sleep(everyMs);
    else if (!isTaken) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
}

/** A request beyond the end of the script gets status 599, which no test expects. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const answer = (request: IncomingMessage, response: ServerResponse, sentBody: string): void => {
    const { method = '', url = '', headers: sentHeaders } = request;
    const seen = { method, url, headers: sentHeaders, body: sentBody };
    const index = requests.push(seen) - 1;
    const reply = typeof script === 'function' ? script(seen, index) : (script[index] ?? { status: 599 });
    if ('silent' in reply) return;
    if ('endless' in reply) return void pour(response, reply);
    if ('reset' in reply) return void request.socket.resetAndDestroy();
    if ('bytes' in reply) return void request.socket.end(reply.bytes);
    const { status = 200, headers = {}, body = '' } = reply;
    const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
    const payload = isJson ? JSON.stringify(body) : body;
    const all = {
      ...(isJson ? { 'content-type': 'application/json; odata.metadata=minimal' } : {}),
      ...headers,
    };
    for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
    response.statusCode = status;
    response.end(payload);
  };
  const server = createServer((request, response) => {
    // The clock of a test is a virtual one; a date of today would be years away from it.
    response.sendDate = false;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    unplayed: () => (typeof script === 'function' ? 0 : Math.max(0, script.length - requests.length)),
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
