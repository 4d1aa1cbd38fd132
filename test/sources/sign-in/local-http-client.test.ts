import { Agent, createServer } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import type { Heard } from '#sources/sign-in/credential.js';
import { heardBy, localHttpClient } from '#sources/sign-in/local-http-client.js';
import { secureAgent } from '#sources/sign-in/secure-agent.js';

type Client = ReturnType<typeof localHttpClient>;
type Asked = Parameters<Client['sendRequest']>[0];

const AGENT = secureAgent({ caPem: null, proxy: null });

/** What it hears when it asks there once, in the shape that the library asks in. */
async function heardFrom(client: Client, url: string): Promise<Heard> {
  const held: { heard: Heard } = { heard: { kind: 'nothing' } };
  const listening = {
    ...{ agent: AGENT, signal: undefined, assertion: '' },
    hear: (news: Heard): void => void (held.heard = news),
  };
  const request = {
    ...{ url, method: 'GET', timeout: 0, withCredentials: false, requestId: '1' },
    headers: headersOf({ metadata: 'true' }),
  } satisfies Asked;
  await heardBy(listening, () => client.sendRequest(request).catch(() => null));
  return held.heard;
}

function headersOf(given: Readonly<Record<string, string>>): Asked['headers'] {
  const values = new Map(Object.entries(given));
  return {
    get: (name) => values.get(name),
    has: (name) => values.has(name),
    set: (name, value) => void values.set(name, String(value)),
    delete: (name) => void values.delete(name),
    toJSON: () => Object.fromEntries(values),
    [Symbol.iterator]: () => values[Symbol.iterator](),
  };
}

describe('an identity service that is not there', () => {
  test('a connection that nobody takes ends long before an answer could', async () => {
    const client = localHttpClient({ connectMs: 1, answerMs: 3_600_000, plainAgent: unconnecting() });
    expect(await heardFrom(client, 'http://127.0.0.1:9/')).toEqual({ kind: 'network', code: 'ETIMEDOUT' });
  });

  test('one that is taken and not answered is told from that', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const client = localHttpClient({ connectMs: 3_600_000, answerMs: 50 });
    const heard = await heardFrom(client, `http://127.0.0.1:${port}/`);
    server.closeAllConnections();
    server.close();
    expect(heard).toEqual({ kind: 'network', code: 'ESOCKETTIMEDOUT' });
  });
});

/** As where packets are dropped on the way: a connection neither opens nor fails. */
function unconnecting(): Agent {
  const socket = Object.defineProperty(new Socket(), 'connecting', { value: true });
  return Object.assign(new Agent(), { createConnection: () => socket });
}
