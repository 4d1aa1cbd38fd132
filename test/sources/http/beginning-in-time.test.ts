import { describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { beginningInTime } from '#sources/http/beginning-in-time.js';

const SHORT_MS = 20;
const NEVER = new AbortController().signal;
const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });

interface Habits {
  readonly pauses?: readonly number[];
  readonly firstAnswerMs?: number | null;
}

async function walk(
  list: (signal: AbortSignal) => AsyncIterable<string>,
  { pauses = [], firstAnswerMs = SHORT_MS }: Habits = {},
  signal = NEVER,
) {
  const left = [...pauses];
  const bounds = { firstAnswerMs, host: 'graph.microsoft.com', quotaPauseMs: () => left.shift() ?? 0 };
  const items: string[] = [];
  const failure: unknown = await (async () => {
    for await (const item of beginningInTime(bounds, list, signal)) items.push(item);
    return null;
  })().catch((error: unknown) => error);
  return { items, failure, pausesLeft: left.length };
}

async function* silent(signal: AbortSignal): AsyncGenerator<string> {
  yield await never(signal);
}

describe('a list that must begin in time', () => {
  test('is given up when nothing has come', async () => {
    const { items, failure } = await walk(silent);
    expect(items).toEqual([]);
    expect(failure).toMatchObject({
      kind: 'timeout',
      message: 'graph.microsoft.com had not begun to answer after 0 s.',
    });
  });

  test('may take its time once something has', async () => {
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
    async function* slow(signal: AbortSignal): AsyncGenerator<string> {
      yield 'first';
      // Longer than it had for its beginning; only the caller ends it.
      setTimeout(() => stop.abort(reason), 3 * SHORT_MS);
      yield await never(signal);
    }
    const { items, failure } = await walk(slow, {}, stop.signal);
    expect([items, failure]).toEqual([['first'], reason]);
  });

  test('is not given up while a pause for quota lasts, nor right behind it', async () => {
    const { failure, pausesLeft } = await walk(silent, { pauses: [5, 5] });
    expect([failure, pausesLeft]).toEqual([expect.objectContaining({ kind: 'timeout' }), 0]);
  });

  test('a stop before the start is told with its own reason', async () => {
    const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
    expect(await walk(silent, {}, AbortSignal.abort(reason))).toMatchObject({ items: [], failure: reason });
  });

  test('without such a bound the list is as it was', async () => {
    async function* given(): AsyncGenerator<string> {
      await Promise.resolve();
      yield* ['one', 'two'];
    }
    expect((await walk(given, { firstAnswerMs: null })).items).toEqual(['one', 'two']);
    expect((await walk(given)).items).toEqual(['one', 'two']);
  });
});
