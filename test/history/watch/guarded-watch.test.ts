import { expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { coded } from '#history/driver/trouble.js';
import { guardWatch, type WatchHistory } from '#history/watch/guarded-watch.js';

import { checkRunAt } from '../../contract/check-run-history.contract.js';
import { keptHealth } from '../../contract/health-history.contract.js';
import { lookAt } from '../../contract/look-history.contract.js';
import { queueLookAt } from '../../contract/queue-look-history.contract.js';
import { keptSetUp } from '../../contract/set-up-history.contract.js';
import { memoryCheckRunHistory } from '../../fakes/memory-check-run-history.js';
import { memoryExpirationHistory } from '../../fakes/memory-expiration-history.js';
import { memoryHealthHistory } from '../../fakes/memory-health-history.js';
import { memoryLookHistory } from '../../fakes/memory-look-history.js';
import { memoryQueueLookHistory } from '../../fakes/memory-queue-look-history.js';
import { memorySetUpHistory } from '../../fakes/memory-set-up-history.js';

const NO_STORE = new Failure('configuration', 'The folder belongs to another user.', {
  remedy: 'Take yours.',
});
const EVER = new Date(0);

/** Everything of it fails alike. */
function failing(fault: Error): WatchHistory {
  const fail = (): Promise<never> => Promise.reject(fault);
  return {
    health: { last: fail, keep: fail },
    looks: { since: fail, keep: fail },
    queueLooks: { since: fail, keep: fail },
    expiration: { last: fail, keep: fail },
    setUp: { last: fail, keep: fail },
    checkRuns: () => ({ since: fail, keep: fail }),
  };
}

function guarded(history: WatchHistory) {
  const told: string[] = [];
  const onTrouble = ({ message }: Failure): void => void told.push(message);
  return { ...guardWatch(history, { path: '/home/ann/watch.db', onTrouble }), told };
}

test.each([
  ['cannot be opened', NO_STORE, 'The folder belongs to another user.'],
  ['has a full disk', coded(13, null), 'The store /home/ann/watch.db cannot be used: its disk is full.'],
])('a store that %s is as if nothing were kept, and is told once', async (_what, fault, sentence) => {
  const { health, looks, expiration, setUp, queueLooks, checkRuns, told } = guarded(failing(fault));
  await looks.keep(lookAt(0));
  await health.keep(keptHealth(0));
  await expiration.keep({ hours: 18, seenAt: EVER });
  await setUp.keep(keptSetUp(0));
  await queueLooks.keep(queueLookAt(0));
  await checkRuns('usual').keep(checkRunAt(0));
  expect([await health.last(), await looks.since(EVER), await expiration.last()]).toEqual([null, [], null]);
  expect(await setUp.last()).toBeNull();
  expect(await queueLooks.since(EVER, 'all')).toEqual([]);
  expect(await checkRuns('usual').since(EVER)).toEqual([]);
  expect(told).toEqual([sentence]);
});

test('many who find out at once tell it once', async () => {
  const { health, looks, told } = guarded(failing(NO_STORE));
  await Promise.all([health.last(), looks.since(EVER), looks.keep(lookAt(0))]);
  expect(told).toHaveLength(1);
});

test('after a trouble nothing more is kept: a look that is missing must not be followed by one that is not', async () => {
  const kept = memoryLookHistory([lookAt(0)]);
  const { health, looks } = guarded({
    looks: kept,
    queueLooks: memoryQueueLookHistory(),
    expiration: memoryExpirationHistory(),
    setUp: memorySetUpHistory(),
    checkRuns: memoryCheckRunHistory(),
    health: { ...memoryHealthHistory(), last: () => Promise.reject(NO_STORE) },
  });
  expect(await looks.since(EVER)).toHaveLength(1);
  await health.last();
  await looks.keep(lookAt(1));
  expect(await kept.since(EVER)).toHaveLength(1);
});

test('a bug is no trouble of the store', async () => {
  const { looks, told } = guarded(failing(new TypeError('no such thing')));
  await expect(looks.since(EVER)).rejects.toThrow(TypeError);
  expect(told).toEqual([]);
});
