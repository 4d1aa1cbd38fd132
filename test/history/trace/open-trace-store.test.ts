/** A file that is full, damaged or tampered with: nothing half kept, and a clean end in place of a crash. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { Database } from '#history/driver/database.js';
import { troubleOf } from '#history/driver/trouble.js';
import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';
import type { TraceHistory } from '#mailflow/trace/trace-history.js';
import { randomOf } from '#simulator/population/random.js';

import { keptRows } from '../../fakes/memory-trace-history.js';
import { NOON, numbered } from '../../mailflow/trace/rows.js';
import { DRIVERS } from '../driver/drivers.js';

const ALWAYS = { fromMs: 0, endMs: NOON.getTime() + 1 };

describe.each(DRIVERS)('the store by %s', (_, driver) => {
  let folder = '';
  let path = '';
  const notes: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
    path = join(folder, 'traces.db');
    notes.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (): Promise<Database> => openTraceStore({ path, driver, onNote: (note) => notes.push(note) });
  const historyIn = (database: Database): TraceHistory =>
    sqliteTraceHistory(() => Promise.resolve(database), 'contoso');
  const keep = (history: TraceHistory, from: number, count: number): Promise<void> =>
    history.keepPage({
      shape: '',
      entries: Array.from({ length: count }, (_each, number) => numbered(from + number)),
      seenAt: NOON,
      proven: [{ fromMs: from, endMs: from + count, observedAtMs: NOON.getTime(), state: 'complete' }],
    });

  test('a full disk keeps nothing of a page, neither rows nor proof, and the store goes on', async () => {
    const database = await open();
    const history = historyIn(database);
    await keep(history, 0, 10);
    database.exec('PRAGMA max_page_count = 60');
    const refused = await keep(history, 10, 5000).catch((error: unknown) => error);
    expect(troubleOf(refused)).toBe('full');
    database.close();
    const again = await open();
    expect((await keptRows(historyIn(again))).size).toBe(10);
    expect(await historyIn(again).covered('', ALWAYS)).toHaveLength(1);
    await keep(historyIn(again), 10, 5000);
    expect((await keptRows(historyIn(again))).size).toBe(5010);
    again.close();
  });

  test.each([
    ['a trigger', 'CREATE TRIGGER spy AFTER INSERT ON delivery BEGIN DELETE FROM coverage; END', 'holds spy'],
    ['a view', 'CREATE VIEW spy AS SELECT 1', 'holds spy'],
    ['a table', 'CREATE TABLE spy (a)', 'holds spy'],
    ['an index', 'CREATE INDEX spy ON delivery (subject)', 'holds spy'],
    ['a table less', 'DROP TABLE detail', 'lacks a table'],
  ])('%s that we did not make is refused, and the file is left as it is', async (_what, sql, why) => {
    const database = await open();
    database.exec(sql);
    // On closing it would be written when the last statement is collected, which may be later.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const before = await readFile(path);
    const refused = await open().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Failure);
    expect(refused).toMatchObject({ kind: 'configuration', message: expect.stringContaining(why) as string });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test('a byte that is another one ends in an answer or in a trouble that has a name, never in a crash', async () => {
    const database = await open();
    await keep(historyIn(database), 0, 300);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const sound = await readFile(path);
    const random = randomOf(20_260_602, 'flips');
    const ends = { answered: 0, refused: 0 };
    for (let flip = 0; flip < 150; flip += 1) {
      const bytes = Buffer.from(sound);
      const at = random.chance(0.3) ? random.between(0, 200) : random.between(0, bytes.length - 1);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7));
      for (const end of ['-wal', '-shm']) await rm(path + end, { force: true });
      await writeFile(path, bytes);
      const outcome = await use().catch((error: unknown) => error);
      if (outcome === null) ends.answered += 1;
      else {
        const hasName = outcome instanceof Failure || troubleOf(outcome) !== 'unknown';
        expect({ at, hasName, outcome }).toEqual({ at, hasName: true, outcome });
        ends.refused += 1;
      }
    }
    expect(Math.min(ends.answered, ends.refused)).toBeGreaterThan(0);
  });

  async function use(): Promise<null> {
    const database = await open();
    try {
      const history = historyIn(database);
      await keptRows(history);
      await history.covered('', ALWAYS);
      await history.rollUps(ALWAYS, 86_400_000);
      await keep(history, 290, 20);
      return null;
    } finally {
      database.close();
    }
  }
});
