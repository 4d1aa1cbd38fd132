import { expect, test } from 'vitest';

import { nextLook } from '#commands/queue/watch-rhythm.js';

const NOON_MS = Date.parse('2026-06-02T12:00:00Z');
const at = (seconds: number): Date => new Date(NOON_MS + seconds * 1000);

test.each<[string, Partial<Parameters<typeof nextLook>[0]>, number, number]>([
  ['in its rhythm, whatever a look took', { now: at(7) }, 60, 0],
  ['a look that took longer than the pause', { now: at(130) }, 180, 2],
  ['a machine that slept for eight hours looks once', { now: at(28_810) }, 28_860, 480],
  ['a clock that was put back waits no longer than usual', { now: at(-3600) }, -3540, 0],
  ['blind once: twice as long', { now: at(7), blindLooks: 1 }, 127, 0],
  ['blind for long: no longer than a quarter of an hour', { now: at(7), blindLooks: 20 }, 907, 0],
  ['as long as the service asks for', { now: at(7), blindLooks: 1, retryAfterSeconds: 300 }, 307, 0],
  [
    'a pause longer than a quarter of an hour stays',
    { now: at(7), everySeconds: 3600, blindLooks: 3 },
    3607,
    0,
  ],
])('%s', (_what, facts, seconds, missed) => {
  const usual = { dueAt: at(0), now: at(0), everySeconds: 60, blindLooks: 0, retryAfterSeconds: null };
  expect(nextLook({ ...usual, ...facts })).toEqual({ at: at(seconds), missed });
});
