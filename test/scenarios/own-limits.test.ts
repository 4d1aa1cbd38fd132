/**
 * Why: a script that calls mailcheck gets an answer in its time, with what there was and when to come again, and
 * never less than was listed. Tenant: scripted answers, one trouble each. Requests: counted.
 */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, test } from 'vitest';

import {
  type Reply,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../fakes/scripted-server.js';
import { READY_TOKEN } from '../secrets/canary.js';
import { traceOf } from './read-answer.js';
import { type Run, runMailcheck } from './run-mailcheck.js';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function traceAt(script: Script, ...flags: readonly string[]): Promise<Run & { requests: number }> {
  const server = await startScriptedServer(script);
  servers.push(server);
  const env = { MAILCHECK_GRAPH_URL: server.origin, MAILCHECK_GRAPH_TOKEN: READY_TOKEN };
  const run = await runMailcheck(['trace', '--format', 'json', ...flags], { env });
  return { ...run, requests: server.requests.length };
}

function row(status: string): object {
  return {
    id: '5f0c3c1e-0000-4000-8000-000000000001',
    messageId: '<a1@contoso.example>',
    senderAddress: 'ann@contoso.example',
    recipientAddress: 'ben@fabrikam.example',
    subject: 'Order 1',
    receivedDateTime: new Date(Date.now() - 3_600_000).toISOString(),
    status,
    size: 1024,
    fromIP: '192.0.2.10',
    toIP: null,
  };
}

/** One delivered row and a link to more. */
function firstPage(host: string | undefined): Reply {
  const link = `http://${host ?? ''}/v1.0/admin/exchange/tracing/messageTraces?$skiptoken=1`;
  return { body: { value: [row('delivered')], '@odata.nextLink': link } };
}

function thenAlways(reply: Reply): Script {
  return (request, index) => (index === 0 ? firstPage(request.headers.host) : reply);
}

const PAUSE: Reply = { status: 429, headers: { 'retry-after': '60' } };

describe('before the first answer it is a failure', () => {
  test.each<[string, Reply, readonly string[], object]>([
    ['a service that says nothing', { silent: true }, ['--timeout', '1s'], { kind: 'timeout' }],
    ['a pause that a pipe does not sit out', PAUSE, [], { kind: 'throttled', retryAfterSeconds: 60 }],
  ])('%s', async (_why, reply, flags, error) => {
    const run = await traceAt(() => reply, ...flags);
    expect(run).toMatchObject({ exitCode: 3, requests: 1 });
    expect(JSON.parse(run.stdout)).toMatchObject({ data: [], outcome: { level: 'unknown' }, error });
  });
});

describe('after it, what was listed stays', () => {
  test.each<[string, Reply, readonly string[], object]>([
    ['a service that falls silent', { silent: true }, ['--timeout', '4s'], { reason: 'timeout' }],
    ['a pause', PAUSE, [], { reason: 'throttled', retryAfterSeconds: 60 }],
  ])('%s', async (_why, reply, flags, gap) => {
    const run = await traceAt(thenAlways(reply), ...flags);
    expect(run).toMatchObject({ exitCode: 3, requests: 2 });
    expect(traceOf(run)).toMatchObject({
      data: [{ subject: 'Order 1' }],
      window: { complete: false },
      incomplete: [gap],
    });
  });

  test('details that are refused', async () => {
    const refusal = { status: 403, body: { error: { code: 'Authorization_RequestDenied', message: 'no' } } };
    const run = await traceAt((_request, index) =>
      index === 0 ? { body: { value: [row('pending')] } } : refusal,
    );
    expect(run).toMatchObject({ exitCode: 3, requests: 2 });
    expect(traceOf(run)).toMatchObject({
      data: [{ subject: 'Order 1', held: true, verdict: null }],
      window: { complete: true },
      incomplete: [{ reason: 'refused' }],
    });
  });
});

const MIB = 1024 * 1024;
const PROBE = fileURLToPath(new URL('../large/memory-probe.cjs', import.meta.url));

test.each<[string, Buffer]>([
  ['brackets that never close', Buffer.alloc(32 * MIB - 1, '[')],
  ['as many brackets as are read', Buffer.alloc(2 * MIB, '[')],
  ['empty objects', Buffer.from(`{"value":[${'{},'.repeat(10 * MIB)}{}]}`)],
  ['one long text', Buffer.from(`{"value":["${'x'.repeat(31 * MIB)}"]}`)],
  ['one long text beyond ASCII', Buffer.from(`{"value":["${'é'.repeat(15 * MIB)}"]}`)],
  ['far more than is read', Buffer.alloc(200 * MIB, ' ')],
])('a body of %s takes less than 256 MiB', async (_why, body) => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const server = await startScriptedServer([{ headers, body: gzipSync(body, { level: 1 }) }]);
  servers.push(server);
  const env = {
    MAILCHECK_GRAPH_URL: server.origin,
    MAILCHECK_GRAPH_TOKEN: READY_TOKEN,
    NODE_OPTIONS: `--require=${PROBE}`,
  };
  const run = await runMailcheck(['trace', '--format', 'json'], { env });
  expect([run.exitCode, traceOf(run).error?.kind]).toEqual([3, 'protocol']);
  expect(Number(run.stderr.split('\n').at(-1))).toBeLessThan(256);
  expect(server.requests).toHaveLength(1);
});

test('a wrong address is told before missing credentials', async () => {
  const run = await runMailcheck(['trace', '--format', 'json'], {
    env: { MAILCHECK_GRAPH_URL: 'http://192.0.2.1' },
  });
  expect(run.exitCode).toBe(4);
  expect(traceOf(run)).toMatchObject({ error: { kind: 'configuration' } });
});
