import { afterEach, expect, test } from 'vitest';

import { openSend } from '#sources/http/send.js';

import { type Script, type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const { signal } = new AbortController();
const sendTo = ({ origin }: ScriptedServer) =>
  openSend({ origin, isSecure: false }, { caPem: null, env: {} });

test('JSON is posted whole, with its length in bytes', async () => {
  const server = await serve([{ body: {} }]);
  const json = JSON.stringify({ subject: 'Größe 🙂' });
  await sendTo(server)({ path: '/x', headers: { accept: 'application/json' }, json, signal });
  expect(server.requests).toMatchObject([
    {
      method: 'POST',
      body: json,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(json)),
      },
    },
  ]);
  expect(server.requests[0]?.headers['transfer-encoding']).toBeUndefined();
});

test('without JSON it is a GET, with no body and no word of one', async () => {
  const server = await serve([{ body: {} }]);
  await sendTo(server)({ path: '/x', headers: {}, json: null, signal });
  expect(server.requests).toMatchObject([{ method: 'GET', body: '' }]);
  expect(server.requests[0]?.headers).not.toHaveProperty('content-type');
});

test.each<[string, number, string]>([
  ['a refusal keeps its status', 403, '403:'],
  ['a good answer does not count: half of it may be missing', 200, 'cut'],
])('what is called gzip and is not: %s', async (_why, status, outcome) => {
  const server = await serve([{ status, headers: { 'content-encoding': 'gzip' }, body: Buffer.alloc(2048) }]);
  const sent = await sendTo(server)({ path: '/x', headers: {}, json: '{}', signal });
  const told = sent.kind === 'answered' ? `${sent.response.status}:${sent.response.body}` : sent.why;
  expect(told).toBe(outcome);
});

test('whoever stops one question leaves the others their time', async () => {
  const server = await serve(() => ({ silent: true }));
  const limits = { bodyBytes: 1000, headerBytes: 1000, idleMs: 5000, totalMs: 250 };
  const send = openSend({ origin: server.origin, isSecure: false }, { caPem: null, env: {} }, limits);
  const controller = new AbortController();
  const stopped = send({ path: '/x', headers: {}, json: null, signal: controller.signal });
  const waiting = send({ path: '/y', headers: {}, json: null, signal });
  await expect.poll(() => server.requests.length).toBe(2);
  controller.abort();
  expect(await stopped).toMatchObject({ kind: 'unanswered', why: 'stopped' });
  expect(await waiting).toMatchObject({ kind: 'unanswered', why: 'slow' });
});
