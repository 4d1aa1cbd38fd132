/** No row lost, none doubled, none put back: seeded histories of a tenant against an oracle that knows all of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Database } from '#history/driver/database.js';
import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';
import type { TraceHistory } from '#mailflow/trace/trace-history.js';

import { keptRows, memoryTraceHistory } from '../fakes/memory-trace-history.js';
import { type Play, playHistory } from './play-history.js';
import { HOUR_MS, START_MS } from './tenant-model.js';

const SEEDS = Number(process.env['MAILCHECK_HISTORIES'] ?? 1000);
/** For a machine that does other things as well. */
const PATIENCE_MS = 100_000 + SEEDS * 150;
const SEEDS_ON_DISK = Math.ceil(SEEDS / 20);
const FIRST_SEED = Number(process.env['MAILCHECK_FIRST_SEED'] ?? 1);

function playOf(seed: number): Play {
  const isPunctual = seed % 2 === 0;
  const isOutage = seed % 10 === 4 || seed % 10 === 9;
  return {
    seed,
    habits: {
      rows: isOutage ? 300 : 10 + (seed % 50),
      hours: isOutage ? 96 : 24 + (seed % 72),
      latestHours: isPunctual ? 4 : 24,
      ties: seed % 7 === 0 ? 30 : 0,
      seconds: seed % 3 === 1 ? 1 + (seed % 8) : null,
      openShare: seed % 4 === 0 ? 0.02 : 0.4,
      isOutage,
      changesItsMind: !isPunctual,
    },
    // Two rows of one message must fit on a page, as they always do.
    rowsPerPage: isOutage ? 2 + (seed % 3) : 2 + (seed % 17),
    runs: isOutage ? 24 : 6 + (seed % 9),
    processes: 1 + (seed % 3),
    hasMisfortunes: seed % 5 !== 0,
    onlyFilter: seed % 6 < 2 ? seed % 5 : null,
    answersMustBeEqual: isPunctual,
  };
}

/** Each call by another connection, as by another process. */
function alternating(histories: readonly [TraceHistory, TraceHistory]): TraceHistory {
  let calls = 0;
  const next = (): TraceHistory => {
    calls += 1;
    return histories[calls % 2 === 0 ? 0 : 1];
  };
  return {
    keepPage: (page) => next().keepPage(page),
    covered: (shape, span) => next().covered(shape, span),
    rows: (query, spans) => next().rows(query, spans),
    row: (key) => next().row(key),
    openRows: (question) => next().openRows(question),
    keepDetails: (details) => next().keepDetails(details),
    details: (key) => next().details(key),
    lateness: (since) => next().lateness(since),
    rollUps: (span, stepMs) => next().rollUps(span, stepMs),
    arrivals: (span, ownDomains) => next().arrivals(span, ownDomains),
    changes: (key) => next().changes(key),
    purge: (before) => next().purge(before),
  };
}

describe('histories on the disk', () => {
  let folder = '';
  const databases: Database[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
    for (let count = 0; count < 2; count += 1) {
      const database = await openTraceStore({ path: join(folder, 'traces.db'), onNote: () => undefined });
      // What a power cut would cost is not the question here.
      database.exec('PRAGMA synchronous = OFF');
      databases.push(database);
    }
  });
  afterAll(async () => {
    for (const database of databases) database.close();
    await rm(folder, { recursive: true, force: true });
  }, PATIENCE_MS);

  test(
    `${SEEDS_ON_DISK} seeds by two connections`,
    async () => {
      const [one, other] = databases;
      if (one === undefined || other === undefined) throw new Error('not opened');
      for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS_ON_DISK; seed += 1) {
        const open = (database: Database): TraceHistory =>
          sqliteTraceHistory(() => Promise.resolve(database), `seed ${seed}`);
        const { faults } = await playHistory(playOf(seed), alternating([open(one), open(other)]));
        expect(faults).toEqual([]);
      }
    },
    PATIENCE_MS,
  );

  test('page size, length of windows, their order and the number of clients make no difference', async () => {
    const [database] = databases;
    if (database === undefined) throw new Error('not opened');
    const base = playOf(33);
    const variants: readonly Partial<Play>[] = [
      {},
      { rowsPerPage: 2 },
      { rowsPerPage: 5000, runs: 2 },
      { runs: 20, processes: 3 },
      { hasMisfortunes: false },
      { onlyFilter: 0 },
      { onlyFilter: 3, processes: 2 },
    ];
    const stores = [];
    for (const [index, variant] of variants.entries()) {
      const history = sqliteTraceHistory(() => Promise.resolve(database), `variant ${index}`);
      expect((await playHistory({ ...base, ...variant }, history)).faults).toEqual([]);
      const counts = await history.rollUps({ fromMs: START_MS, endMs: START_MS + 200 * HOUR_MS }, 900_000);
      const rows = [...(await keptRows(history)).entries()];
      stores.push({ counts, rows: rows.toSorted(([one], [other]) => (one < other ? -1 : 1)) });
    }
    for (const store of stores) expect(store).toEqual(stores[0]);
  });
});

describe('histories in memory', () => {
  test(
    `${SEEDS} seeds: the store is the oracle, and no answer costs more than without it`,
    async () => {
      const sum = { requests: 0, kills: 0, remembered: 0, anew: 0 };
      for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
        const { faults, requests, kills, compared } = await playHistory(playOf(seed), memoryTraceHistory());
        expect(faults).toEqual([]);
        sum.requests += requests;
        sum.kills += kills;
        sum.remembered += compared.remembered;
        sum.anew += compared.anew;
      }
      // A proof in which nothing happens proves nothing.
      expect(sum.kills).toBeGreaterThan(SEEDS / 20);
      expect(sum.remembered).toBeLessThan(sum.anew);
      process.stdout.write(`${SEEDS} histories: ${JSON.stringify(sum)}\n`);
    },
    PATIENCE_MS,
  );

  /** Seeds that found something, with what they were played with then. */
  test.each<[number, Partial<Play>, string]>([
    [11_089, { rowsPerPage: 2 }, 'lists by status had more pages than was thought'],
  ])('seed %i stays right: %o, %s', async (seed, changes) => {
    const { faults } = await playHistory({ ...playOf(seed), ...changes }, memoryTraceHistory());
    expect(faults).toEqual([]);
  });
});
