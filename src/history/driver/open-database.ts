/**
 * Opens a store of ours: private files, settings that survive a kill, the schema brought up to date. Knows what to do
 * with a file that is damaged, foreign or from a newer mailcheck; refuses to know what is kept in it.
 */
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { Failure } from '#failure.js';

import { chooseDriver } from './choose-driver.js';
import type { Database, Driver } from './database.js';
import { networkDriveOf } from './network-drive.js';
import { exists, preparePrivateFile, preparePrivateFolder } from './private-place.js';
import { patiently, withStoreLock } from './store-lock.js';
import { type DatabaseTrouble, troubleOf } from './trouble.js';

export interface Schema {
  /** Marks a file as ours (PRAGMA application_id): a 32-bit number of its own for each kind of store. */
  readonly applicationId: number;
  /** The first makes an empty file version 1, the next makes that version 2. Never changed once released. */
  readonly migrations: readonly string[];
}

export interface OpenOptions {
  readonly path: string;
  readonly schema: Schema;
  /** Told what a person should know: that a damaged file was set aside. */
  readonly onNote: (text: string) => void;
  /** Looks through the whole file for damage: for small ones. */
  readonly isChecked?: boolean;
  /** The best one there is, when left out. */
  readonly driver?: Driver;
}

/** Waits for others at most so long when it needs the one write lock. */
const BUSY_TIMEOUT_MS = 10_000;

/** Throws a configuration failure when there is no store to be had; the caller may go on without. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const folder = await preparePrivateFolder(dirname(options.path));
  const path = join(folder, basename(options.path));
  const drive = await networkDriveOf(folder);
  if (drive !== null) {
    options.onNote(
      `${folder} lies on a network drive (${drive}), where locks may not hold; name a folder of this machine with MAILCHECK_HOME.`,
    );
  }
  const driver = options.driver ?? (await chooseDriver());
  try {
    return await open({ ...options, path, driver });
  } catch (error) {
    throw storeFailure(path, error);
  }
}

type Opening = OpenOptions & { readonly driver: Driver };

async function open(opening: Opening): Promise<Database> {
  await preparePrivateFile(opening.path);
  const current = await openIfCurrent(opening);
  if (current !== null) return current;
  return withStoreLock(opening.path, opening.driver, async () => {
    await preparePrivateFile(opening.path);
    return openAlone(opening);
  });
}

/** Null when something has to be done first, by one process at a time. */
async function openIfCurrent(opening: Opening): Promise<Database | null> {
  const looked = await lookInto(opening);
  if (looked.kind === 'current') return settled(looked.database, opening);
  if (looked.kind !== 'damaged') looked.database.close();
  if (looked.kind === 'foreign') throw foreign(opening.path);
  if (looked.kind === 'newer') throw newer(opening.path, looked.version, opening.schema);
  return null;
}

/** Under the lock, where everything may have changed since the last look. */
async function openAlone(opening: Opening): Promise<Database> {
  const looked = await lookInto(opening);
  switch (looked.kind) {
    case 'current':
      return settled(looked.database, opening);
    case 'older':
      return migrated(looked.database, looked.version, opening);
    case 'foreign':
      looked.database.close();
      throw foreign(opening.path);
    case 'newer':
      looked.database.close();
      throw newer(opening.path, looked.version, opening.schema);
    case 'damaged': {
      const aside = await setAside(opening.path);
      opening.onNote(`${opening.path} is damaged; it is kept as ${aside}, and a new one is begun.`);
      await preparePrivateFile(opening.path);
      return migrated(connect(opening), 0, opening);
    }
  }
}

type Look =
  | { readonly kind: 'current' | 'foreign'; readonly database: Database }
  /** Version 0 is a file that holds nothing yet. */
  | { readonly kind: 'older' | 'newer'; readonly database: Database; readonly version: number }
  | { readonly kind: 'damaged' };

function lookInto(opening: Opening): Promise<Look> {
  return patiently(opening.path, () => {
    const database = connect(opening);
    try {
      return judge(database, opening);
    } catch (error) {
      database.close();
      if (troubleOf(error) === 'damaged') return { kind: 'damaged' };
      throw error;
    }
  });
}

/** Settings that hold for this connection and change nothing in the file: it may not be ours. */
function connect({ path, driver }: Opening): Database {
  const database = driver(path);
  database.exec(
    `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;`,
  );
  return database;
}

