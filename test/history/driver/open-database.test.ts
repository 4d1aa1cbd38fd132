import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { Database, Driver, Row } from '#history/driver/database.js';
import type { Schema } from '#history/driver/open-database.js';
import { openDatabase } from '#history/driver/open-database.js';

import { DRIVERS } from './drivers.js';

const CREATE = 'CREATE TABLE word (text TEXT NOT NULL) STRICT; CREATE INDEX word_text ON word (text);';
const SCHEMA: Schema = { applicationId: 0x6d637401, migrations: [CREATE] };
const NEXT: Schema = {
  ...SCHEMA,
  migrations: [CREATE, "ALTER TABLE word ADD COLUMN tongue TEXT NOT NULL DEFAULT 'en'"],
};

describe.each(DRIVERS)('a store opened with %s', (_name, driver) => {
  let folder = '';
  let path = '';
  let notes: string[] = [];
  let opened: Database[] = [];

  const open = async (schema = SCHEMA): Promise<Database> => {
    const onNote = (text: string): void => void notes.push(text);
    const database = await openDatabase({ path, schema, driver, onNote, isChecked: true });
    opened.push(database);
    return database;
  };
  const words = (database: Database): readonly unknown[] =>
    database
      .prepare('SELECT text FROM word ORDER BY rowid')
      .all()
      .map((row) => row['text']);
  const add = (database: Database, text: string): void =>
    void database.prepare('INSERT INTO word (text) VALUES (?)').run(text);
  const close = (): void => {
    for (const database of opened.splice(0)) database.close();
  };
  const pragma = (database: Database, name: string): unknown =>
    Object.values(database.prepare(`PRAGMA ${name}`).all()[0] ?? {})[0];
  const names = async (): Promise<readonly string[]> => (await readdir(join(path, '..'))).toSorted();
  /** Wrapped up in one file, as after a checkpoint. */
  const filled = async (): Promise<void> => {
    const database = await open();
    database.transaction(() => {
      for (let n = 0; n < 400; n += 1) add(database, `word number ${n}`);
    });
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    close();
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
    path = join(folder, 'home', 'words.db');
    notes = [];
    opened = [];
  });
  afterEach(async () => {
    close();
    await rm(folder, { recursive: true, force: true });
  });

  test('is made at first and kept from then on', async () => {
    add(await open(), 'one');
    close();
    expect(words(await open())).toStrictEqual(['one']);
    expect(notes).toStrictEqual([]);
  });

  test.each([
    ['a kill and a power cut lose nothing', 'journal_mode', 'wal'],
    ['each commit is on the disk', 'synchronous', 2],
    ['others are waited for', 'busy_timeout', 10_000],
    ['references hold', 'foreign_keys', 1],
    ['a planted view runs nothing', 'trusted_schema', 0],
    ['a damaged cell is seen', 'cell_size_check', 1],
    ['it says whose it is', 'application_id', SCHEMA.applicationId],
    ['it says how far its tables have come', 'user_version', 1],
  ])('%s', async (_why, name, value) => {
    await open();
    close();
    expect(pragma(await open(), name)).toBe(value);
  });

  test('many who open it at once all get it, made once', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => open()));
    for (const [n, database] of all.entries()) add(database, String(n));
    expect(words(await open())).toHaveLength(12);
    expect(notes).toStrictEqual([]);
  });

  test('an older one is brought up to date, and a copy of it is kept', async () => {
    add(await open(), 'old');
    close();
    const database = await open(NEXT);
    expect(database.prepare('SELECT * FROM word').all()).toStrictEqual([{ text: 'old', tongue: 'en' }]);
    close();
    path = join(folder, 'home', 'words.db.version-1');
    expect(words(await open())).toStrictEqual(['old']);
  });

  test('one whose number is another than that of its tables is damaged, and set aside', async () => {
    add(await open(NEXT), 'new');
    (await open(NEXT)).exec('PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)');
    close();
    expect(words(await open(NEXT))).toStrictEqual([]);
    expect(notes).toStrictEqual([
      `${path} is damaged; it is kept as ${path}.damaged, and a new one is begun.`,
    ]);
  });

  test('a change that fails leaves the older one as it was', async () => {
    add(await open(), 'old');
    close();
    const broken = { ...SCHEMA, migrations: [CREATE, 'DROP TABLE word; SELEC 1'] };
    await expect(open(broken)).rejects.toThrow();
    expect(words(await open())).toStrictEqual(['old']);
  });

  test('one that another process makes at this moment is not taken for a foreign one', async () => {
    const make = `BEGIN IMMEDIATE; ${CREATE} PRAGMA application_id = ${SCHEMA.applicationId}; PRAGMA user_version = 1; COMMIT`;
    const other = { hasTried: false };
    const makeMeanwhile = (): void => {
      if (other.hasTried) return;
      other.hasTried = true;
      const database = driver(path);
      try {
        database.exec(make);
      } catch {
        // Refused, since somebody is reading: it would try again.
      }
      database.close();
    };
    const watched: Driver = (place) => {
      const database = driver(place);
      return {
        ...database,
        prepare: (sql) => {
          const statement = database.prepare(sql);
          if (!sql.includes('application_id')) return statement;
          const all = (): readonly Row[] => {
            const rows = statement.all();
            makeMeanwhile();
            return rows;
          };
          return { ...statement, all };
        },
      };
    };
    const onNote = (text: string): void => void notes.push(text);
    const database = await openDatabase({ path, schema: SCHEMA, driver: watched, onNote });
    opened.push(database);
    expect([other.hasTried, words(database), notes]).toEqual([true, [], []]);
  });

  test('a newer one is refused and left alone', async () => {
    // What is still in the log would be written into the file whenever the driver really closes it.
    (await open(NEXT)).exec('PRAGMA wal_checkpoint(TRUNCATE)');
    close();
    const before = await readFile(path);
    await expect(open()).rejects.toThrow(
      `${path} was written by a newer mailcheck (version 2 of its tables; this one knows 1).`,
    );
    expect(await readFile(path)).toStrictEqual(before);
  });

  test('a foreign one is refused and left alone', async () => {
    await mkdir(join(folder, 'home'), { mode: 0o700 });
    await writeFile(path, '');
    const other = driver(path);
    other.exec('CREATE TABLE bookmark (url TEXT)');
    other.close();
    const before = await readFile(path);
    await expect(open()).rejects.toThrow(`${path} is a database of another program; it is left as it is.`);
    expect(await readFile(path)).toStrictEqual(before);
  });

  test.each([
    ['text instead of a database', () => writeFile(path, 'no database at all '.repeat(99))],
    ['a file that was cut', () => truncate(path, 6000)],
    ['a page of zeros', async () => writeFile(path, (await readFile(path)).fill(0, 4096, 8192))],
  ])('%s is set aside with a note, and a new one is begun', async (_why, spoil) => {
    await filled();
    await spoil();
    const spoilt = await readFile(path);
    add(await open(), 'new');
    expect(words(await open())).toStrictEqual(['new']);
    const aside = `${path}.damaged`;
    expect(notes).toStrictEqual([`${path} is damaged; it is kept as ${aside}, and a new one is begun.`]);
    expect(await readFile(aside)).toStrictEqual(spoilt);
  });

  test('of many who find it damaged one sets it aside, and none loses what another wrote', async () => {
    await filled();
    await writeFile(path, 'no database at all '.repeat(99));
    const all = await Promise.all(Array.from({ length: 8 }, () => open()));
    for (const [n, database] of all.entries()) add(database, String(n));
    expect(words(await open())).toHaveLength(8);
    expect(notes).toHaveLength(1);
    expect((await names()).filter((name) => /damaged(-\d+)?$/.test(name))).toStrictEqual([
      'words.db.damaged',
    ]);
  });

  test('one flipped byte is read right, told cleanly, or set aside', async () => {
    await filled();
    const sound = await readFile(path);
    const truth = Array.from({ length: 400 }, (_, n) => `word number ${n}`);
    // A prime step touches header, tables, index and cells alike.
    for (let at = 0; at < sound.length; at += 257) {
      for (const name of await readdir(join(path, '..'))) await rm(join(path, '..', name), { force: true });
      await writeFile(path, Buffer.from(sound).fill((sound[at] ?? 0) ^ 0x55, at, at + 1));
      const found = await open().then(words, (error: unknown) => error);
      close();
      const isWhole = Array.isArray(found) && found.length === truth.length;
      const isSetAside =
        Array.isArray(found) && found.length === 0 && (await names()).includes('words.db.damaged');
      expect(isWhole || isSetAside || found instanceof Failure, `byte ${at}: ${String(found)}`).toBe(true);
    }
  });

  const mode = async (place: string): Promise<string> => ((await stat(place)).mode & 0o777).toString(8);

  test.each([0o000, 0o022, 0o077])('is private under umask %o', async (mask) => {
    const before = process.umask(mask);
    try {
      add(await open(), 'one');
      add(await open(NEXT), 'two');
    } finally {
      process.umask(before);
    }
    expect(await mode(join(folder, 'home'))).toBe('700');
    for (const name of await names())
      expect([name, await mode(join(folder, 'home', name))]).toStrictEqual([name, '600']);
    expect(await names()).toContain('words.db-wal');
  });

  test('becomes private when it was looser', async () => {
    add(await open(), 'one');
    for (const name of await names()) await chmod(join(folder, 'home', name), 0o644);
    await chmod(join(folder, 'home'), 0o755);
    await open();
    expect(await mode(join(folder, 'home'))).toBe('700');
    for (const name of ['words.db', 'words.db-wal', 'words.db-shm'])
      expect([name, await mode(join(folder, 'home', name))]).toStrictEqual([name, '600']);
  });

  test('a right that its owner took away is not taken back', async () => {
    await open();
    close();
    await chmod(path, 0o440);
    await chmod(join(folder, 'home'), 0o550);
    // Whether this can be opened is up to who asks: root may do all.
    await open().catch(() => undefined);
    expect([await mode(join(folder, 'home')), await mode(path)]).toEqual(['500', '400']);
    await chmod(join(folder, 'home'), 0o700);
  });

  test.each([
    [
      'a folder where others may write',
      async () => chmod(join(folder, 'home'), 0o777),
      'others can write to',
    ],
    [
      'a folder where its group may write',
      async () => chmod(join(folder, 'home'), 0o770),
      'others can write to',
    ],
    ['a folder in one where everybody may write', async () => chmod(folder, 0o777), 'others can write to'],
    ['a link in the place of the file', async () => symlink('/dev/null', path), 'is no regular file'],
    ['a folder in the place of the file', async () => mkdir(path), 'is no regular file'],
  ])('refuses %s', async (_why, spoil, words_) => {
    await mkdir(join(folder, 'home'), { mode: 0o700 });
    await spoil();
    const failure = await open().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      kind: 'configuration',
      message: expect.stringContaining(words_) as string,
    });
  });

  test('refuses a file in the place of the folder', async () => {
    await writeFile(join(folder, 'home'), '');
    await expect(open()).rejects.toMatchObject({ kind: 'configuration' });
  });
});
