import { createServer, type Server } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { MailDns, MailHostsAnswer } from '#mailflow/connector/dns/mail-dns.js';
import type { ReachReading, ReachStep } from '#mailflow/reach/reach-source.js';
import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';
import { openReachSource, parseControlUrl } from '#sources/reach/reach-source.js';
import { readyToken } from '#sources/sign-in/ready-token.js';

import { type ConnectProxy, startConnectProxy } from '../../fakes/connect-proxy.js';
import { type GreetingServer, type Manner, startGreetingServer } from '../../fakes/greeting-server.js';
import { type Script, type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { absent, found, unanswered } from '../../mailflow/connector/dns/dns-sample.js';

const TOKEN = 'canary-token-71c9';
const FAR = 'graph.contoso.example';

const certificate = makeLoopbackCertificate([FAR]);
const stranger = makeLoopbackCertificate([FAR]);
const seen: { method: string; url: string; headers: object }[] = [];
let secure: Server;
let securePort = 0;
beforeAll(async () => {
  const { privateKeyPem: key, certificatePem: cert } = certificate;
  secure = createServer({ key, cert }, ({ method = '', url = '', headers }, response) => {
    seen.push({ method, url, headers });
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  securePort = (secure.address() as AddressInfo).port;
});
afterAll(() => {
  secure.close();
  secure.closeAllConnections();
});

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  seen.length = 0;
  await Promise.all(open.splice(0).map((server) => server.close()));
});
function kept<T extends { close: () => Promise<void> }>(server: T): T {
  open.push(server);
  return server;
}
const serve = async (script: Script): Promise<ScriptedServer> => kept(await startScriptedServer(script));
const greet = async (manner: Manner): Promise<GreetingServer> => kept(await startGreetingServer(manner));

const { signal } = new AbortController();
type Options = Parameters<typeof openReachSource>[0];

/** Nobody waits long here; each test that runs into a bound names the one. */
const STEP_MS: Readonly<Record<ReachStep, number>> = {
  ...{ resolve: 10_000, connect: 10_000, tls: 10_000, 'first-byte': 10_000 },
};

type AskMailHosts = MailDns['mailHosts'];

function inbound(
  domains: readonly string[],
  mailHosts: AskMailHosts = () => Promise.reject(new Error('nobody asked for a name server')),
): Options['mail'] {
  return { domains, mailHosts };
}

function reach(changes: Partial<Options>) {
  return openReachSource({
    ...{ web: [], mail: inbound([]), tokens: null, scope: 'https://graph.contoso.example/.default' },
    ...{ caPem: certificate.caPem, env: {}, stepMs: STEP_MS },
    monotonicMs: () => performance.now(),
    deadlineMs: performance.now() + 20_000,
    ...changes,
  });
}

async function readWeb(origin: string, changes: Partial<Options> = {}): Promise<ReachReading | undefined> {
  const isSecure = origin.startsWith('https:');
  const web = [{ target: 'graph', origin: { origin, isSecure } }] as const;
  return (await reach({ web, ...changes }).probe(signal))[0];
}

async function readMail(port: number, changes: Partial<Options> = {}): Promise<ReachReading | undefined> {
  return (await reach({ mail: { server: { host: '127.0.0.1', port } }, ...changes }).probe(signal))[0];
}

const failed = (step: ReachStep, reason: string, text: unknown): object => ({
  outcome: { kind: 'failed', step, reason, text },
});
const failsWith =
  (code: string): LookupFunction =>
  (_name, _options, done) =>
    done(Object.assign(new Error(code), { code }), '', 0);
const toLoopback: LookupFunction = (_name, { all }, done) => {
  if (all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

describe('a web host', () => {
  test.each([200, 302, 401, 404, 503])('that answers %i is reached', async (status) => {
    const server = await serve([{ status }]);
    expect(await readWeb(server.origin)).toEqual({
      ...{ target: 'graph', host: '127.0.0.1', port: Number(new URL(server.origin).port) },
      outcome: { kind: 'reached', firstByteMs: expect.any(Number) as number, greeting: null },
    });
  });

  test('is asked for the head of its first page, over TLS, with nothing of ours', async () => {
    const env = { MAILCHECK_GRAPH_TOKEN: TOKEN };
    const reading = await readWeb(`https://localhost:${securePort}`, { env, lookup: toLoopback });
    expect(reading?.outcome).toMatchObject({ kind: 'reached' });
    expect(seen.map(({ method, url }) => [method, url])).toEqual([['HEAD', '/']]);
    expect(Object.keys(seen[0]?.headers ?? {}).toSorted()).toEqual(['accept', 'connection', 'host']);
  });

  test('is not asked by a token, though there is one', async () => {
    const server = await serve([{ status: 200 }]);
    await readWeb(server.origin, { tokens: () => readyToken(TOKEN) });
    expect(JSON.stringify(server.requests)).not.toContain(TOKEN);
  });

  test.each([
    ['ENOTFOUND', 'no-such-name'],
    ['EAI_AGAIN', 'name-server-silent'],
    ['EAI_FAIL', 'name-server-silent'],
  ])('whose name gives %s: %s', async (code, reason) => {
    const reading = await readWeb('http://localhost:9', { lookup: failsWith(code) });
    expect(reading).toMatchObject(failed('resolve', reason, code));
  });

  test('whose name nobody answers for in time', async () => {
    const lookup: LookupFunction = () => undefined;
    const reading = await readWeb('http://localhost:9', { lookup, stepMs: { ...STEP_MS, resolve: 40 } });
    expect(reading).toMatchObject(failed('resolve', 'name-server-silent', 'ETIMEDOUT'));
  });

  test('where nobody listens', async () => {
    const server = await startScriptedServer([]);
    await server.close();
    expect(await readWeb(server.origin)).toMatchObject(failed('connect', 'refused', 'ECONNREFUSED'));
  });

  test('with a certificate that we do not trust', async () => {
    const reading = await readWeb(`https://127.0.0.1:${securePort}`, { caPem: stranger.caPem });
    expect(reading).toMatchObject(
      failed('tls', 'certificate', expect.stringMatching(/CERT|SIGNATURE|SIGNED/)),
    );
  });

  test('that does not speak TLS', async () => {
    const { port } = await greet({ says: ['220 mx.contoso.example\r\n'] });
    const reading = await readWeb(`https://127.0.0.1:${port}`);
    expect(reading).toMatchObject(failed('tls', 'closed', expect.stringMatching(/SSL|EPROTO/)));
  });

  test('that keeps silent where TLS is expected', async () => {
    const { port } = await greet({ isSilent: true });
    const reading = await readWeb(`https://127.0.0.1:${port}`, { stepMs: { ...STEP_MS, tls: 40 } });
    expect(reading).toMatchObject(failed('tls', 'timeout', 'ETIMEDOUT'));
  });

  test('that hears and says nothing', async () => {
    const server = await serve([{ silent: true }]);
    const reading = await readWeb(server.origin, { stepMs: { ...STEP_MS, 'first-byte': 40 } });
    expect(reading).toMatchObject(failed('first-byte', 'timeout', 'ETIMEDOUT'));
  });

  test('that hangs up', async () => {
    const server = await serve([{ reset: true }]);
    expect(await readWeb(server.origin)).toMatchObject(failed('first-byte', 'closed', 'ECONNRESET'));
  });

  test('that says something else than HTTP', async () => {
    const server = await serve([{ bytes: Buffer.from('220 mx.contoso.example ESMTP\r\n') }]);
    expect(await readWeb(server.origin)).toMatchObject(
      failed('first-byte', 'closed', expect.stringMatching(/^HPE_/)),
    );
  });
});

describe('through a proxy', () => {
  const through = async (proxy: ConnectProxy): Promise<ReachReading | undefined> =>
    readWeb(`https://${FAR}`, { env: { HTTPS_PROXY: `http://ann:secret@${kept(proxy).address}` } });

  test('the host is reached as the program would reach it', async () => {
    const proxy = await startConnectProxy({ leadsTo: securePort });
    expect(await through(proxy)).toMatchObject({ host: FAR, port: 443, outcome: { kind: 'reached' } });
    expect(proxy.asked.map(({ target }) => target)).toEqual([`${FAR}:443`]);
  });

  test.each([
    [407, 'refused'],
    [403, 'refused'],
    [502, 'unreachable'],
  ])('that answers %i: %s, and it is the proxy that is named', async (answers, reason) => {
    const proxy = await startConnectProxy({ answers });
    expect(await through(proxy)).toMatchObject(failed('connect', reason, `PROXY_${answers}`));
  });

  test('a certificate of another name is refused there as well', async () => {
    const proxy = kept(await startConnectProxy({ leadsTo: securePort }));
    const reading = await readWeb('https://other.contoso.example', {
      env: { HTTPS_PROXY: `http://${proxy.address}` },
    });
    expect(reading).toMatchObject(failed('tls', 'certificate', 'ERR_TLS_CERT_ALTNAME_INVALID'));
  });

  test.each<[string, NodeJS.ProcessEnv, string]>([
    [
      '127.mx.contoso.example',
      { HTTPS_PROXY: 'http://127.0.0.1:9' },
      'ENOTFOUND, tried directly beside the proxy',
    ],
    ['localhost', { HTTPS_PROXY: 'http://127.0.0.1:9' }, 'ENOTFOUND'],
    ['127.mx.contoso.example', { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '*' }, 'ENOTFOUND'],
  ])('mail for %s goes beside it (%j): %s', async (host, env, text) => {
    const source = reach({ env, lookup: failsWith('ENOTFOUND'), mail: { server: { host, port: 9 } } });
    expect(await source.probe(signal)).toMatchObject([failed('resolve', 'no-such-name', text)]);
  });

  test('a proxy that is none is told at once', () => {
    const web = [{ target: 'control', origin: parseControlUrl('https://www.contoso.example') }] as const;
    expect(() => reach({ web, env: { HTTPS_PROXY: 'socks5://x' } })).toThrow(Failure);
    expect(() => reach({ web, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })).toThrow(Failure);
  });
});

describe('a mail host', () => {
  test.each<[string, readonly string[], string, string]>([
    ['a greeting', ['220 mx.contoso.example ESMTP\r\n'], '220 mx.contoso.example ESMTP', 'QUIT\r\n'],
    [
      'a greeting in pieces',
      ['22', '0 mx.contoso', '.example\r', '\n'],
      '220 mx.contoso.example',
      'QUIT\r\n',
    ],
    ['a line end of one byte', ['220 mx\n'], '220 mx', 'QUIT\r\n'],
    ['a deferral', ['421 4.3.2 Service not available\r\n'], '421 4.3.2 Service not available', 'QUIT\r\n'],
    ['the first of several lines', ['220-mx.contoso.example\r\n220 ready\r\n'], '220-mx.contoso.example', ''],
    ['something else', ['HTTP/1.1 400 Bad\r\n\r\n'], 'HTTP/1.1 400 Bad', ''],
  ])('that says %s', async (_why, says, greeting, heard) => {
    const server = await greet({ says });
    const reading = await readMail(server.port);
    expect(reading).toEqual({
      ...{ target: 'inbound-mail', host: '127.0.0.1', port: server.port },
      outcome: { kind: 'reached', firstByteMs: expect.any(Number) as number, greeting },
    });
    await expect.poll(server.openConnections).toBe(0);
    expect(server.heard()).toBe(heard);
  });

  test('that talks without end is cut after 2 KiB', async () => {
    const server = await greet({ floods: 'x'.repeat(10_000) });
    const reading = await readMail(server.port);
    expect(reading?.outcome).toEqual({
      ...{ kind: 'reached', firstByteMs: expect.any(Number) as number },
      greeting: 'x'.repeat(2048),
    });
    await expect.poll(server.openConnections).toBe(0);
  });

  test('that says half a line and no more', async () => {
    const server = await greet({ says: ['220 mx'] });
    const reading = await readMail(server.port, { stepMs: { ...STEP_MS, 'first-byte': 60 } });
    expect(reading?.outcome).toMatchObject({ kind: 'reached', greeting: '220 mx' });
  });

  test.each<[string, Manner, Partial<typeof STEP_MS>, object]>([
    ['keeps silent', { isSilent: true }, { 'first-byte': 40 }, failed('first-byte', 'timeout', 'ETIMEDOUT')],
    ['hangs up', { closes: true }, {}, failed('first-byte', 'closed', 'ECONNRESET')],
  ])('that %s', async (_why, manner, stepMs, expected) => {
    const server = await greet(manner);
    expect(await readMail(server.port, { stepMs: { ...STEP_MS, ...stepMs } })).toMatchObject(expected);
    await expect.poll(server.openConnections).toBe(0);
  });
});

describe('the mail hosts of our domains', () => {
  const lookup = failsWith('ENOTFOUND');
  const says = (answer: MailHostsAnswer) => () => Promise.resolve(answer);
  const hostsOf = async (mailHosts: AskMailHosts, ...domains: readonly string[]) => {
    const readings = await reach({ lookup, mail: inbound(domains, mailHosts) }).probe(signal);
    return readings.map(({ host, port, outcome }) => [host, port, outcome.kind === 'failed' && outcome.text]);
  };

  test('three at most of each, the preferred first, each once', async () => {
    const records = ['127.a', '127.b', '127.b', '127.c', '127.d'].map((host, preference) => ({
      host,
      preference,
    }));
    expect(await hostsOf(says(found(records)), 'contoso.example', 'Contoso.example')).toEqual([
      ['127.a', 25, 'ENOTFOUND'],
      ['127.b', 25, 'ENOTFOUND'],
      ['127.c', 25, 'ENOTFOUND'],
    ]);
  });

  test('a domain without the record is its own mail host', async () => {
    expect(await hostsOf(says(absent('no-such-record')), 'localhost')).toEqual([
      ['localhost', 25, 'ENOTFOUND'],
    ]);
  });

  test.each<[MailHostsAnswer, string, string, string]>([
    [absent('no-such-name'), 'no-such-name', 'no-such-name', 'a domain that does not exist'],
    [
      { kind: 'takes-no-mail', isAuthenticated: false },
      'no-such-name',
      'takes-no-mail',
      'nowhere to bring it',
    ],
    [
      { kind: 'refused', reason: 'alias-loop', text: 'a, b' },
      'no-such-name',
      'refused',
      'a name that leads nowhere',
    ],
    [unanswered('server-failed'), 'name-server-silent', 'server-failed', 'a name server in trouble'],
    [unanswered('timeout'), 'name-server-silent', 'timeout', 'a silent one'],
    [unanswered('no-name-server'), 'name-server-silent', 'no-name-server', 'none there'],
  ])('%j is %s (%s): %s', async (answer, reason, text) => {
    const mail = inbound(['contoso.example'], says(answer));
    expect(await reach({ mail }).probe(signal)).toMatchObject([
      { host: 'contoso.example', port: 25, ...failed('resolve', reason, text) },
    ]);
  });

  test('a name server that never answers is given up, and told so', async () => {
    let isTold = false;
    const silent: AskMailHosts = (_domain, stop) =>
      new Promise((resolve) =>
        stop.addEventListener('abort', () => {
          isTold = true;
          resolve(unanswered('stopped'));
        }),
      );
    const mail = inbound(['contoso.example'], silent);
    const readings = await reach({ mail, stepMs: { ...STEP_MS, resolve: 40 } }).probe(signal);
    expect(readings).toMatchObject([failed('resolve', 'name-server-silent', 'ETIMEDOUT')]);
    expect(isTold).toBe(true);
  });

  test('a mail host that was named is tried in their place', async () => {
    const server = await greet({ says: ['220 mx\r\n'] });
    expect(await readMail(server.port)).toMatchObject({ outcome: { kind: 'reached' } });
  });
});

describe('all at once', () => {
  test('one reading for each, whatever the others do, by one deadline', async () => {
    const [silent, well, mail] = [
      await serve([{ silent: true }]),
      await serve([{ status: 200 }]),
      await greet({ isSilent: true }),
    ];
    const told: string[] = [];
    const source = reach({
      web: [
        { target: 'control', origin: { origin: well.origin, isSecure: false } },
        { target: 'sign-in', origin: { origin: silent.origin, isSecure: false } },
      ],
      mail: { server: { host: '127.0.0.1', port: mail.port } },
      deadlineMs: performance.now() + 300,
      onRequest: (text) => void told.push(text),
    });
    expect(await source.probe(signal)).toMatchObject([
      { target: 'control', outcome: { kind: 'reached' } },
      { target: 'sign-in', ...failed('first-byte', 'timeout', 'ETIMEDOUT') },
      { target: 'inbound-mail', ...failed('first-byte', 'timeout', 'ETIMEDOUT') },
    ]);
    expect(told.map((text) => text.replaceAll(/\d+/g, 'N'))).toEqual([
      'reach N.N.N.N:N N ms',
      'reach N.N.N.N:N first-byte failed: ETIMEDOUT',
      'reach N.N.N.N:N first-byte failed: ETIMEDOUT',
    ]);
    await expect.poll(mail.openConnections).toBe(0);
  });

  test.each(['before', 'during'])('a person who stops it %s is the one reason to reject', async (when) => {
    const mail = await greet({ isSilent: true });
    const controller = new AbortController();
    const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
    if (when === 'before') controller.abort(reason);
    const source = reach({ mail: { server: { host: '127.0.0.1', port: mail.port } } });
    const readings = source.probe(controller.signal);
    if (when === 'during') {
      await expect.poll(mail.connections).toBe(1);
      controller.abort(reason);
    }
    expect(await readings.catch((error: unknown) => error)).toBe(reason);
    await expect.poll(mail.openConnections).toBe(0);
  });
});
