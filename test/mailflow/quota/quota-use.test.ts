import { describe, expect, test } from 'vitest';

import { pauseFrom } from '#mailflow/quota/pause.js';
import type { LedgerEntry } from '#mailflow/quota/quota-use.js';
import { quotaUseOf } from '#mailflow/quota/quota-use.js';

const NOW = new Date('2026-06-02T17:30:00Z');
const SCOPE = { origin: 'https://graph.microsoft.com', tenant: 'contoso.example' };
const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

function entries(count: number, changes: Partial<LedgerEntry> = {}): readonly LedgerEntry[] {
  const entry = {
    at: secondsAgo(60),
    run: 'a',
    processId: 4711,
    command: 'trace',
    attended: false,
    serviceQuota: 100,
  };
  return Array.from({ length: count }, () => ({ ...entry, ...changes }));
}

function useOf(all: readonly LedgerEntry[], changes: { serviceQuota?: number; pausedMs?: number } = {}) {
  const { serviceQuota = null, pausedMs = null } = changes;
  const pause = pausedMs === null ? null : pauseFrom(NOW.getTime(), pausedMs);
  return quotaUseOf({ scope: SCOPE, entries: all, pause, serviceQuota, defaultQuota: 100 }, NOW);
}

test('nothing used: all are free', () => {
  expect(useOf([])).toEqual({
    ...{ ...SCOPE, limit: 90, used: 0, free: 90, freeUnattended: 75 },
    ...{ nextFreeAt: null, nextFreeUnattendedAt: null, allFreeAt: null, pausedUntil: null, usedBy: [] },
  });
});

test('runs are told apart, the largest first, with their first and last request', () => {
  const all = [
    ...entries(2, { run: 'b', processId: 4711, command: 'trace show', attended: true, at: secondsAgo(200) }),
    ...entries(1, { at: secondsAgo(90) }),
    ...entries(2, { at: secondsAgo(30) }),
  ];
  expect(useOf(all)).toMatchObject({
    used: 5,
    free: 85,
    freeUnattended: 70,
    usedBy: [
      {
        command: 'trace',
        processId: 4711,
        attended: false,
        requests: 3,
        firstAt: secondsAgo(90),
        lastAt: secondsAgo(30),
      },
      {
        command: 'trace show',
        processId: 4711,
        attended: true,
        requests: 2,
        firstAt: secondsAgo(200),
        lastAt: secondsAgo(200),
      },
    ],
  });
});

test('what has left the window is not shown', () => {
  expect(useOf([...entries(2, { at: secondsAgo(301) }), ...entries(1)])).toMatchObject({
    used: 1,
    usedBy: [{ requests: 1 }],
  });
});

describe('when the next one is free', () => {
  const inMs = (ms: number): Date => new Date(NOW.getTime() + ms);

  test('people have some left when others have none', () => {
    expect(useOf(entries(75))).toMatchObject({
      ...{ free: 15, freeUnattended: 0, nextFreeAt: null },
      ...{ nextFreeUnattendedAt: inMs(240_901), allFreeAt: inMs(240_901) },
    });
  });

  test('nobody has any left', () => {
    const all = [...entries(1, { at: secondsAgo(299) }), ...entries(89)];
    expect(useOf(all)).toMatchObject({
      ...{ free: 0, freeUnattended: 0, nextFreeAt: inMs(1901) },
      ...{ nextFreeUnattendedAt: inMs(240_901), allFreeAt: inMs(240_901) },
    });
  });

  test('the service asked for silence', () => {
    expect(useOf(entries(1, { at: secondsAgo(299) }), { pausedMs: 41_000 })).toMatchObject({
      ...{ free: 0, freeUnattended: 0, pausedUntil: inMs(41_000) },
      ...{ nextFreeAt: inMs(41_000), nextFreeUnattendedAt: inMs(41_000), allFreeAt: inMs(41_000) },
    });
  });

  test('a request stamped before the clock was put back counts from now, and not for longer', () => {
    expect(useOf(entries(1, { at: secondsAgo(-9999) }))).toMatchObject({
      used: 1,
      allFreeAt: inMs(300_901),
      usedBy: [{ firstAt: NOW, lastAt: NOW }],
    });
  });
});

test.each([
  ['what is said now', { serviceQuota: 1000 }, 900],
  ['else what the latest run took for it', {}, 450],
])('the limit goes by %s', (_why, changes, limit) => {
  const all = [...entries(1, { serviceQuota: 500 }), ...entries(1, { at: secondsAgo(99) })];
  expect(useOf(all, changes).limit).toBe(limit);
});
