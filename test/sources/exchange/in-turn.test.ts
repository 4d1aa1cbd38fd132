import { expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { inTurn } from '#sources/exchange/in-turn.js';
import type { Call, Exchange } from '#sources/http/exchange.js';

import { virtualClock } from '../../fakes/virtual-clock.js';
import { NOW } from '../graph/opened.js';

/** A service that answers when it is told to. */
function slowService() {
  const answers: ((exchange: Exchange | Error) => void)[] = [];
  const next = (): Promise<Exchange> =>
    new Promise((resolve, reject) => {
      answers.push((exchange) => (exchange instanceof Error ? reject(exchange) : resolve(exchange)));
    });
  return { next, answers };
}

const callOf = (signal = new AbortController().signal): Call => ({
  path: '/',
  headers: {},
  json: null,
  signal,
});
const GOOD: Exchange = { kind: 'answered', response: { status: 200, headers: new Headers(), body: '' } };

/** All that can go on without an answer has gone on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('the second question waits for the answer to the first', async () => {
  const { next, answers } = slowService();
  const step = inTurn(next, virtualClock(NOW), 1000);
  const both = [step(callOf()), step(callOf())];
  await settled();
  expect(answers).toHaveLength(1);
  answers[0]?.(GOOD);
  await settled();
  expect(answers).toHaveLength(2);
  answers[1]?.(GOOD);
  expect(await Promise.all(both)).toEqual([GOOD, GOOD]);
});

test('a question that fails lets the next one through', async () => {
  const { next, answers } = slowService();
  const step = inTurn(next, virtualClock(NOW), 1000);
  const [first, second] = [step(callOf()), step(callOf())];
  await settled();
  answers[0]?.(new Error('a bug'));
  await expect(first).rejects.toThrow('a bug');
  await settled();
  answers[1]?.(GOOD);
  expect(await second).toBe(GOOD);
});

test('whoever is stopped while waiting for the pace asks nothing', async () => {
  const { next, answers } = slowService();
  const stop = new AbortController();
  const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
  const step = inTurn(next, virtualClock(NOW), 1000);
  const first = step(callOf());
  const second = step(callOf(stop.signal));
  await settled();
  stop.abort(reason);
  answers[0]?.(GOOD);
  await first;
  expect(await second).toEqual({ kind: 'stopped', trouble: { reason: 'interrupted', failure: reason } });
  expect(answers).toHaveLength(1);
});
