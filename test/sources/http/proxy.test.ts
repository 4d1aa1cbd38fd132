import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';
import { unansweredTrouble } from '#sources/http/network-failure.js';
import { openSend, type Sent } from '#sources/http/send.js';
import { identityAsker } from '#sources/sign-in/identity-credential.js';
import { proxyFor } from '#sources/sign-in/proxy.js';

import { type ConnectProxy, type ProxyHabit, startConnectProxy } from '../../fakes/connect-proxy.js';

const askIdentity = identityAsker({});

const HOST = 'graph.contoso.example';
const ORIGIN = `https://${HOST}`;
const TOKEN = 'canary-token-71c9';
const SECRET = 'canary~secret-5b1d';
const WORDS = {
  name: 'Microsoft Graph',
  urlFlag: '--graph-url',
  urlVariable: 'MAILCHECK_GRAPH_URL',
  exampleUrl: 'https://graph.microsoft.com',
};

const certificate = makeLoopbackCertificate([HOST]);
const seen: { url: string; headers: object }[] = [];
let service: Server;
let port = 0;
beforeAll(async () => {
  const { privateKeyPem: key, certificatePem: cert } = certificate;
  service = createServer({ key, cert }, (request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers });
    response.setHeader('content-type', 'application/json');
    response.end('{"value":[]}');
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  ({ port } = service.address() as AddressInfo);
});
afterAll(() => {
  service.close();
  service.closeAllConnections();
});

