/** A file that is full, damaged or tampered with: nothing half kept, and a clean end in place of a crash. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { Database, Value } from '#history/driver/database.js';
import { openDatabase } from '#history/driver/open-database.js';
import { troubleOf } from '#history/driver/trouble.js';
import type { WatchHistory } from '#history/watch/guarded-watch.js';
import { openWatchStore } from '#history/watch/open-watch-store.js';
import { sqliteCheckRunHistory } from '#history/watch/sqlite-check-run-history.js';
import { sqliteExpirationHistory } from '#history/watch/sqlite-expiration-history.js';
import { sqliteHealthHistory } from '#history/watch/sqlite-health-history.js';
import { sqliteLookHistory } from '#history/watch/sqlite-look-history.js';
import { sqliteQueueLookHistory } from '#history/watch/sqlite-queue-look-history.js';
import { sqliteSetUpHistory } from '#history/watch/sqlite-set-up-history.js';
import { WATCH_SCHEMA } from '#history/watch/watch-schema.js';
import { randomOf } from '#simulator/population/random.js';

import { checkRunAt } from '../../contract/check-run-history.contract.js';
import { ISSUE, keptHealth } from '../../contract/health-history.contract.js';
import { lookAt } from '../../contract/look-history.contract.js';
import { queueLookAt } from '../../contract/queue-look-history.contract.js';
import { keptSetUp, OUTBOUND } from '../../contract/set-up-history.contract.js';
import { DRIVERS } from '../driver/drivers.js';

const EVER = new Date(0);

describe.each(DRIVERS)('the store by %s', (_, driver) => {
  let folder = '';
  let path = '';
  const notes: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
    path = join(folder, 'watch.db');
    notes.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (): Promise<Database> => openWatchStore({ path, driver, onNote: (note) => notes.push(note) });
  const historyIn = (database: Database, scope = 'contoso'): WatchHistory => {
    const opened = (): Promise<Database> => Promise.resolve(database);
    return {
      health: sqliteHealthHistory(opened, scope),
      looks: sqliteLookHistory({ open: opened, scope }),
      expiration: sqliteExpirationHistory(opened, scope),
      setUp: sqliteSetUpHistory(opened, scope),
      queueLooks: sqliteQueueLookHistory({ open: opened, scope }),
      checkRuns: (policy) => sqliteCheckRunHistory({ open: opened, scope, policy }),
    };
  };

  test('a full disk keeps nothing of a new answer and all of the old one, and the store goes on', async () => {
    const database = await open();
    const { health } = historyIn(database);
    await health.keep(keptHealth(0));
    database.exec('PRAGMA max_page_count = 20');
    const large = keptHealth(1, [{ ...ISSUE, title: 'x'.repeat(500_000) }]);
    expect(troubleOf(await health.keep(large).catch((error: unknown) => error))).toBe('full');
    expect(await health.last()).toEqual(keptHealth(0));
    database.close();
    const again = await open();
    await historyIn(again).health.keep(large);
    expect(await historyIn(again).health.last()).toEqual(large);
    again.close();
  });

  test.each([
    ['a trigger', 'CREATE TRIGGER spy AFTER INSERT ON look BEGIN DELETE FROM health; END', 'holds spy'],
    ['a view', 'CREATE VIEW spy AS SELECT 1', 'holds spy'],
    ['a table less', 'DROP TABLE health', 'lacks a table'],
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

  test('a file that is no database is set aside, and a new one is begun', async () => {
    await writeFile(path, `SQLite format 3\0${'x'.repeat(8000)}`);
    const database = await open();
    await historyIn(database).looks.keep(lookAt(0));
    expect(await historyIn(database).looks.since(EVER)).toEqual([lookAt(0)]);
    database.close();
    expect(notes).toEqual([expect.stringContaining('damaged')]);
    expect(await readdir(folder)).toContain('watch.db.damaged');
  });

  const answer = JSON.stringify({ services: [], issues: [ISSUE] });
  test.each<[string, string]>([
    ['no JSON', '{"services":[],"iss'],
    ['no object', '[]'],
    ['no list of services', '{"services":{},"issues":[]}'],
    ['no issues', '{"services":[]}'],
    ['a service without a name', '{"services":[{"id":"Exchange","status":"ok"}],"issues":[]}'],
    ['a time that is none', answer.replace('"2026-06-02T11:59:00.000Z"', '"yesterday"')],
    ['a number for a text', answer.replace('"EX1331830"', '7')],
    ['a text for a truth', answer.replace('"isResolved":false', '"isResolved":"no"')],
    ['a field that is gone', answer.replace('"highImpact":null,', '')],
    ['a post of a kind of its own', answer.replace('"contentType":"html"', '"contentType":"script"')],
    ['a list of nothing', '{"services":[null],"issues":[]}'],
  ])('a kept answer with %s is as none, and the next one replaces it', async (_what, text) => {
    expect(text).not.toBe(answer);
    const database = await open();
    const { health } = historyIn(database);
    await health.keep(keptHealth(0));
    database.prepare('UPDATE health SET answer = ?').run(text);
    expect(await health.last()).toBeNull();
    await health.keep(keptHealth(1));
    expect(await health.last()).toEqual(keptHealth(1));
    database.close();
  });

  const { outbound, domains, rules, asOf } = keptSetUp(0);
  const setUpAnswer = JSON.stringify({ outbound, domains, rules, asOf });
  test.each<[string, string, Value]>([
    ['no JSON', 'answer', setUpAnswer.slice(0, -1)],
    ['nothing', 'answer', 'null'],
    ['a list', 'answer', `[${setUpAnswer}]`],
    ['no rules', 'answer', setUpAnswer.replace('"rules"', '"rulers"')],
    ['connectors that are no list', 'answer', '{"outbound":{},"domains":[],"rules":[],"asOf":"2026-06-02"}'],
    ['a connector without a name', 'answer', setUpAnswer.replace('"name"', '"title"')],
    ['a field that is gone', 'answer', setUpAnswer.replace('"guid":null,', '')],
    ['a text for a truth', 'answer', setUpAnswer.replace('"enabled":true', '"enabled":"yes"')],
    ['a number for a host', 'answer', setUpAnswer.replace('"[192.0.2.7]"', '7')],
    ['a number beyond all numbers', 'answer', setUpAnswer.replace('"priority":0', '"priority":1e999')],
    ['a time that is none', 'answer', setUpAnswer.replace(asOf.toISOString(), 'yesterday')],
    ['a time beyond all dates', 'seen_ms', 9_000_000_000_000_000],
  ])('a kept set-up with %s is as none, and the next one replaces it', async (_what, column, value) => {
    expect(value).not.toBe(setUpAnswer);
    const database = await open();
    const { setUp } = historyIn(database);
    await setUp.keep(keptSetUp(0));
    database.prepare(`UPDATE set_up SET ${column} = ?`).run(value);
    expect(await setUp.last()).toBeNull();
    await setUp.keep(keptSetUp(1));
    expect(await setUp.last()).toEqual(keptSetUp(1));
    database.close();
  });

  test('a full disk keeps nothing of a new set-up and all of the old one, and the store goes on', async () => {
    const database = await open();
    const { setUp } = historyIn(database);
    await setUp.keep(keptSetUp(0));
    database.exec('PRAGMA max_page_count = 20');
    const large = keptSetUp(1, { outbound: [{ ...OUTBOUND, name: 'x'.repeat(500_000) }] });
    expect(troubleOf(await setUp.keep(large).catch((error: unknown) => error))).toBe('full');
    expect(await setUp.last()).toEqual(keptSetUp(0));
    database.close();
    const again = await open();
    await historyIn(again).setUp.keep(large);
    expect(await historyIn(again).setUp.last()).toEqual(large);
    again.close();
  });

  test('a set-up that can stand in for none is forgotten, of whichever tenant', async () => {
    const database = await open();
    const left = historyIn(database, 'a tenant of yesterday');
    await left.setUp.keep(keptSetUp(0));
    await historyIn(database).setUp.keep(keptSetUp(24 * 60));
    expect(await left.setUp.last()).toEqual(keptSetUp(0));
    await historyIn(database).setUp.keep(keptSetUp(24 * 60 + 1));
    expect(await left.setUp.last()).toBeNull();
    // A look forgets it as well: who cannot ask Exchange any more keeps no other.
    await left.setUp.keep(keptSetUp(0));
    await historyIn(database).looks.keep(lookAt(24 * 60 + 2));
    expect(await left.setUp.last()).toBeNull();
    database.close();
  });

  test.each<[string, string, Value]>([
    ['a level of tomorrow', 'level', 'catastrophic'],
    ['a signal that nobody knows', 'bad_signals', '["moon"]'],
    ['signals that are no list', 'bad_signals', '"trace"'],
    ['signals that are no JSON', 'bad_signals', '["trace"'],
    ['one count that is missing', 'held', null],
    ['a count below zero', 'deliveries', -1],
    ['a time beyond all dates', 'at_ms', 9_000_000_000_000_000],
  ])('a look with %s is as none; the others are given', async (_what, column, value) => {
    const database = await open();
    const { looks } = historyIn(database);
    const counts = { deliveries: 10, held: 2, failed: 1, windowMinutes: 240 };
    await looks.keep(lookAt(0, { counts }));
    await looks.keep(lookAt(1, { counts }));
    database.prepare(`UPDATE look SET ${column} = ? WHERE id = 1`).run(value);
    expect(await looks.since(EVER)).toEqual([lookAt(1, { counts })]);
    database.close();
  });

  test.each<[string, string, Value]>([
    ['no hours at all', 'hours', 0],
    ['a time beyond all dates', 'seen_ms', 9_000_000_000_000_000],
  ])('a kept limit with %s is as none, and the next one replaces it', async (_what, column, value) => {
    const database = await open();
    const { expiration } = historyIn(database);
    await expiration.keep({ hours: 18, seenAt: EVER });
    database.prepare(`UPDATE expiration SET ${column} = ?`).run(value);
    expect(await expiration.last()).toBeNull();
    await expiration.keep({ hours: 20, seenAt: EVER });
    expect(await expiration.last()).toEqual({ hours: 20, seenAt: EVER });
    database.close();
  });

  test('a store of an earlier mailcheck keeps what it holds, and holds the limit as well', async () => {
    const database = await open();
    await historyIn(database).health.keep(keptHealth(0));
    database.exec(
      'DROP TABLE expiration; DROP TABLE queue_look; DROP TABLE check_run; DROP TABLE set_up; PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)',
    );
    database.close();
    const again = await open();
    const { health, expiration } = historyIn(again);
    await expiration.keep({ hours: 18, seenAt: EVER });
    expect([await health.last(), await expiration.last()]).toEqual([
      keptHealth(0),
      { hours: 18, seenAt: EVER },
    ]);
    again.close();
  });

  test.each<[string, string, Value]>([
    ['keys that end in the middle', 'held_keys', new Uint8Array(31)],
    ['keys in another order', 'held_keys', new Uint8Array(32).fill(1, 0, 16)],
    ['a key less', 'held_keys', new Uint8Array(16)],
    ['a count that is none', 'held', -1],
    ['buckets that are no list', 'held_by_bucket', '{"0":1}'],
    ['buckets that are no numbers', 'held_by_bucket', '["1"]'],
    ['a window beyond all dates', 'to_ms', 9_000_000_000_000_000],
  ])('a look at the queue with %s is as none; the others are given', async (_what, column, value) => {
    const database = await open();
    const { queueLooks } = historyIn(database);
    await queueLooks.keep(queueLookAt(0));
    await queueLooks.keep(queueLookAt(6));
    database.prepare(`UPDATE queue_look SET ${column} = ? WHERE id = 1`).run(value);
    expect(await queueLooks.since(EVER, 'all')).toEqual([queueLookAt(6)]);
    database.close();
  });

  test.each([1, 2, 3, 4])(
    'a store of version %i keeps its looks and takes what later ones hold',
    async (version) => {
      const { applicationId, migrations } = WATCH_SCHEMA;
      const former = { applicationId, migrations: migrations.slice(0, version) };
      const before = await openDatabase({ path, driver, schema: former, onNote: (note) => notes.push(note) });
      const { at, level, badSignals } = lookAt(0);
      before.exec("INSERT INTO scope (name) VALUES ('contoso')");
      before
        .prepare('INSERT INTO look (scope, at_ms, level, bad_signals) VALUES (1, ?, ?, ?)')
        .run(at.getTime(), level, JSON.stringify(badSignals));
      before.close();
      const database = await open();
      const { looks, queueLooks, checkRuns, setUp } = historyIn(database);
      await setUp.keep(keptSetUp(3));
      await queueLooks.keep(queueLookAt(1));
      await checkRuns('usual').keep(checkRunAt(2));
      expect(await looks.since(EVER)).toEqual([lookAt(0)]);
      expect(await queueLooks.since(EVER, 'all')).toEqual([queueLookAt(1)]);
      expect(await checkRuns('usual').since(EVER)).toEqual([checkRunAt(2)]);
      expect(await setUp.last()).toEqual(keptSetUp(3));
      expect(await readdir(folder)).toContain(`watch.db.version-${version}`);
      database.close();
    },
  );

  test.each<[string, string, Value]>([
    ['a level of tomorrow', 'seen', '{"held-mail":"catastrophic"}'],
    ['levels that are a list', 'seen', '["ok"]'],
    ['levels that are no words', 'seen', '{"held-mail":1}'],
    ['no JSON', 'seen', '{"held-mail":"o'],
    ['nothing', 'seen', 'null'],
    ['a time beyond all dates', 'at_ms', 9_000_000_000_000_000],
  ])('a run of the checks with %s is as none; the others are given', async (_what, column, value) => {
    const database = await open();
    const runs = historyIn(database).checkRuns('usual');
    await runs.keep(checkRunAt(0));
    await runs.keep(checkRunAt(1));
    database.prepare(`UPDATE check_run SET ${column} = ? WHERE id = 1`).run(value);
    expect(await runs.since(EVER)).toEqual([checkRunAt(1)]);
    database.close();
  });

  test('a full disk keeps nothing of a run of the checks and all earlier ones, and the store goes on', async () => {
    const database = await open();
    const runs = historyIn(database).checkRuns('usual');
    await runs.keep(checkRunAt(0));
    database.exec('PRAGMA max_page_count = 20');
    const large = checkRunAt(1, new Map([['x'.repeat(500_000), 'ok']]));
    expect(troubleOf(await runs.keep(large).catch((error: unknown) => error))).toBe('full');
    expect(await runs.since(EVER)).toEqual([checkRunAt(0)]);
    database.close();
    const again = await open();
    await historyIn(again).checkRuns('usual').keep(checkRunAt(2));
    expect(await historyIn(again).checkRuns('usual').since(EVER)).toEqual([checkRunAt(0), checkRunAt(2)]);
    again.close();
  });

  test('a day of looks at a very long queue stays within its bound', async () => {
    const database = await open();
    const { queueLooks } = historyIn(database);
    for (let minute = 0; minute < 60; minute += 6) await queueLooks.keep(queueLookAt(minute, 200_000));
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const looks = await queueLooks.since(EVER, 'all');
    expect(looks.map(({ keys }) => keys !== null)).toEqual([
      ...Array.from({ length: 5 }, () => false),
      ...Array.from({ length: 5 }, () => true),
    ]);
    // A million keys of 16 bytes, and a set that is written before another one is forgotten.
    expect((await readFile(path)).length).toBeLessThan(21 * 1024 * 1024);
    database.close();
  });

  test('tenants that nobody looks at any more are forgotten as well', async () => {
    const database = await open();
    const left = historyIn(database, 'a tenant of last year');
    await left.health.keep(keptHealth(0));
    await left.looks.keep(lookAt(0));
    await historyIn(database).looks.keep(lookAt(90 * 24 * 60 + 1));
    expect([await left.health.last(), await left.looks.since(EVER)]).toEqual([null, []]);
    database.close();
  });

  test('a byte that is another one ends in an answer or in a trouble that has a name, never in a crash', async () => {
    const database = await open();
    await historyIn(database).health.keep(keptHealth(0));
    for (let minute = 0; minute < 200; minute += 1)
      await historyIn(database).looks.keep(lookAt(minute, { badSignals: ['trace'] }));
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
      const { health, looks } = historyIn(database);
      await health.last();
      await looks.since(EVER);
      await health.keep(keptHealth(9));
      await looks.keep(lookAt(300));
      return null;
    } finally {
      database.close();
    }
  }
});