function judge(database: Database, { schema, driver, isChecked = false }: Opening): Look {
  // At one moment: between two of these another process may have made the store, and it would look like a foreign one.
  database.exec('BEGIN');
  const applicationId = numberOf(database, 'PRAGMA application_id');
  const version = numberOf(database, 'PRAGMA user_version');
  const objects = numberOf(database, 'SELECT count(*) FROM sqlite_schema');
  database.exec('COMMIT');
  if (applicationId === 0 && version === 0 && objects === 0) return { kind: 'older', database, version };
  if (applicationId !== schema.applicationId) return { kind: 'foreign', database };
  if (version > schema.migrations.length) return { kind: 'newer', database, version };
  const isOlder = version < schema.migrations.length;
  const isDamaged =
    version < 1 ||
    (isChecked && !isSound(database)) ||
    (isOlder && !hasTablesOf(database, schema.migrations.slice(0, version), driver));
  if (isDamaged) {
    database.close();
    return { kind: 'damaged' };
  }
  return isOlder ? { kind: 'older', database, version } : { kind: 'current', database };
}

/** A number of another version, as a flipped bit leaves it, would have tables made that are there. */
function hasTablesOf(database: Database, migrations: readonly string[], driver: Driver): boolean {
  const made = driver(':memory:');
  try {
    for (const sql of migrations) made.exec(sql);
    const [expected, found] = [made, database].map((each) => each.prepare(NAMES).all());
    return JSON.stringify(expected) === JSON.stringify(found);
  } finally {
    made.close();
  }
}

/** Not the statements: another SQLite may have written them another way. */
const NAMES = `
  SELECT object.type, object.name, "column".name AS "column"
  FROM sqlite_schema AS object LEFT JOIN pragma_table_info(object.name) AS "column"
  ORDER BY 1, 2, 3`;

function isSound(database: Database): boolean {
  const [first] = database.prepare('PRAGMA quick_check(1)').all();
  return first !== undefined && Object.values(first)[0] === 'ok';
}

function numberOf(database: Database, sql: string): number {
  const [row] = database.prepare(sql).all();
  return Number(Object.values(row ?? {})[0] ?? 0);
}

/** A write-ahead log lets others read while one writes; FULL, so that what was committed outlives a power cut. */
async function settled(database: Database, { path }: Opening): Promise<Database> {
  await patiently(path, () => {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  });
  return database;
}

async function migrated(database: Database, from: number, opening: Opening): Promise<Database> {
  const { path, schema } = opening;
  try {
    if (from > 0) await copyBeforeChange(database, `${path}.version-${from}`);
    await settled(database, opening);
    database.transaction(() => {
      for (const sql of schema.migrations.slice(from)) database.exec(sql);
      database.exec(
        `PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${schema.migrations.length};`,
      );
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A store that a newer mailcheck has changed can be put back for an older one. */
async function copyBeforeChange(database: Database, copy: string): Promise<void> {
  // Half a copy may be left of a try that was killed.
  await rm(copy, { force: true });
  await preparePrivateFile(copy);
  database.prepare('VACUUM INTO ?').run(copy);
}

/** The log first: left behind it would be taken for the new file's. */
async function setAside(path: string): Promise<string> {
  const aside = await freeName(`${path}.damaged`);
  for (const end of ['-wal', '-shm', '']) {
    if (await exists(path + end)) await rename(path + end, aside + end);
  }
  return aside;
}

async function freeName(wanted: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!(await exists(name))) return name;
  }
}

function foreign(path: string): Failure {
  return new Failure('configuration', `${path} is a database of another program; it is left as it is.`, {
    remedy: 'Move it away, or name another folder with MAILCHECK_HOME.',
  });
}

function newer(path: string, version: number, { migrations }: Schema): Failure {
  return new Failure(
    'configuration',
    `${path} was written by a newer mailcheck (version ${version} of its tables; this one knows ${migrations.length}).`,
    { remedy: 'Update mailcheck, or name another folder with MAILCHECK_HOME.' },
  );
}

const WORDS_BY_TROUBLE: Readonly<Record<DatabaseTrouble, readonly [what: string, remedy: string]>> = {
  busy: [
    'another process holds it',
    'End what else has it open, as a backup or a database browser, and try again.',
  ],
  full: ['its disk is full', 'Make room on the disk, or name another folder with MAILCHECK_HOME.'],
  denied: [
    'it may not be written',
    'See that you may write to the file and to its folder, or name another one with MAILCHECK_HOME.',
  ],
  damaged: ['it is damaged', 'Move the file away, or name another folder with MAILCHECK_HOME.'],
  failed: [
    'its disk does not take it',
    'See that the disk has room and is sound, or name another folder with MAILCHECK_HOME.',
  ],
  constraint: ['it breaks its own rules', 'Move the file away, or name another folder with MAILCHECK_HOME.'],
  unknown: ['for no known reason', 'Move the file away, or name another folder with MAILCHECK_HOME.'],
};

function unusableStore(path: string, cause: unknown): Failure {
  const [what, remedy] = WORDS_BY_TROUBLE[troubleOf(cause)];
  return new Failure('configuration', `The store ${path} cannot be used: ${what}.`, { remedy, cause });
}

/** What a store threw, on opening or later, as a failure; a bug of ours comes out as it is. */
export function storeFailure(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (troubleOf(error) === 'unknown') throw error;
  return unusableStore(path, error);
}
