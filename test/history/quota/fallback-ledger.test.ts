import { expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { fallbackLedger } from '#history/quota/fallback-ledger.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';
import type { Grant, RequestLedger } from '#mailflow/quota/request-ledger.js';

const RULES = { limit: 3, reserve: 0, windowMs: 100, wayMs: 0 };
const FULL = new Failure('configuration', 'The disk is full.', { remedy: 'Make room.' });
const GRANTED: Grant = { granted: true };

/** Grants until it breaks, at its n-th call. */
function breaking(fault: Error, atCall: number): RequestLedger {
  let calls = 0;
  return {
    take: () => {
      calls += 1;
      return calls >= atCall ? Promise.reject(fault) : Promise.resolve(GRANTED);
    },
    pauseFor: () => Promise.resolve(),
    left: () => 1,
  };
}

function open(shared: () => Promise<RequestLedger>) {
  const told: string[] = [];
  const own = processLedger({ rules: RULES, isAttended: true, monotonicMs: () => 0 });
  const ledger = fallbackLedger({
    own,
    openShared: shared,
    onTrouble: ({ message }) => void told.push(message),
  });
  return { ledger, told };
}

test('a store that fails on the way costs no request and no answer, and is told once', async () => {
  const { ledger, told } = open(() => Promise.resolve(breaking(FULL, 3)));
  const grants = [await ledger.take(), await ledger.take(), await ledger.take(), await ledger.take()];
  // What was granted before it failed still counts.
  expect(grants.map(({ granted }) => granted)).toEqual([true, true, true, false]);
  expect(told).toEqual(['The disk is full.']);
});

test('many who find out at once tell it once, and stay within the limit', async () => {
  const { ledger, told } = open(() => Promise.reject(FULL));
  const grants = await Promise.all(Array.from({ length: 5 }, () => ledger.take()));
  expect(grants.filter(({ granted }) => granted)).toHaveLength(3);
  expect(told).toHaveLength(1);
});

test('a pause holds though the store is gone', async () => {
  const { ledger } = open(() => Promise.reject(FULL));
  await ledger.pauseFor(50);
  expect(await ledger.take()).toEqual({ granted: false, waitMs: 50, because: 'pause' });
});

test('what is left is what both of them see', async () => {
  const { ledger } = open(() => Promise.resolve(breaking(FULL, 99)));
  expect(ledger.left()).toBe(3);
  await ledger.take();
  expect(ledger.left()).toBe(1);
});

test('a bug is no trouble of the store', async () => {
  const { ledger, told } = open(() => Promise.resolve(breaking(new TypeError('no such thing'), 1)));
  await expect(ledger.take()).rejects.toThrow(TypeError);
  expect(told).toEqual([]);
});
