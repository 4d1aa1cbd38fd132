import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { createTextSink } from '#terminal/streams.js';

const STDOUT = { name: 'standard output', closesStream: false };
const CHUNK = `${'zwölf Wörter 会議 '.repeat(500)}\n`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-sink-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function faultOf(code: string): Error {
  return Object.assign(new Error(`${code}: refused, write`), { code });
}

describe('a slow reader', () => {
  test('gets every byte, and the writer waits for it', async () => {
    const received = createHash('sha256');
    let held = 0;
    let most = 0;
    const slow = new Writable({
      highWaterMark: 16_384,
      write: (chunk: Buffer, _encoding, done) => {
        received.update(chunk);
        most = Math.max(most, slow.writableLength);
        setImmediate(done);
      },
    });
    const sink = createTextSink(slow, STDOUT);
    for (; held < 300; held += 1) await sink.write(CHUNK);
    await sink.end();
    expect(received.digest('hex')).toBe(createHash('sha256').update(CHUNK.repeat(held)).digest('hex'));
    expect(most).toBeLessThanOrEqual(16_384 + Buffer.byteLength(CHUNK));
  });

  test('of a real pipe counts as many bytes as were written', async () => {
    const reader = spawn('wc', ['-c'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const counted = once(reader.stdout, 'data');
    const sink = createTextSink(reader.stdin, { name: 'pipe', closesStream: true });
    for (let written = 0; written < 300; written += 1) await sink.write(CHUNK);
    await sink.end();
    expect(Number(String((await counted)[0]))).toBe(300 * Buffer.byteLength(CHUNK));
  });
});

describe('a reader that has gone', () => {
  test('is no failure: the rest is dropped and the sink says so', async () => {
    const reader = spawn('head', ['-c', '10'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const sink = createTextSink(reader.stdin, STDOUT);
    let written = 0;
    for (; !sink.isClosed() && written < 100_000; written += 1) await sink.write(CHUNK);
    await sink.write(CHUNK);
    await sink.end();
    expect(sink.isClosed()).toBe(true);
    expect(written).toBeLessThan(100_000);
  });

  test.each(['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED'])('%s is how systems say it', async (code) => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(faultOf(code)) });
    const sink = createTextSink(stream, STDOUT);
    await sink.write('x');
    await sink.end();
    expect(sink.isClosed()).toBe(true);
  });

  test('may have gone before the first word', async () => {
    const stream = new PassThrough();
    stream.destroy();
    const sink = createTextSink(stream, STDOUT);
    await sink.write('x');
    await sink.end();
    expect(sink.isClosed()).toBe(true);
  });

  test('may go while the writer waits', async () => {
    const stuck = new Writable({ highWaterMark: 1, write: () => undefined });
    const sink = createTextSink(stuck, STDOUT);
    const write = sink.write('waits');
    stuck.destroy();
    await write;
    expect(sink.isClosed()).toBe(true);
  });
});

describe('a place that is full', () => {
  test.each([true, false])('is a failure with a cure (closed at the end: %s)', async (closesStream) => {
    const sink = createTextSink(createWriteStream('/dev/full'), { name: 'report.json', closesStream });
    const writing = (async () => {
      for (let written = 0; written < 100; written += 1) await sink.write(CHUNK);
      await sink.end();
    })();
    const failure: unknown = await writing.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      kind: 'unreachable',
      message: 'cannot write to report.json: ENOSPC: no space left on device, write',
    });
    await expect(sink.write('more')).rejects.toThrow('cannot write to report.json');
  });

  test('is a failure too where a stream throws at once, as standard output into a file may', async () => {
    const sink = createTextSink(
      new Writable({
        write: () => {
          throw faultOf('ENOSPC');
        },
      }),
      STDOUT,
    );
    await expect(sink.write('x')).rejects.toThrow('cannot write to standard output: ENOSPC');
  });

  test('is found at the latest when the file is closed', async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(),
      destroy: (_error, done) => done(faultOf('EDQUOT')),
    });
    const sink = createTextSink(stream, { name: 'report.json', closesStream: true });
    await sink.write('x');
    await expect(sink.end()).rejects.toThrow('cannot write to report.json: EDQUOT');
  });
});

test('a file holds what was written', async () => {
  const path = join(folder, 'out.txt');
  const sink = createTextSink(createWriteStream(path), { name: path, closesStream: true });
  await sink.write('one\n');
  await sink.write('');
  await sink.write('zwei 会議\n');
  await sink.end();
  expect(await readFile(path, 'utf8')).toBe('one\nzwei 会議\n');
});

test('a standard stream stays open for others', async () => {
  const stream = new PassThrough();
  const sink = createTextSink(stream, STDOUT);
  await sink.write('x');
  await sink.end();
  expect(stream.writable).toBe(true);
  expect(String(stream.read())).toBe('x');
});

test('very many small texts leave no listeners behind', async () => {
  const stream = new PassThrough({ highWaterMark: 8 });
  stream.resume();
  const sink = createTextSink(stream, STDOUT);
  const before = stream.listenerCount('close');
  for (let written = 0; written < 500; written += 1) await sink.write('0123456789');
  expect(stream.listenerCount('close')).toBe(before);
});
