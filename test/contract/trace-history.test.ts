/** The promises of `TraceHistory`, kept by the fake that tests lean on and by each driver of the embedded database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Driver } from '#history/driver/database.js';
import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';

import { memoryTraceHistory } from '../fakes/memory-trace-history.js';
import { DRIVERS } from '../history/driver/drivers.js';
import { type OpenedHistory, promisesOfTraceHistory } from './trace-history.contract.js';

promisesOfTraceHistory('the fake in memory', () =>
  Promise.resolve({
    history: memoryTraceHistory(),
    other: memoryTraceHistory(),
    close: () => Promise.resolve(),
  }),
);

async function onDisk(driver: Driver): Promise<OpenedHistory> {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  const path = join(folder, 'traces.db');
  const database = await openTraceStore({ path, driver, onNote: () => undefined });
  const open = () => Promise.resolve(database);
  return {
    history: sqliteTraceHistory(open, 'one'),
    other: sqliteTraceHistory(open, 'other'),
    close: async () => {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

for (const [name, driver] of DRIVERS) promisesOfTraceHistory(name, () => onDisk(driver));
