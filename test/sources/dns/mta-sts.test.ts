/** Policies as web servers show them, well and otherwise. The server is a real one with TLS; names are played. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';

import { afterEach, expect, test } from 'vitest';

import type { MtaStsAnswer } from '#mailflow/connector/dns/mta-sts-policy.js';
import { type CertificateWord, openMailAuthority } from '#simulator/smtp/mail-certificate.js';
import { openMailDns } from '#sources/dns/mail-dns.js';

import { type Reply, startFakeDns, type Zone } from '../../fakes/fake-dns.js';

const DOMAIN = 'contoso.example';
const RECORD = 'v=STSv1; id=20260601T000000;';
const POLICY =
  'version: STSv1\r\nmode: enforce\r\nmx: mail.contoso.example\r\nmx: *.contoso.example\r\nmax_age: 604800\r\n';
const authority = openMailAuthority();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const plain =
  (body: string, type = 'text/plain', status = 200): Serve =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);

async function startWebServer(serve: Serve, word: CertificateWord) {
  const { certificatePem: cert, privateKeyPem: key } = authority.issue(`mta-sts.${DOMAIN}`, word);
  const seen: string[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    seen.push(`${request.method ?? ''} ${request.headers.host?.split(':')[0] ?? ''}${request.url ?? ''}`);
    serve(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a numbered port');
  return { port: address.port, seen };
}

interface Case {
  readonly record?: Reply;
  readonly host?: Zone;
  readonly serve?: Serve;
  readonly word?: CertificateWord;
  readonly allowPrivate?: boolean;
  readonly signal?: AbortSignal;
}

async function policyOf({ record = [RECORD], host, serve = plain(POLICY), word = 'good', ...more }: Case) {
  const web = await startWebServer(serve, word);
  const zone = {
    [`_mta-sts.${DOMAIN} TXT`]: record,
    ...(host ?? { [`mta-sts.${DOMAIN} A`]: ['127.0.0.1'] }),
  };
  const { server, close } = await startFakeDns(zone);
  closing.push(close);
  const dns = openMailDns({
    resolvers: [server],
    allowPrivate: more.allowPrivate ?? true,
    caPem: authority.caPem,
    env: {},
    policyPort: web.port,
  });
  const answer = await dns.mtaSts(DOMAIN, more.signal ?? new AbortController().signal);
  return { answer, seen: web.seen };
}

test('a policy, asked for by its name at the address that was checked', async () => {
  const { answer, seen } = await policyOf({});
  expect(answer).toEqual<MtaStsAnswer>({
    kind: 'policy',
    policyId: '20260601T000000',
    policy: {
      mode: 'enforce',
      mxPatterns: ['mail.contoso.example', '*.contoso.example'],
      maxAgeSeconds: 604_800,
    },
  });
  expect(seen).toEqual(['GET mta-sts.contoso.example/.well-known/mta-sts.txt']);
});

test('other TXT records may stand beside it, and its type may have a character set', async () => {
  const record = ['v=spf1 -all', RECORD, 'x'.repeat(1500)];
  const { answer } = await policyOf({
    record: { long: record },
    serve: plain(POLICY, 'text/plain; charset=utf-8'),
  });
  expect(answer.kind).toBe('policy');
});

const redirect: Serve = (_request, response) =>
  response.writeHead(301, { location: 'https://attacker.example/policy.txt' }).end();
const unusable = (reason: string, text: unknown = expect.any(String)) => ({ kind: 'unusable', reason, text });

test.each<[why: string, given: Case, answer: object]>([
  ['no record', { record: { rcode: 'NXDOMAIN' } }, { kind: 'none' }],
  ['only other records', { record: ['v=spf1 -all'] }, { kind: 'none' }],
  ['two records', { record: [RECORD, 'v=STSv1; id=2;'] }, unusable('record', '2 records')],
  ['a record without an id', { record: ['v=STSv1;'] }, unusable('record')],
  ['a name server that fails', { record: { rcode: 'SERVFAIL' } }, { kind: 'unanswered', part: 'record' }],
  ['no such host', { host: {} }, unusable('policy-host', 'mta-sts.contoso.example: no-such-name')],
  [
    'a host in our own network',
    { allowPrivate: false },
    {
      ...{ kind: 'unanswered', part: 'policy' },
      text: 'mta-sts.contoso.example: 127.0.0.1 (loopback), where only --allow-private leads',
    },
  ],
  [
    'a host that nobody answers for',
    {
      host: {
        'mta-sts.contoso.example A': { rcode: 'SERVFAIL' },
        'mta-sts.contoso.example AAAA': { rcode: 'SERVFAIL' },
      },
    },
    { kind: 'unanswered', part: 'policy' },
  ],
  ['another name on the certificate', { word: 'wrong-name' }, unusable('policy-certificate')],
  ['a certificate that has expired', { word: 'expired' }, unusable('policy-certificate')],
  ['a certificate of nobody', { word: 'unknown-authority' }, unusable('policy-certificate')],
  [
    'a redirect',
    { serve: redirect },
    unusable('policy-status', 'status 301, leads to https://attacker.example/policy.txt'),
  ],
  ['not found', { serve: plain(POLICY, 'text/plain', 404) }, unusable('policy-status', 'status 404')],
  ['a page', { serve: plain('<html>', 'text/html') }, unusable('policy-type', 'text/html')],
  ['a type that begins alike', { serve: plain(POLICY, 'text/plainer') }, unusable('policy-type')],
  ['65 KiB', { serve: plain(POLICY.padEnd(65 * 1024, '\n')) }, unusable('policy-too-large')],
  ['64 KiB', { serve: plain(POLICY.padEnd(64 * 1024, '\n')) }, { kind: 'policy' }],
  [
    'text that is no policy',
    { serve: plain('hello') },
    unusable('policy-text', expect.stringContaining('line 1')),
  ],
  [
    'a connection that is cut',
    {
      serve: (_request, response) =>
        response
          .writeHead(200, { 'content-type': 'text/plain', 'content-length': '999' })
          .write('version', () => response.destroy()),
    },
    { kind: 'unanswered', part: 'policy' },
  ],
])('%s', async (_why, given, answer) => {
  const { answer: got, seen } = await policyOf(given);
  expect(got).toMatchObject(answer);
  expect(seen.length).toBeLessThanOrEqual(1);
});

test('a web server that never answers is left when the time is up', async () => {
  const controller = new AbortController();
  const { answer } = await policyOf({ serve: () => controller.abort(), signal: controller.signal });
  expect(answer).toMatchObject({ kind: 'unanswered', part: 'policy' });
});

test('beside a detour nothing leaves this machine: neither to the address of the policy, nor to a proxy', async () => {
  const { port, seen } = await startWebServer(plain(POLICY), 'good');
  const { server, close } = await startFakeDns({
    [`_mta-sts.${DOMAIN} TXT`]: [RECORD],
    [`mta-sts.${DOMAIN} A`]: ['192.0.2.80'],
  });
  closing.push(close);
  const asked: string[] = [];
  const dns = openMailDns({
    ...{ resolvers: [server], allowPrivate: false, caPem: authority.caPem },
    env: { HTTPS_PROXY: 'http://192.0.2.1:3128' },
    policyDetour: (at) => {
      asked.push(`${at.address}:${at.port}`);
      return { address: '127.0.0.1', port };
    },
  });
  expect(await dns.mtaSts(DOMAIN, new AbortController().signal)).toMatchObject({ kind: 'policy' });
  expect([asked, seen]).toEqual([
    ['192.0.2.80:443'],
    ['GET mta-sts.contoso.example/.well-known/mta-sts.txt'],
  ]);
});
