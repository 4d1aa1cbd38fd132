import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { withinTime } from '#sources/http/deadline.js';
import { stoppedFailure } from '#sources/sign-in/stopped.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';

import {
  type Reply,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { asked, collect, LIST, NOW, openAt, page, row } from './opened.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A deadline that is near for timers too; far shorter than any limit of a single request. */
const DEADLINE_MS = 500;
const signal = new AbortController().signal;

/** Serves one page with a link, then this for ever. */
function after(reply: Reply): Script {
  return (request, index) =>
    index === 0
      ? { body: page([row(1)], `http://${request.headers.host ?? ''}${LIST}?$skiptoken=1`) }
      : reply;
}

/** A sign-in service that never answers. */
const silentTokens: TokenSource = {
  token: (_scope, _options, stop) =>
    new Promise((_resolve, reject) => {
      stop?.addEventListener('abort', () => reject(stoppedFailure(stop)));
    }),
};

/** Headers and the beginning of a body, and then nothing more. */
const unfinished: Reply = {
  headers: { 'content-type': 'application/json', 'content-length': '1000' },
  body: '{"value":[',
};

describe('the deadline ends', () => {
  test.each<[string, Reply]>([
    ['the wait for an answer', { silent: true }],
    ['the wait for the rest of an answer', unfinished],
  ])('%s, as a failure before the first answer', async (_why, reply) => {
    const server = await serve(() => reply);
    await expect(collect(openAt(server.origin, { deadlineMs: DEADLINE_MS }).source)).rejects.toMatchObject({
      kind: 'timeout',
      message: `The time was up before ${new URL(server.origin).host} had answered.`,
      remedy: expect.stringContaining('--timeout') as string,
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Reply]>([
    ['the wait for an answer', { silent: true }],
    ['the wait for the rest of an answer', unfinished],
  ])('%s, as a gap after it', async (_why, reply) => {
    const server = await serve(after(reply));
    const { entries, gaps } = await collect(openAt(server.origin, { deadlineMs: DEADLINE_MS }).source);
    expect({ rows: entries.length, gaps }).toMatchObject({ rows: 1, gaps: [{ reason: 'timeout' }] });
    expect(server.requests).toHaveLength(2);
  });

  test('signing in, and nothing is sent', async () => {
    const server = await serve([]);
    const { source } = openAt(server.origin, { deadlineMs: DEADLINE_MS, tokens: silentTokens });
    await expect(collect(source)).rejects.toMatchObject({ kind: 'timeout' });
    expect(server.connections()).toBe(0);
  });

  test('the details, and none is asked for once it has passed', async () => {
    const server = await serve(() => ({ silent: true }));
    const clock = virtualClock(NOW);
    const { source } = openAt(server.origin, { clock, deadlineMs: DEADLINE_MS });
    const gap = { kind: 'gap', gap: { reason: 'timeout' } };
    expect(await source.details?.(asked('x', 'y'), signal)).toMatchObject(gap);
    clock.advance(DEADLINE_MS);
    expect(await source.details?.(asked('x', 'z'), signal)).toMatchObject(gap);
    expect(server.requests).toHaveLength(1);
  });

  test('the repeats: none that would begin after it', async () => {
    const server = await serve(() => ({ status: 503 }));
    const { source } = openAt(server.origin, { deadlineMs: 3500 });
    await expect(collect(source)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(server.requests).toHaveLength(3);
  });
});

describe('work within a time', () => {
  const timeUp = (): Failure => new Failure('timeout', 'up', { remedy: 'x' });
  const reasonOf = (stop: AbortSignal): Promise<unknown> => Promise.resolve(stop.reason);

  test('without an end has the signal of the caller', async () => {
    expect(await withinTime({ leftMs: null, signal, timeUp }, (stop) => Promise.resolve(stop))).toBe(signal);
  });

  test.each([0, -1])('is stopped at once with %i ms left', async (leftMs) => {
    expect(await withinTime({ leftMs, signal, timeUp }, reasonOf)).toMatchObject({ kind: 'timeout' });
  });

  test('is stopped for the reason of the caller, before and meanwhile', async () => {
    const bounds = { leftMs: 2 ** 40, timeUp };
    const before = AbortSignal.abort('stop');
    expect(await withinTime({ ...bounds, signal: before }, reasonOf)).toBe('stop');
    const controller = new AbortController();
    const meanwhile = withinTime({ ...bounds, signal: controller.signal }, async (stop) => {
      controller.abort('later');
      return reasonOf(stop);
    });
    expect(await meanwhile).toBe('later');
  });
});
