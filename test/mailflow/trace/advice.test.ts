import { describe, expect, test } from 'vitest';

import { nothingMatched, notVisibleYet } from '#mailflow/trace/advice.js';

import { NOON } from './rows.js';

const minutesAgo = (minutes: number): Date => new Date(NOON.getTime() - minutes * 60_000);

describe('nothing matched', () => {
  test.each([
    ['up to now: mail may be on its way into the trace', { from: minutesAgo(240), to: NOON }, 900],
    ['ten minutes ago is not settled', { from: minutesAgo(240), to: minutesAgo(10) }, 300],
    ['a quarter of an hour ago is', { from: minutesAgo(240), to: minutesAgo(15) }, undefined],
    ['an export has no window to wait for', null, undefined],
  ])('%s', (_why, window, retryAfterSeconds) => {
    const { gap } = nothingMatched(window, NOON);
    expect(gap?.retryAfterSeconds).toBe(retryAfterSeconds);
    expect(gap?.reason).toBe(retryAfterSeconds === undefined ? undefined : 'not-visible-yet');
  });

  test('says that absence proves nothing, and what to do', () => {
    const said = nothingMatched(null, NOON).sentences.join(' ');
    expect(said).toMatch(/does not prove/);
    expect(said).toMatch(/`mailcheck explain`/);
  });
});

test('a settled window hides nothing', () => {
  expect(notVisibleYet({ from: minutesAgo(60), to: minutesAgo(30) }, NOON)).toBeNull();
});
