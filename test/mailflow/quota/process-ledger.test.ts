import { expect, test } from 'vitest';

import { processLedger } from '#mailflow/quota/process-ledger.js';

const RULES = { limit: 3, reserve: 1, windowMs: 100, wayMs: 0 };

function open(isAttended: boolean) {
  const time = { ms: 0 };
  return { time, ledger: processLedger({ rules: RULES, isAttended, monotonicMs: () => time.ms }) };
}

test('grants what there is and says what is left', async () => {
  const { ledger, time } = open(true);
  expect(ledger.left()).toBe(3);
  for (const left of [2, 1, 0]) {
    expect(await ledger.take()).toEqual({ granted: true });
    expect(ledger.left()).toBe(left);
  }
  expect(await ledger.take()).toEqual({ granted: false, waitMs: 101, because: 'budget' });
  time.ms = 101;
  expect(ledger.left()).toBe(3);
});

test('keeps the last one for people', async () => {
  const { ledger } = open(false);
  await ledger.take();
  await ledger.take();
  expect([ledger.left(), await ledger.take()]).toEqual([
    0,
    { granted: false, waitMs: 101, because: 'budget' },
  ]);
});

test('a pause holds, however much is left, and the longer one counts', async () => {
  const { ledger, time } = open(true);
  await ledger.pauseFor(50);
  await ledger.pauseFor(20);
  expect([ledger.left(), await ledger.take()]).toEqual([0, { granted: false, waitMs: 50, because: 'pause' }]);
  time.ms = 50;
  expect(await ledger.take()).toEqual({ granted: true });
});

test('looking costs nothing; what somebody else granted is counted', () => {
  const { ledger } = open(true);
  expect([ledger.look(), ledger.look(), ledger.look(), ledger.look()]).toEqual(
    Array(4).fill({ granted: true }),
  );
  for (let n = 0; n < 3; n += 1) ledger.count();
  expect(ledger.look()).toEqual({ granted: false, waitMs: 101, because: 'budget' });
});
