/** Whose certificate, whose time, whose refusal: told of the way as it is, with and without a proxy. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import type { HostSight } from '#mailflow/doctor/doctor-evidence.js';
import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';
import { sightHosts } from '#sources/reach/sight-hosts.js';

import { type ConnectProxy, type ProxyHabit, startConnectProxy } from '../../fakes/connect-proxy.js';

const FAR = 'graph.contoso.example';
const AUTHORITY = 'Simulated tenant authority';
const NOW = new Date('2026-06-02T17:30:00.500Z');

const certificate = makeLoopbackCertificate([FAR]);
const stranger = makeLoopbackCertificate([FAR]);
const seen: { method: string; url: string; headers: object }[] = [];
let secure: Server;
let port = 0;
let date = '';
beforeAll(async () => {
  const { privateKeyPem: key, certificatePem: cert } = certificate;
  secure = createServer({ key, cert }, ({ method = '', url = '', headers }, response) => {
    seen.push({ method, url, headers });
    response.setHeader('date', date);
    response.end();
  });
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  ({ port } = secure.address() as AddressInfo);
});
afterAll(() => {
  secure.close();
  secure.closeAllConnections();
});

const proxies: ConnectProxy[] = [];
afterEach(async () => {
  seen.length = 0;
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

interface Looking {
  readonly origin?: string;
  readonly caPem?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly hasDate?: string;
}

async function sightOf({
  origin = `https://127.0.0.1:${port}`,
  caPem = certificate.caPem,
  env = {},
  hasDate = 'Tue, 02 Jun 2026 17:30:00 GMT',
}: Looking): Promise<HostSight> {
  date = hasDate;
  const [sight] = await sightHosts(
    {
      hosts: [{ target: 'graph', origin: { origin, isSecure: true } }],
      ...{ caPem, env, deadlineMs: Infinity },
      clock: { now: () => NOW, monotonicMs: () => performance.now() },
    },
    new AbortController().signal,
  );
  if (sight === undefined) throw new Error('one host, one sight');
  return sight;
}

async function proxyThat(habit: ProxyHabit): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(habit);
  proxies.push(proxy);
  return proxy;
}

test('a host that is trusted: who vouches for it, and that it has our time', async () => {
  const sight = await sightOf({});
  expect(sight).toMatchObject({
    ...{ target: 'graph', host: '127.0.0.1', port, isProxied: false, proxyRefusal: null, aheadMs: 0 },
    outcome: { kind: 'reached' },
    certificate: { authority: AUTHORITY, isPublic: false },
  });
  expect(seen.map(({ method, url }) => [method, url])).toEqual([['HEAD', '/']]);
});

test.each<[string, number | null, string]>([
  ['Tue, 02 Jun 2026 18:17:30 GMT', 2_849_500, 'ahead of us'],
  ['Tue, 02 Jun 2026 17:20:00 GMT', -599_500, 'behind us, by at least so much'],
  ['Tue, 02 Jun 2026 17:30:00 GMT', 0, 'within the second that the header rounds'],
  ['yesterday', null, 'no date that can be read'],
])('the date %s is %s ms: %s', async (hasDate, aheadMs) => {
  expect((await sightOf({ hasDate })).aheadMs).toBe(aheadMs);
});

test('one whose authority is not trusted is named all the same, with its time, and hears nothing of ours', async () => {
  const sight = await sightOf({ caPem: stranger.caPem });
  expect(sight).toMatchObject({
    outcome: { kind: 'failed', step: 'tls', reason: 'certificate' },
    ...{ certificate: { authority: AUTHORITY, isPublic: false }, aheadMs: 0 },
  });
  // The second look takes any certificate: a bare question for the head of the first page.
  expect(seen).toHaveLength(1);
  expect(Object.keys(seen[0]?.headers ?? {}).toSorted()).toEqual(['accept', 'connection', 'host']);
});

test('through a proxy the certificate is that of the host', async () => {
  const proxy = await proxyThat({ leadsTo: port });
  const sight = await sightOf({ origin: `https://${FAR}`, env: { HTTPS_PROXY: `http://${proxy.address}` } });
  expect(sight).toMatchObject({
    ...{ isProxied: true, proxyRefusal: null, outcome: { kind: 'reached' } },
    certificate: { authority: AUTHORITY },
  });
  expect(proxy.asked.map(({ target }) => target)).toEqual([`${FAR}:443`]);
});

test('a proxy that opens TLS is seen by its authority, also where the usual ones are trusted alone', async () => {
  const proxy = await proxyThat({ leadsTo: port });
  const sight = await sightOf({
    ...{ origin: `https://${FAR}`, caPem: null, env: { HTTPS_PROXY: `http://${proxy.address}` } },
  });
  expect(sight.outcome).toMatchObject({ kind: 'failed', reason: 'certificate' });
  expect(sight.certificate).toMatchObject({ authority: AUTHORITY, isPublic: false });
  expect(proxy.asked).toHaveLength(2);
  // Nothing but two handshakes and one bare question.
  expect(seen.map(({ method, url }) => [method, url])).toEqual([['HEAD', '/']]);
});

test.each([
  [407, '407', 'wants a password'],
  [403, '403', 'does not want us there'],
  [502, '502', 'cannot get there itself'],
])('a proxy that answers %i is told from the host: %s', async (answers, proxyRefusal) => {
  const proxy = await proxyThat({ answers });
  const sight = await sightOf({ origin: `https://${FAR}`, env: { HTTPS_PROXY: `http://${proxy.address}` } });
  expect(sight).toMatchObject({ proxyRefusal, isProxied: true, certificate: null, aheadMs: null });
});
