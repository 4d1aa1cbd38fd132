import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, test } from 'vitest';

import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openSend, SEND_LIMITS, type Sent } from '#sources/http/send.js';

import {
  type Reply,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../fakes/scripted-server.js';
import { collect, openAt, page, row } from './opened.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const BODY = JSON.stringify(page([row(1), row(2), row(3)]));

const FRAMINGS = ['length', 'chunked', 'chunked, kept alive', 'close'] as const;
type Framing = (typeof FRAMINGS)[number];

/** The bytes of one whole answer, as no server of Node would let us cut them. */
function answer(framing: Framing, isGzip: boolean): Buffer {
  const body = isGzip ? gzipSync(BODY) : Buffer.from(BODY);
  const half = body.length >> 1;
  const chunk = (part: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
  const framed = {
    length: { header: `Content-Length: ${body.length}\r\n`, bytes: body },
    chunked: {
      header: 'Transfer-Encoding: chunked\r\n',
      bytes: Buffer.concat([
        chunk(body.subarray(0, half)),
        chunk(body.subarray(half)),
        Buffer.from('0\r\n\r\n'),
      ]),
    },
    close: { header: '', bytes: body },
  }[framing === 'chunked, kept alive' ? 'chunked' : framing];
  const connection = framing === 'chunked, kept alive' ? 'keep-alive' : 'close';
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: ${connection}\r\n${isGzip ? 'Content-Encoding: gzip\r\n' : ''}${framed.header}\r\n`;
  return Buffer.concat([Buffer.from(head), framed.bytes]);
}

const WAY = { caPem: null, env: {} };
const call = { path: '/', headers: {}, json: null, signal: new AbortController().signal };

function textOf(sent: Sent): string {
  return sent.kind === 'answered' ? sent.response.body : sent.why;
}

describe('a body that is cut is never taken for whole', () => {
  const shapes = FRAMINGS.flatMap((framing) => [false, true].map((isGzip) => ({ framing, isGzip })));

  test.each(shapes)('$framing, gzip $isGzip: at every byte', async ({ framing, isGzip }) => {
    const whole = answer(framing, isGzip);
    const server = await serve((_request, index) => ({ bytes: whole.subarray(0, index) }));
    const send = openSend(parseGraphUrl(server.origin), WAY);
    const outcomes = new Set<string>();
    for (let cut = 0; cut < whole.length; cut += 1) outcomes.add(textOf(await send(call)));
    expect([...outcomes].filter((outcome) => outcome !== 'cut' && outcome !== 'broken')).toEqual([]);
    expect(server.requests).toHaveLength(whole.length);
  });

  test.each(shapes)('$framing, gzip $isGzip: whole', async ({ framing, isGzip }) => {
    const server = await serve([{ bytes: answer(framing, isGzip) }]);
    expect(textOf(await openSend(parseGraphUrl(server.origin), WAY)(call))).toBe(BODY);
  });

  test('it is asked for again', async () => {
    const server = await serve([{ bytes: answer('close', true).subarray(0, -9) }, { body: page([row(1)]) }]);
    const { source, notices } = openAt(server.origin);
    const { entries, gaps } = await collect(source);
    expect({ rows: entries.length, gaps, requests: server.requests.length }).toEqual({
      rows: 1,
      gaps: [],
      requests: 2,
    });
    expect(notices).toEqual([expect.stringMatching(/No whole answer from .*trying again in 1 s/)]);
  });
});

describe('what is too much is refused', () => {
  const gzipped = (bytes: Buffer): Reply => ({
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: bytes,
  });

  test.each<[string, Reply, string]>([
    ['a body just over the limit', { body: Buffer.alloc(100_001, 0x20) }, 'too-large'],
    ['a body at the limit', { body: Buffer.alloc(100_000, 0x20) }, 'answered'],
    ['a bomb', gzipped(gzipSync(Buffer.alloc(50_000_000, 0x20))), 'too-large'],
    ['what is gzip in name only', gzipped(Buffer.from(BODY)), 'cut'],
    [
      'gzip in gzip',
      { headers: { 'content-encoding': 'gzip, gzip' }, body: gzipSync(gzipSync(BODY)) },
      'odd',
    ],
    ['an encoding that nobody asked for', { headers: { 'content-encoding': 'br' }, body: 'x' }, 'odd'],
    ['a header of 40 kB', { headers: { 'x-a': 'a'.repeat(40_000) }, body: 'x' }, 'too-large'],
    [
      'a change of protocol',
      { bytes: Buffer.from('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n') },
      'odd',
    ],
  ])('%s', async (_why, reply, expected) => {
    const server = await serve([reply]);
    const sent = await openSend(parseGraphUrl(server.origin), WAY, { ...SEND_LIMITS, bodyBytes: 100_000 })(
      call,
    );
    expect(sent.kind === 'answered' ? 'answered' : sent.why).toBe(expected);
  });

  test('the limit is 32 MiB after inflating', () => {
    expect(SEND_LIMITS).toEqual({
      bodyBytes: 33_554_432,
      headerBytes: 32_768,
      idleMs: 30_000,
      totalMs: 180_000,
    });
  });

  test('an answer that drips ends at the total time', async () => {
    const server = await serve([
      { bytes: Buffer.from('') },
      { silent: true },
      { endless: Buffer.from(' '), everyMs: 2 },
    ]);
    const limits = { ...SEND_LIMITS, idleMs: 30, totalMs: 60 };
    const send = openSend(parseGraphUrl(server.origin), WAY, limits);
    expect(textOf(await send(call))).toBe('broken');
    expect(textOf(await send(call))).toBe('slow');
    expect(textOf(await send(call))).toBe('slow');
  });

  test('an answer without end is left at the limit', async () => {
    const server = await serve(() => ({ endless: Buffer.alloc(65_536, 0x20) }));
    const send = openSend(parseGraphUrl(server.origin), WAY, { ...SEND_LIMITS, bodyBytes: 1_000_000 });
    expect(textOf(await send(call))).toBe('too-large');
  });

  const MIB = 1024 * 1024;
  test.each<[string, Buffer, string]>([
    ['brackets', Buffer.alloc(3 * MIB, '['), 'too-large'],
    ['empty objects', Buffer.alloc(3 * MIB, '{},'), 'too-large'],
    ['numbers', Buffer.alloc(3 * MIB, '0,'), 'too-large'],
    [
      'a page of long subjects, a comma in every tenth place',
      Buffer.alloc(8 * MIB, 'x,xxxxxxxx'),
      'answered',
    ],
    ['two mebibytes of brackets, which memory can bear', Buffer.alloc(2 * MIB, '['), 'answered'],
  ])('JSON that unfolds: %s', async (_why, body, expected) => {
    const server = await serve([gzipped(gzipSync(body, { level: 1 }))]);
    const sent = await openSend(parseGraphUrl(server.origin), WAY)(call);
    expect(sent.kind === 'answered' ? 'answered' : sent.why).toBe(expected);
  });
});

test('a byte order mark is not content', async () => {
  const server = await serve([
    { headers: { 'content-type': 'application/json; charset=utf-8' }, body: `\uFEFF${BODY}` },
  ]);
  expect((await collect(openAt(server.origin).source)).entries).toHaveLength(3);
});
