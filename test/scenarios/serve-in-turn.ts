/** One address behind which tenants take turns: the store knows a tenant by where it is asked, and time need not pass. */
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach } from 'vitest';

export interface Turn {
  readonly url: string;
  /** From now on requests go there. */
  readonly leadTo: (url: string) => void;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

export async function serveInTurn(first: string): Promise<Turn> {
  let target = new URL(first);
  const server = createServer((incoming, outgoing) => {
    const { method, url = '/', headers } = incoming;
    const { hostname, port } = target;
    const onward = ask({ hostname, port, method, path: url, headers: { ...headers, host: target.host } });
    onward.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    leadTo: (url) => {
      target = new URL(url);
    },
  };
}
