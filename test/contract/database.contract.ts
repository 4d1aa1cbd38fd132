/** What every driver of the embedded database promises, so that nobody above needs to know which one is there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Database, Driver, Value } from '#history/driver/database.js';
import { troubleOf } from '#history/driver/trouble.js';

const VALUES: readonly [why: string, given: Value, kind: string, back: unknown][] = [
  ['a whole number is an integer', 1, 'integer', 1],
  ['beyond 32 bits as well', 2 ** 40, 'integer', 2 ** 40],
  ['the largest that a number holds', Number.MAX_SAFE_INTEGER, 'integer', Number.MAX_SAFE_INTEGER],
  ['beyond it a bigint, never rounded', 2n ** 53n + 1n, 'integer', 2n ** 53n + 1n],
  ['the smallest of all', -(2n ** 63n), 'integer', -(2n ** 63n)],
  ['a small bigint comes back as a number', 7n, 'integer', 7],
  ['a fraction', 1.5, 'real', 1.5],
  ['nothing', null, 'null', null],
  ['text', 'Grüße 📬', 'text', 'Grüße 📬'],
  ['no text', '', 'text', ''],
  ['bytes', new Uint8Array([0, 255]), 'blob', new Uint8Array([0, 255])],
  ['a part of a buffer', Buffer.from('xabx').subarray(1, 3), 'blob', new Uint8Array([97, 98])],
  ['no bytes', new Uint8Array(0), 'blob', new Uint8Array(0)],
  ['no bytes of no place', new Uint8Array(new ArrayBuffer(0)), 'blob', new Uint8Array(0)],
  ['NUL would end the text', 'a\0b', 'text', 'a\uFFFDb'],
  ['half a character has no UTF-8', 'a\uD800', 'text', 'a\uFFFD'],
];

export function promisesOfDatabase(name: string, driver: Driver): void {
  describe(`a database by ${name}`, () => {
    let folder = '';
    let path = '';
    let opened: Database[] = [];

    const open = (busyTimeoutMs = 0): Database => {
      const database = driver(path);
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL;`);
      opened = [...opened, database];
      return database;
    };
    const filled = (rows: number): Database => {
      const database = open();
      database.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, word TEXT UNIQUE) STRICT');
      const insert = database.prepare('INSERT INTO t (word) VALUES (?)');
      database.transaction(() => {
        for (let n = 1; n <= rows; n += 1) insert.run(`w${n}`);
      });
      return database;
    };
    const count = (database: Database): unknown =>
      database.prepare('SELECT count(*) AS n FROM t').all()[0]?.['n'];

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
      path = join(folder, 'a.db');
      opened = [];
    });
    afterEach(async () => {
      for (const database of opened) database.close();
      await rm(folder, { recursive: true, force: true });
    });

    test.each(VALUES)('%s', (_why, given, kind, back) => {
      const rows = open().prepare('SELECT ?1 AS value, typeof(?1) AS kind').all(given);
      expect(rows).toStrictEqual([{ value: back, kind }]);
    });

    test('refuses a value that no database knows, and lives on', () => {
      const database = open();
      const give = (value: unknown) => (): unknown =>
        Reflect.apply(database.prepare('SELECT ?').all, null, [value]);
      for (const value of [true, undefined, {}, Symbol('x'), new Date(0)])
        expect(give(value)).toThrow(TypeError);
      expect(database.prepare('SELECT 1 AS one').all()).toStrictEqual([{ one: 1 }]);
    });

    test('rows are plain objects with their columns and nothing else', () => {
      const database = filled(1);
      const sql = 'SELECT n, word FROM t';
      const row = { n: 1, word: 'w1' };
      expect(database.prepare(sql).all()).toStrictEqual([row]);
      expect([...database.prepare(sql).iterate()]).toStrictEqual([row]);
    });

    test('tells how many rows changed', () => {
      const database = filled(3);
      expect(database.prepare('UPDATE t SET word = NULL WHERE n > ?').run(1)).toStrictEqual({ changes: 2 });
    });

    test('gives what an insert returns', () => {
      const rows = filled(1).prepare('INSERT INTO t (word) VALUES (?) RETURNING n').all('w2');
      expect(rows).toStrictEqual([{ n: 2 }]);
    });

    test('a statement may be used again and again', () => {
      const statement = filled(9).prepare('SELECT word FROM t WHERE n = ?');
      expect([1, 9, 10, 1].map((n) => statement.all(n).map((row) => row['word']))).toStrictEqual([
        ['w1'],
        ['w9'],
        [],
        ['w1'],
      ]);
    });

    test('a walk through the rows that is broken off leaves nothing locked', () => {
      const database = filled(500);
      for (const row of database.prepare('SELECT n FROM t ORDER BY n').iterate()) {
        if (row['n'] === 3) break;
      }
      database.exec('DROP TABLE t');
      expect(database.prepare('SELECT name FROM sqlite_schema').all()).toStrictEqual([]);
    });

    test('a walk may change what it walks through, row by row, in a transaction', () => {
      const database = filled(250);
      const update = database.prepare('UPDATE t SET word = word || ? WHERE n = ?');
      database.transaction(() => {
        for (const row of database.prepare('SELECT n FROM t ORDER BY n').iterate()) {
          update.run('!', Number(row['n']));
        }
      });
      expect(database.prepare("SELECT count(*) AS n FROM t WHERE word LIKE '%!'").all()).toStrictEqual([
        { n: 250 },
      ]);
    });

    test('a transaction gives what its work gives, and is there for others', () => {
      const database = filled(2);
      expect(database.transaction(() => count(database))).toBe(2);
      expect(count(open())).toBe(2);
    });

    test('what a transaction throws undoes all of it and comes out as it is', () => {
      const database = filled(2);
      const fault = new Error('no more');
      const work = (): void => {
        database.exec('DELETE FROM t');
        throw fault;
      };
      expect(() => database.transaction(work)).toThrow(fault);
      expect(count(database)).toBe(2);
      expect(database.transaction(() => 'free again')).toBe('free again');
    });

    test('a transaction within another is refused and undoes the outer one', () => {
      const database = filled(2);
      const outer = (): void => {
        database.exec('DELETE FROM t');
        database.transaction(() => undefined);
      };
      expect(() => database.transaction(outer)).toThrow();
      expect(count(database)).toBe(2);
    });

    test('one writes at a time; the other hears that it is busy, and may read meanwhile', () => {
      const [one, other] = [filled(2), open()];
      one.transaction(() => {
        one.exec('DELETE FROM t');
        expect(count(other)).toBe(2);
        expect(troubleOfDoing(() => other.exec('BEGIN IMMEDIATE'))).toBe('busy');
      });
      expect(count(other)).toBe(0);
    });

    test.each([
      [
        'a rule of the schema',
        'constraint',
        (database: Database) => database.exec("INSERT INTO t VALUES (9, 'w1')"),
      ],
      [
        'a write where none is allowed',
        'denied',
        (database: Database) => database.exec('PRAGMA query_only = ON; DELETE FROM t'),
      ],
      [
        'a database that is full',
        'full',
        (database: Database) =>
          database.exec('PRAGMA max_page_count = 1; CREATE TABLE big AS SELECT zeroblob(99999)'),
      ],
      ['SQL that is none', 'unknown', (database: Database) => database.exec('SELEC 1')],
    ] as const)('names the trouble of %s', (_what, trouble, act) => {
      const database = filled(1);
      expect(troubleOfDoing(() => act(database))).toBe(trouble);
    });

    test('a name that no column has is a fault, not a text', () => {
      expect(() => open().prepare('SELECT "nobody"')).toThrow();
    });

    test('a file that is no database is damaged', async () => {
      await writeFile(path, 'no database at all '.repeat(99));
      const read = (): unknown => {
        const database = driver(path);
        opened = [...opened, database];
        return database.prepare('PRAGMA user_version').all();
      };
      expect(troubleOfDoing(read)).toBe('damaged');
    });

    test('a file in a folder that is not there cannot be opened', () => {
      expect(troubleOfDoing(() => driver(join(folder, 'none', 'a.db')))).toBe('denied');
    });

    test('what was committed is there after closing and opening again', () => {
      filled(3).close();
      opened = [];
      expect(count(open())).toBe(3);
    });
  });
}

function troubleOfDoing(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return troubleOf(error);
  }
  return 'none';
}
