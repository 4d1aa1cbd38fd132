import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { StatusPageReading } from '#mailflow/health/status-page.js';
import { openStatusPageSource, parseStatusPageUrl } from '#sources/status-page/status-page-source.js';

import { type ConnectProxy, startConnectProxy } from '../../fakes/connect-proxy.js';
import {
  type Reply,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';

const open: (ScriptedServer | ConnectProxy)[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const { signal } = new AbortController();
type Options = Parameters<typeof openStatusPageSource>[0];

function sourceAt(origin: string, changes: Partial<Options> = {}) {
  return openStatusPageSource({
    ...{
      origin: parseStatusPageUrl(origin),
      caPem: null,
      env: {},
      clock: virtualClock('2026-06-02T17:30:00Z'),
    },
    deadlineMs: null,
    ...changes,
  });
}

const post = (changes: Readonly<Record<string, unknown>> = {}): object => ({
  Id: 'mac',
  AuthoredDateTime: '2026-06-02T16:00:00+00:00',
  InternalDateTime: '2026-06-02T17:20:00+00:00',
  LastUpdatedTime: '2026-06-02T17:30:00+00:00',
  Title: 'Admin centre',
  Message: '<p>All can be reached.</p>',
  Status: 'Available',
  ...changes,
});

describe('what the page says', () => {
  test.each<[string, Readonly<Record<string, unknown>>, Partial<StatusPageReading>]>([
    [
      'as it stands',
      {},
      {
        ...{
          kind: 'answered',
          status: 'Available',
          title: 'Admin centre',
          message: '<p>All can be reached.</p>',
        },
        authoredAt: new Date('2026-06-02T16:00:00Z'),
      },
    ],
    ['a word of tomorrow', { Status: 'Mostly harmless' }, { status: 'Mostly harmless' }],
    ['a date of year 1', { AuthoredDateTime: '0001-01-01T00:00:00+00:00' }, { authoredAt: null }],
    ['no date', { AuthoredDateTime: undefined }, { authoredAt: null }],
    ['a date that is none', { AuthoredDateTime: 'soon' }, { authoredAt: null }],
    ['no text', { Title: null, Message: null }, { title: '', message: '' }],
    ['a title of many lines', { Title: 'a\r\nb' }, { title: 'a b' }],
  ])('%s', async (_why, changes, expected) => {
    const server = await serve([{ body: post(changes) }]);
    expect(await sourceAt(server.origin).read(signal)).toMatchObject(expected);
  });

  test('it is asked once, at its one address, without anything of ours', async () => {
    const server = await serve([{ body: post() }]);
    await sourceAt(server.origin, { env: { MAILCHECK_GRAPH_TOKEN: 'canary' } }).read(signal);
    expect(server.requests.map(({ method, url }) => [method, url])).toEqual([['GET', '/api/posts/mac']]);
    const [{ headers } = { headers: {} }] = server.requests;
    expect(Object.keys(headers).toSorted()).toEqual(['accept', 'accept-encoding', 'connection', 'host']);
  });
});

describe('what is no status, and never a failure', () => {
  test.each<[string, Reply, RegExp]>([
    [
      'its page for people, with 200',
      { headers: { 'content-type': 'text/html' }, body: '<html>' },
      /other than JSON/,
    ],
    ['the same without a type', { body: '{"Status":"Available"}' }, /other than JSON/],
    ['broken JSON', { headers: { 'content-type': 'application/json' }, body: '{' }, /broken JSON/],
    ['a list', { body: [] }, /an object was expected/],
    ['no word', { body: post({ Status: '' }) }, /at Status/],
    ['a number for a word', { body: post({ Status: 1 }) }, /at Status/],
    ['a refusal', { status: 401 }, /no status \(status 401\)/],
    ['a trouble', { status: 503 }, /503/],
    [
      'another place',
      { status: 301, headers: { location: 'https://status.contoso.example/x?secret' } },
      /not followed \(status 301; to status\.contoso\.example\)/,
    ],
    ['a reset', { reset: true }, /broke/],
    [
      'too much of it',
      { headers: { 'content-type': 'application/json' }, body: ' '.repeat(300_000) },
      /larger/,
    ],
    ['bytes without end', { endless: Buffer.alloc(65_536, ' ') }, /larger/],
    ['not HTTP', { bytes: Buffer.from('220 mx.contoso.example\r\n') }, /HTTP/],
  ])('%s', async (_why, reply, why) => {
    const server = await serve(() => reply);
    const reading = await sourceAt(server.origin).read(signal);
    expect(reading).toEqual({ kind: 'unreadable', why: expect.stringMatching(why) as string });
    expect(server.requests).toHaveLength(1);
  });

  test('silence, by the deadline', async () => {
    const server = await serve([{ silent: true }]);
    const reading = await sourceAt(server.origin, { deadlineMs: 100 }).read(signal);
    expect(reading).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/time was up/) as string,
    });
  });

  test('silence, by its own bound', async () => {
    const server = await serve([{ silent: true }]);
    const limits = { bodyBytes: 1000, headerBytes: 1000, idleMs: 60, totalMs: 100 };
    const reading = await sourceAt(server.origin, { limits }).read(signal);
    expect(reading).toMatchObject({ why: expect.stringMatching(/did not answer in time/) as string });
  });

  test('nobody there', async () => {
    const server = await serve([]);
    await server.close();
    expect(await sourceAt(server.origin).read(signal)).toMatchObject({
      why: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)/) as string,
    });
  });

  test('a proxy that does not let us through', async () => {
    const proxy = await startConnectProxy({ answers: 403 });
    open.push(proxy);
    const env = { HTTPS_PROXY: `http://${proxy.address}` };
    expect(await sourceAt('https://status.contoso.example', { env }).read(signal)).toMatchObject({
      why: expect.stringMatching(/proxy of this machine does not let us through/) as string,
    });
  });

  test.each([
    [{ HTTPS_PROXY: 'socks://x' }, /HTTPS_PROXY/],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /NODE_TLS_REJECT_UNAUTHORIZED/],
  ])('an environment like %j', async (env, why) => {
    const reading = await sourceAt('https://status.contoso.example', { env }).read(signal);
    expect(reading).toEqual({ kind: 'unreadable', why: expect.stringMatching(why) as string });
  });

  test('another cloud, of which the page does not tell', async () => {
    const reading = await sourceAt('https://status.contoso.example', { origin: null }).read(signal);
    expect(reading).toMatchObject({ why: expect.stringMatching(/worldwide cloud only/) as string });
  });
});

test.each(['before', 'during'])('a person who stops it %s is the one reason to reject', async (when) => {
  const server = await serve([{ silent: true }]);
  const controller = new AbortController();
  const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
  if (when === 'before') controller.abort(reason);
  const reading = sourceAt(server.origin).read(controller.signal);
  if (when === 'during') {
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(reason);
  }
  expect(await reading.catch((error: unknown) => error)).toBe(reason);
});

test.each(['status.cloud.microsoft', 'http://status.contoso.example', 'https://status.contoso.example/api'])(
  '%s is no address of it',
  (given) => {
    expect(() => parseStatusPageUrl(given)).toThrow(
      expect.objectContaining({
        kind: 'configuration',
        remedy: expect.stringMatching(/^Set MAILCHECK_STATUS_URL to /) as string,
      }) as Error,
    );
  },
);
