import { expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { sharedWork } from '#sources/sign-in/shared-work.js';

const because = (word: string): Failure => new Failure('timeout', word, { remedy: 'x' });
const outcome = (work: Promise<string>): Promise<unknown> => work.catch((error: unknown) => error);

/** Work that ends when it is told to, or given up. */
function slowWork() {
  let resolve: (token: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((...ends) => ([resolve, reject] = ends));
  let started = 0;
  let ended = 0;
  const work = sharedWork({
    start: (signal) => {
      started += 1;
      const giveUp = (): void => reject(new Error('given up', { cause: signal.reason }));
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
      return promise;
    },
    onEnd: () => (ended += 1),
  });
  return {
    work,
    finish: (token: string) => resolve(token),
    started: () => started,
    hasEnded: () => ended > 0,
  };
}

test('is done once for all who wait', async () => {
  const { work, finish, started, hasEnded } = slowWork();
  const waiting = [work.join(undefined), work.join(new AbortController().signal), work.join(undefined)];
  finish('token');
  expect(await Promise.all(waiting)).toEqual(['token', 'token', 'token']);
  expect([started(), hasEnded()]).toEqual([1, true]);
});

test('whoever began it and has no more time leaves the others to it', async () => {
  const { work, finish, hasEnded } = slowWork();
  const [first, second] = [new AbortController(), new AbortController()];
  const early = work.join(first.signal);
  const late = work.join(second.signal);
  first.abort(because('first'));
  expect(await outcome(early)).toMatchObject({ kind: 'timeout', message: 'first' });
  expect(hasEnded()).toBe(false);
  finish('token');
  expect(await late).toBe('token');
});

test('is given up with the last one, for the reason of that one, and not for anybody who comes then', async () => {
  const { work, hasEnded } = slowWork();
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [work.join(first.signal), work.join(second.signal)].map(outcome);
  first.abort(because('first'));
  second.abort(because('second'));
  expect(hasEnded()).toBe(true);
  expect(await Promise.all(waiting)).toMatchObject([
    { message: 'first' },
    { message: 'given up', cause: { message: 'second' } },
  ]);
});

test('somebody without an end keeps it going', async () => {
  const { work, finish } = slowWork();
  const controller = new AbortController();
  const patient = work.join(undefined);
  const hasty = outcome(work.join(controller.signal));
  controller.abort(because('hasty'));
  expect(await hasty).toMatchObject({ message: 'hasty' });
  finish('token');
  expect(await patient).toBe('token');
});

test('begins as given up for somebody who has been stopped before', async () => {
  const { work } = slowWork();
  expect(await outcome(work.join(AbortSignal.abort(because('before'))))).toMatchObject({
    cause: { message: 'before' },
  });
});
