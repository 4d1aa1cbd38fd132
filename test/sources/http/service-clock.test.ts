import { describe, expect, test } from 'vitest';

import type { Send } from '#sources/http/send.js';
import { createServiceClock } from '#sources/http/service-clock.js';

const START_MS = Date.parse('2026-06-30T12:00:00Z');

/** Our clock, by seconds from the start. */
function ours(seconds: readonly number[]): { readonly now: () => Date } {
  const left = [...seconds];
  return { now: () => new Date(START_MS + (left.shift() ?? seconds.at(-1) ?? 0) * 1000) };
}

function answering(date: string | null): Send {
  const headers = { get: (name: string) => (name === 'date' ? date : null) };
  return () => Promise.resolve({ kind: 'answered', response: { status: 200, headers, body: '' } });
}

const CALL = { path: '/', headers: {}, json: null, signal: new AbortController().signal };
const at = (seconds: number): string => new Date(START_MS + seconds * 1000).toUTCString();

describe('the clock of the service', () => {
  test.each<[string | null, number, number, number, string]>([
    [at(0), 0, 0, 0, 'the same second'],
    [at(0), 0.9, 1, 0, 'the header has no fractions'],
    [at(1), 0, 180, 0, 'written while a slow answer came in'],
    [at(90), 0, 2, 88, 'ours is behind'],
    [at(-90), 0, 2, -89, 'ours is ahead'],
    [at(0), 600, 602, -599, 'ours is ahead by ten minutes'],
    [null, 0, 1, 0, 'no header'],
    ['yesterday', 0, 1, 0, 'no date'],
  ])('Date %s between %d s and %d s of ours is %d s ahead: %s', async (date, sent, read, ahead) => {
    const clock = createServiceClock(ours([sent, read]));
    await clock.watch(answering(date))(CALL);
    expect(clock.aheadMs()).toBe(ahead * 1000);
    expect(clock.now().getTime()).toBe(START_MS + (read + ahead) * 1000);
  });

  test('is ours before it has answered, and when it does not', async () => {
    const clock = createServiceClock(ours([7]));
    const silent: Send = () => Promise.resolve({ kind: 'unanswered', why: 'slow', code: 'ETIMEDOUT' });
    await clock.watch(silent)(CALL);
    expect([clock.aheadMs(), clock.now().getTime()]).toEqual([0, START_MS + 7000]);
  });

  test('a clock that was set right is believed again', async () => {
    const clock = createServiceClock(ours([0, 0, 0, 0]));
    await clock.watch(answering(at(900)))(CALL);
    await clock.watch(answering(at(0)))(CALL);
    expect(clock.aheadMs()).toBe(0);
  });
});
