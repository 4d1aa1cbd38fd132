import { afterEach, describe, expect, test } from 'vitest';

import { TRACE_ERRAND } from '#sources/http/errand.js';
import { openRequestGate, type Pause } from '#sources/http/request-gate.js';

import { type Script, type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { asked, collect, ledgerOf, LIST, NOW, openAt, page, query, row } from './opened.js';

/** As a pipe has it. */
const SHORT = { patienceMs: 10_000 };

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const signal = new AbortController().signal;

interface Wait {
  readonly why: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly waitsMs: number;
}

const WAITS: readonly Wait[] = [
  { why: 'zero', headers: { 'retry-after': '0' }, waitsMs: 0 },
  { why: 'one second', headers: { 'retry-after': '1' }, waitsMs: 1000 },
  { why: '41 seconds', headers: { 'retry-after': '41' }, waitsMs: 41_000 },
  { why: '315 seconds', headers: { 'retry-after': '315' }, waitsMs: 315_000 },
  { why: 'an hour', headers: { 'retry-after': '3600' }, waitsMs: 3600_000 },
  { why: 'blanks around', headers: { 'retry-after': ' 41 ' }, waitsMs: 41_000 },
  {
    why: 'a date, by the clock of the service',
    headers: { date: 'Tue, 30 Jun 2026 15:00:00 GMT', 'retry-after': 'Tue, 30 Jun 2026 15:01:30 GMT' },
    waitsMs: 90_000,
  },
  {
    why: 'a date in the old form',
    headers: { date: 'Tue, 30 Jun 2026 12:00:00 GMT', 'retry-after': 'Tuesday, 30-Jun-26 12:00:20 GMT' },
    waitsMs: 20_000,
  },
  {
    why: 'a date that has passed',
    headers: { date: 'Tue, 30 Jun 2026 12:00:00 GMT', 'retry-after': 'Tue, 30 Jun 2026 11:00:00 GMT' },
    waitsMs: 0,
  },
  { why: 'absent', headers: {}, waitsMs: 30_000 },
  { why: 'empty', headers: { 'retry-after': '' }, waitsMs: 30_000 },
  { why: 'garbage', headers: { 'retry-after': 'soon' }, waitsMs: 30_000 },
  { why: 'negative', headers: { 'retry-after': '-5' }, waitsMs: 30_000 },
  { why: 'a fraction', headers: { 'retry-after': '1.5' }, waitsMs: 30_000 },
  { why: 'hexadecimal', headers: { 'retry-after': '0x29' }, waitsMs: 30_000 },
];

describe('a 429', () => {
  test.each(WAITS)(
    'with Retry-After $why is repeated after $waitsMs ms, and not before',
    async ({ headers, waitsMs }) => {
      const clock = virtualClock(NOW, { earlyMs: 7 });
      const arrivals: number[] = [];
      const server = await serve((_request, index) => {
        arrivals.push(clock.monotonicMs());
        return index === 0
          ? { status: 429, headers }
          : { headers: { date: 'Tue, 30 Jun 2026 12:00:00 GMT' }, body: page([row(1)]) };
      });
      const { entries } = await collect(openAt(server.origin, { clock }).source);
      expect(entries).toHaveLength(1);
      expect(arrivals[0]).toBe(0);
      expect(arrivals[1]).toBeGreaterThanOrEqual(waitsMs);
      expect(arrivals[1]).toBeLessThanOrEqual(waitsMs + 10);
    },
  );

  test('without a header waits longer each time, and gives up after three repeats', async () => {
    const clock = virtualClock(NOW);
    const arrivals: number[] = [];
    const server = await serve(() => {
      arrivals.push(clock.monotonicMs());
      return { status: 429 };
    });
    await expect(collect(openAt(server.origin, { clock }).source)).rejects.toMatchObject({
      kind: 'throttled',
      retryAfterSeconds: 120,
    });
    expect(arrivals).toEqual([0, 30_000, 90_000, 180_000]);
  });

  test.each([
    ['beyond the deadline', 60_000, '61', 61],
    ['beyond any patience', null, '3601', 3601],
    ['beyond what a timer can hold', null, '99999999999', 99_999_999_999],
  ])('%s is not waited for', async (_why, deadlineMs, retryAfter, retryAfterSeconds) => {
    const clock = virtualClock(NOW);
    const server = await serve(() => ({ status: 429, headers: { 'retry-after': retryAfter } }));
    await expect(collect(openAt(server.origin, { clock, deadlineMs }).source)).rejects.toMatchObject({
      kind: 'throttled',
      retryAfterSeconds,
    });
    expect(server.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
  });

  test('in the middle of a listing becomes a gap that says when', async () => {
    const server = await serve((request, index) =>
      index === 0
        ? { body: page([row(1)], `http://${request.headers.host ?? ''}${LIST}?$skiptoken=1`) }
        : { status: 429, headers: { 'retry-after': '600' } },
    );
    const { gaps } = await collect(openAt(server.origin, { deadlineMs: 60_000 }).source);
    expect(gaps).toMatchObject([{ reason: 'throttled', retryAfterSeconds: 600 }]);
  });

  test('is told to whoever watches', async () => {
    const server = await serve([{ status: 429, headers: { 'retry-after': '41' } }, { body: page([]) }]);
    const { source, notices } = openAt(server.origin);
    await collect(source);
    expect(notices).toEqual([expect.stringMatching(/answered 429; trying again in 41 s\.$/)]);
  });
});

test('trouble of the service is met with ever longer pauses', async () => {
  const clock = virtualClock(NOW);
  const server = await serve([{ status: 503 }, { reset: true }, { status: 408 }, { body: page([row(1)]) }]);
  expect((await collect(openAt(server.origin, { clock }).source)).entries).toHaveLength(1);
  expect(clock.sleeps).toEqual([1000, 2000, 4000]);
});

describe('without patience', () => {
  test.each([
    ['429', '10', 2, 'not longer than the patience'],
    ['503', '200', 2, 'no question of quota'],
  ])('a %s with Retry-After %s is sat out: %s requests, %s', async (status, retryAfter, requests) => {
    const refusal = { status: Number(status), headers: { 'retry-after': retryAfter } };
    const server = await serve([refusal, { body: page([row(1)]) }]);
    expect((await collect(openAt(server.origin, SHORT).source)).entries).toHaveLength(1);
    expect(server.requests).toHaveLength(requests);
  });

  test('a longer pause before the first row is a failure that says when', async () => {
    const clock = virtualClock(NOW);
    const server = await serve(() => ({ status: 429, headers: { 'retry-after': '11' } }));
    const { source, notices } = openAt(server.origin, { ...SHORT, clock });
    await expect(collect(source)).rejects.toMatchObject({
      kind: 'throttled',
      retryAfterSeconds: 11,
      remedy: expect.stringContaining('--wait') as string,
    });
    expect({ sleeps: clock.sleeps, notices, requests: server.requests.length }).toEqual({
      sleeps: [],
      notices: [],
      requests: 1,
    });
  });

  test('a longer pause after it is a gap that says when', async () => {
    const server = await serve((request, index) =>
      index === 0
        ? morePages(request.headers.host, index)
        : { status: 429, headers: { 'retry-after': '41' } },
    );
    const { entries, gaps } = await collect(openAt(server.origin, SHORT).source);
    expect({ rows: entries.length, gaps }).toMatchObject({
      rows: 1,
      gaps: [{ reason: 'throttled', retryAfterSeconds: 41 }],
    });
  });

  test('nobody asks before its end, though nobody waits for it', async () => {
    const clock = virtualClock(NOW);
    const server = await serve((_request, index) =>
      index === 0 ? { status: 429, headers: { 'retry-after': '600' } } : { body: page([]) },
    );
    const { source } = openAt(server.origin, { ...SHORT, clock });
    const ask = () => source.details?.(asked('x', 'y'), signal);
    const gapOf = (retryAfterSeconds: number) => ({ gap: { reason: 'throttled', retryAfterSeconds } });
    expect(await ask()).toMatchObject(gapOf(600));
    clock.advance(100_000);
    expect(await ask()).toMatchObject(gapOf(500));
    expect(server.requests).toHaveLength(1);
    clock.advance(500_000);
    expect(await ask()).toMatchObject({ kind: 'events' });
  });
});

test('a 503 that asks for more than there is time for says when to come again', async () => {
  const server = await serve(() => ({
    status: 503,
    headers: { 'retry-after': '61', 'request-id': 'req-503' },
  }));
  await expect(collect(openAt(server.origin, { deadlineMs: 60_000 }).source)).rejects.toMatchObject({
    kind: 'unreachable',
    retryAfterSeconds: 61,
    requestId: 'req-503',
  });
  expect(server.requests).toHaveLength(1);
});

describe('a pause', () => {
  const PAUSE: Pause = {
    what: 'graph.microsoft.com answered 429',
    isForQuota: true,
    trouble: () => {
      throw new Error('everybody waits here');
    },
  };

  function openGate() {
    const clock = virtualClock(NOW);
    const notices: string[] = [];
    const countdown: string[] = [];
    const gate = openRequestGate({
      errand: TRACE_ERRAND,
      clock,
      ledger: ledgerOf(clock, 90),
      maxRequests: null,
      deadlineMs: null,
      patienceMs: Infinity,
      onNotice: (text) => void notices.push(text),
      onCountdown: (text) => void countdown.push(text),
    });
    const admitFour = () => Promise.all([1, 2, 3, 4].map(() => gate.admit(signal)));
    return { clock, gate, notices, countdown, admitFour };
  }

  test('holds for everybody who wants to ask', async () => {
    const { clock, gate, admitFour } = openGate();
    await gate.pauseFor(41_000, PAUSE);
    await gate.pauseFor(5000, PAUSE);
    await admitFour();
    expect({ at: clock.monotonicMs(), count: gate.admittedCount() }).toEqual({ at: 41_000, count: 4 });
  });

  test('is told once, with each of its seconds once, however many wait', async () => {
    const { gate, notices, countdown, admitFour } = openGate();
    for (let answer = 0; answer < 4; answer += 1) await gate.pauseFor(41_000, PAUSE);
    await admitFour();
    const text = (left: number): string => `${PAUSE.what}; trying again in ${left} s`;
    expect(notices).toEqual([`${text(41)}.`]);
    expect(countdown).toEqual(Array.from({ length: 41 }, (_, passed) => text(41 - passed)));
  });

  test.each([
    [41_000, 1, 'an answer that was under way says the same again'],
    [315_000, 2, 'it became much longer'],
  ])('of 41 s, and of %i ms a second later: told %i times, %s', async (ms, times) => {
    const { clock, gate, notices } = openGate();
    await gate.pauseFor(41_000, PAUSE);
    // Its first second passes here.
    const waiting = gate.admit(signal);
    await gate.pauseFor(ms, PAUSE);
    await waiting;
    expect({ told: notices.length, at: clock.monotonicMs() }).toEqual({ told: times, at: ms + 1000 });
  });
});

describe('the budget', () => {
  const endless: Script = (request, index) => morePages(request.headers.host, index);

  test('that is used up becomes a gap that says when, never a silent end', async () => {
    const server = await serve(endless);
    const { entries, gaps } = await collect(openAt(server.origin, SHORT).source);
    expect(entries).toHaveLength(90);
    expect(gaps).toMatchObject([{ reason: 'quota', retryAfterSeconds: 301 }]);
    expect(server.requests).toHaveLength(90);
  });

  test('counts repeats too', async () => {
    const server = await serve((request, index) =>
      index % 15 === 0 ? { status: 503 } : morePages(request.headers.host, index),
    );
    const { gaps } = await collect(openAt(server.origin, { ...SHORT, clock: virtualClock(NOW) }).source);
    expect(gaps).toMatchObject([{ reason: 'quota' }]);
    expect(server.requests).toHaveLength(90);
  });

  test('can be waited for, within any window of five minutes', async () => {
    const clock = virtualClock(NOW);
    const arrivals: number[] = [];
    const server = await serve((request, index) => {
      arrivals.push(clock.monotonicMs());
      return index < 200 ? morePages(request.headers.host, index) : { body: page([row(index)]) };
    });
    const { source, notices } = openAt(server.origin, { clock });
    const { entries, gaps } = await collect(source);
    expect({ rows: entries.length, gaps }).toEqual({ rows: 201, gaps: [] });
    expect(notices).toEqual(
      Array.from({ length: 2 }, () => 'The request budget is used up; trying again in 301 s.'),
    );
    for (const at of arrivals)
      expect(arrivals.filter((other) => other >= at && other <= at + 300_000).length).toBeLessThanOrEqual(90);
  });

  test('is not waited for beyond the deadline', async () => {
    const server = await serve(endless);
    const { gaps } = await collect(openAt(server.origin, { deadlineMs: 200_000 }).source);
    expect(gaps).toMatchObject([{ reason: 'quota', retryAfterSeconds: 301 }]);
  });

  test('a cap on requests ends a listing with a gap, and a detail too', async () => {
    const server = await serve(endless);
    const { source } = openAt(server.origin, { maxRequests: 3 });
    const { entries, gaps } = await collect(source);
    expect({ rows: entries.length, reason: gaps[0]?.reason, requests: source.requestCount() }).toEqual({
      rows: 3,
      reason: 'quota',
      requests: 3,
    });
    expect(await source.details?.(asked('x', 'y'), signal)).toMatchObject({
      kind: 'gap',
      gap: { reason: 'quota' },
    });
  });

  test('is shared by sources that are given the same one', async () => {
    const server = await serve(() => ({ body: page([]) }));
    const clock = virtualClock(NOW);
    const ledger = ledgerOf(clock, 2);
    await collect(openAt(server.origin, { clock, ledger }).source);
    await collect(openAt(server.origin, { clock, ledger }).source);
    const { source } = openAt(server.origin, { ...SHORT, clock, ledger });
    await expect(collect(source, query())).rejects.toMatchObject({
      kind: 'throttled',
    });
  });
});

function morePages(host: string | undefined, index: number) {
  return { body: page([row(index)], `http://${host ?? ''}${LIST}?$skiptoken=${index}`) };
}