const proxies: ConnectProxy[] = [];
afterEach(async () => {
  seen.length = 0;
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

async function proxyThat(habit: ProxyHabit): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(habit);
  proxies.push(proxy);
  return proxy;
}

function sendBy(proxyUrl: string, origin = ORIGIN) {
  return openSend({ origin, isSecure: true }, { caPem: certificate.caPem, env: { HTTPS_PROXY: proxyUrl } });
}

const call = (signal = new AbortController().signal) => ({
  path: '/v1.0/x',
  headers: { authorization: `Bearer ${TOKEN}` },
  json: null,
  signal,
});

const outcomeOf = (sent: Sent): string =>
  sent.kind === 'answered' ? sent.response.body : `${sent.why} ${sent.code}`;

describe('through a proxy', () => {
  test('the service is asked, over one tunnel, and neither learns the secret of the other', async () => {
    const proxy = await proxyThat({ leadsTo: port });
    const send = sendBy(`http://ann:p%40ss@${proxy.address}`);
    expect([outcomeOf(await send(call())), outcomeOf(await send(call()))]).toEqual([
      '{"value":[]}',
      '{"value":[]}',
    ]);
    expect(proxy.asked).toEqual([
      {
        target: `${HOST}:443`,
        headers: expect.objectContaining({
          host: `${HOST}:443`,
          'proxy-authorization': `Basic ${Buffer.from('ann:p@ss').toString('base64')}`,
        }) as object,
      },
    ]);
    expect(proxy.plainRequests()).toBe(0);
    expect(JSON.stringify(proxy.asked) + proxy.tunnelled().toString('latin1')).not.toContain(TOKEN);
    expect(seen.map(({ url }) => url)).toEqual(['/v1.0/x', '/v1.0/x']);
    expect(JSON.stringify(seen)).not.toMatch(/proxy-authorization|Basic/i);
    await send(call(AbortSignal.abort()));
  });

  test.each<[ProxyHabit, string, string, RegExp, string]>([
    [{ answers: 407 }, 'proxy-refused PROXY_407', 'configuration', /USER:PASSWORD/, 'it wants to know us'],
    [{ answers: 403 }, 'proxy-refused PROXY_403', 'configuration', /admitted/, 'it does not like the host'],
    [{ answers: 502 }, 'proxy PROXY_502', 'unreachable', /again/, 'it finds no way'],
    [{ answers: 204 }, 'proxy PROXY_204', 'unreachable', /again/, 'it says something odd'],
    [
      { speaksFirst: '220 hello' },
      'proxy PROXY_200',
      'unreachable',
      /proxy/,
      'somebody speaks before the service can',
    ],
    [{ saysRaw: '' }, 'proxy PROXY_ECONNRESET', 'unreachable', /proxy itself/, 'it hangs up'],
    [
      { saysRaw: 'SSH-2.0-OpenSSH_9.2\r\n' },
      'proxy PROXY_HPE_INVALID_CONSTANT',
      'unreachable',
      /proxy itself/,
      'it is no proxy at all',
    ],
  ])('%j: %s, %s: %s', async (habit, outcome, kind, remedy) => {
    const proxy = await proxyThat(habit);
    const sent = await sendBy(`http://${proxy.address}`)(call());
    expect(outcomeOf(sent)).toBe(outcome);
    if (sent.kind === 'answered') throw new Error('nobody answers here');
    const { failure } = unansweredTrouble(sent, HOST, WORDS);
    expect(failure).toMatchObject({
      kind,
      message: expect.stringContaining('proxy of this machine') as string,
      remedy: expect.stringMatching(remedy) as string,
    });
    expect(proxy.tunnelled()).toHaveLength(0);
    expect(seen).toEqual([]);
  });

  test('a proxy that is not there', async () => {
    const proxy = await proxyThat({ isSilent: true });
    await proxy.close();
    expect(outcomeOf(await sendBy(`http://${proxy.address}`)(call()))).toBe('proxy PROXY_ECONNREFUSED');
  });

  test('one that says nothing is left when we are stopped', async () => {
    const proxy = await proxyThat({ isSilent: true });
    const controller = new AbortController();
    const sent = sendBy(`http://${proxy.address}`)(call(controller.signal));
    while (proxy.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(outcomeOf(await sent)).toBe('stopped MC_STOPPED');
    while (proxy.openConnections() > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test('the certificate is that of the service all the same', async () => {
    const proxy = await proxyThat({ leadsTo: port });
    const send = sendBy(`http://${proxy.address}`, 'https://graph.fabrikam.example');
    expect(outcomeOf(await send(call()))).toBe('certificate ERR_TLS_CERT_ALTNAME_INVALID');
    expect(proxy.tunnelled().toString('latin1')).not.toContain(TOKEN);
    expect(seen).toEqual([]);
  });
});

describe('signing in through a proxy', () => {
  const settings = (proxyUrl: string) => ({
    tenantId: '11111111-1111-4111-8111-111111111111',
    clientId: '22222222-2222-4222-8222-222222222222',
    proof: { kind: 'secret', secret: SECRET } as const,
    authorityHost: ORIGIN,
    isKnownCloud: false,
    caPem: certificate.caPem,
    proxy: proxyFor(ORIGIN, { HTTPS_PROXY: proxyUrl }),
  });

  test('trusts the certificate authority that was named, and tells the proxy nothing', async () => {
    const proxy = await proxyThat({ leadsTo: port });
    const reply = await askIdentity(settings(`http://${proxy.address}`), `${ORIGIN}/.default`, undefined);
    expect(reply).toMatchObject({ ok: false, heard: { kind: 'answer', status: 200 } });
    expect(proxy.asked.map(({ target }) => target)).toEqual([`${HOST}:443`]);
    expect(seen.length).toBeGreaterThan(0);
    expect(proxy.tunnelled().toString('latin1')).not.toContain(SECRET);
  });

  test.each<[ProxyHabit, string]>([
    [{ answers: 407 }, 'PROXY_407'],
    [{ answers: 503 }, 'PROXY_503'],
  ])('%j is heard as %s', async (habit, code) => {
    const proxy = await proxyThat(habit);
    const reply = await askIdentity(settings(`http://${proxy.address}`), `${ORIGIN}/.default`, undefined);
    expect(reply).toMatchObject({ ok: false, heard: { kind: 'network', code } });
    expect(proxy.asked).toHaveLength(1);
    expect(seen).toEqual([]);
  });
});
