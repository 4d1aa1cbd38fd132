import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';

import { errorCode } from './network-trouble.js';
import type { Proxy } from './proxy.js';
import { usualRoots } from './usual-roots.js';

/** How this machine reaches others. */
export interface Way {
  /** One more certificate authority to trust, PEM; null for the usual ones alone. */
  readonly caPem: string | null;
  readonly proxy: Proxy | null;
}

/** For an answer of a proxy to our wish for a tunnel. */
const PROXY_IDLE_MS = 15_000;

/** Connections that check certificates, through the proxy where there is one. */
export function secureAgent({ caPem, proxy }: Way): https.Agent {
  const trust = caPem === null ? {} : { ca: [...usualRoots(), caPem] };
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: true, ...trust });
  return proxy === null ? agent : Object.assign(agent, tunnelling(agent, proxy));
}

type Connected = (error: Error | null, socket?: Duplex) => void;

interface Tunnelling {
  readonly createConnection: (options: tls.ConnectionOptions, connected: Connected) => void;
  /** Also ends the wishes for a tunnel that nobody has answered yet. */
  readonly destroy: () => void;
}

/** What of an agent differs when its connections go through a proxy. The proxy sees names and ports, nothing else. */
function tunnelling(agent: https.Agent, proxy: Proxy): Tunnelling {
  const pending = new Set<http.ClientRequest>();
  const destroy = agent.destroy.bind(agent);

  function createConnection(options: tls.ConnectionOptions, connected: Connected): void {
    const request = askForTunnel(proxy, options);
    pending.add(request);
    request.once('close', () => pending.delete(request));
    request.once('connect', (answer: http.IncomingMessage, socket: Duplex, head: Buffer) => {
      // Bytes before our own first one are nobody's that we want to talk to.
      if (answer.statusCode === 200 && head.length === 0) {
        connected(null, tls.connect({ ...options, ALPNProtocols: ['http/1.1'], socket }));
        return;
      }
      socket.destroy();
      connected(proxyError(String(answer.statusCode)));
    });
    request.once('error', (error) => connected(proxyError(errorCode(error))));
    request.end();
  }

  return {
    createConnection,
    destroy: () => {
      for (const request of pending) request.destroy();
      destroy();
    },
  };
}

function askForTunnel(proxy: Proxy, { host = '', port = 443 }: tls.ConnectionOptions): http.ClientRequest {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const request = http.request({
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path: target,
    headers: {
      host: target,
      ...(proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization }),
    },
    agent: false,
  });
  request.setTimeout(PROXY_IDLE_MS, () => {
    request.destroy(Object.assign(new Error('ETIMEDOUT'), { code: 'ETIMEDOUT' }));
  });
  return request;
}

function proxyError(code: string): Error {
  return Object.assign(new Error('no tunnel'), { code: `PROXY_${code}` });
}
