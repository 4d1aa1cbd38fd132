/** The promises of all that is kept of a tenant that is watched, kept by the fakes and by each driver of the embedded database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Database, Driver } from '#history/driver/database.js';
import { guardWatch } from '#history/watch/guarded-watch.js';
import { openWatchStore } from '#history/watch/open-watch-store.js';
import { sqliteCheckRunHistory } from '#history/watch/sqlite-check-run-history.js';
import { sqliteExpirationHistory } from '#history/watch/sqlite-expiration-history.js';
import { sqliteHealthHistory } from '#history/watch/sqlite-health-history.js';
import { sqliteLookHistory } from '#history/watch/sqlite-look-history.js';
import { sqliteQueueLookHistory } from '#history/watch/sqlite-queue-look-history.js';
import { sqliteSetUpHistory } from '#history/watch/sqlite-set-up-history.js';

import { memoryCheckRunHistory } from '../fakes/memory-check-run-history.js';
import { memoryExpirationHistory } from '../fakes/memory-expiration-history.js';
import { memoryHealthHistory } from '../fakes/memory-health-history.js';
import { memoryLookHistory } from '../fakes/memory-look-history.js';
import { memoryQueueLookHistory } from '../fakes/memory-queue-look-history.js';
import { memorySetUpHistory } from '../fakes/memory-set-up-history.js';
import { DRIVERS } from '../history/driver/drivers.js';
import { FEW_RUNS, promisesOfCheckRunHistory } from './check-run-history.contract.js';
import { promisesOfExpirationHistory } from './expiration-history.contract.js';
import { promisesOfHealthHistory } from './health-history.contract.js';
import { MOST_LOOKS, promisesOfLookHistory } from './look-history.contract.js';
import { FEW, promisesOfQueueLookHistory } from './queue-look-history.contract.js';
import { promisesOfSetUpHistory } from './set-up-history.contract.js';

const nothing = (): Promise<void> => Promise.resolve();

promisesOfHealthHistory('the fake in memory', () =>
  Promise.resolve({ history: memoryHealthHistory(), other: memoryHealthHistory(), close: nothing }),
);
promisesOfExpirationHistory('the fake in memory', () =>
  Promise.resolve({ history: memoryExpirationHistory(), other: memoryExpirationHistory(), close: nothing }),
);
promisesOfSetUpHistory('the fake in memory', () =>
  Promise.resolve({ history: memorySetUpHistory(), other: memorySetUpHistory(), close: nothing }),
);
promisesOfLookHistory('the fake in memory', () =>
  Promise.resolve({
    history: memoryLookHistory([], MOST_LOOKS),
    other: memoryLookHistory([], MOST_LOOKS),
    close: nothing,
  }),
);
promisesOfQueueLookHistory('the fake in memory', () =>
  Promise.resolve({
    history: memoryQueueLookHistory(FEW),
    other: memoryQueueLookHistory(FEW),
    close: nothing,
  }),
);
promisesOfCheckRunHistory('the fake in memory', () => {
  const runs = memoryCheckRunHistory(FEW_RUNS);
  // Of one place, so that what one tenant keeps makes those of the other old.
  const byTenant = (tenant: string) => (policy: string) => runs(JSON.stringify([tenant, policy]));
  return Promise.resolve({ runsOf: byTenant('one'), otherRunsOf: byTenant('other'), close: nothing });
});

async function onDisk(driver: Driver) {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  const path = join(folder, 'home', 'watch.db');
  const database = await openWatchStore({ path, driver, onNote: refuse });
  const open = (): Promise<Database> => Promise.resolve(database);
  const ofScope = (scope: string) =>
    guardWatch(
      {
        health: sqliteHealthHistory(open, scope),
        looks: sqliteLookHistory({ open, scope, mostLooks: MOST_LOOKS }),
        expiration: sqliteExpirationHistory(open, scope),
        setUp: sqliteSetUpHistory(open, scope),
        queueLooks: sqliteQueueLookHistory({ open, scope, rules: FEW }),
        checkRuns: (policy) => sqliteCheckRunHistory({ open, scope, policy, rules: FEW_RUNS }),
      },
      { path, onTrouble: refuse },
    );
  return {
    own: ofScope('one'),
    foreign: ofScope('other'),
    close: async () => {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function refuse(trouble: unknown): never {
  throw new Error(String(trouble));
}

for (const [name, driver] of DRIVERS) {
  promisesOfHealthHistory(`the store, by ${name},`, async () => {
    const { own, foreign, close } = await onDisk(driver);
    return { history: own.health, other: foreign.health, close };
  });
  promisesOfExpirationHistory(`the store, by ${name},`, async () => {
    const { own, foreign, close } = await onDisk(driver);
    return { history: own.expiration, other: foreign.expiration, close };
  });
  promisesOfSetUpHistory(`the store, by ${name},`, async () => {
    const { own, foreign, close } = await onDisk(driver);
    return { history: own.setUp, other: foreign.setUp, close };
  });
  promisesOfLookHistory(`the store, by ${name},`, async () => {
    const { own, foreign, close } = await onDisk(driver);
    return { history: own.looks, other: foreign.looks, close };
  });
  promisesOfQueueLookHistory(`the store, by ${name},`, async () => {
    const { own, foreign, close } = await onDisk(driver);
    return { history: own.queueLooks, other: foreign.queueLooks, close };
  });
  promisesOfCheckRunHistory(`the store, by ${name},`, async () => {
    const { own, foreign, close } = await onDisk(driver);
    return { runsOf: own.checkRuns, otherRunsOf: foreign.checkRuns, close };
  });
}
