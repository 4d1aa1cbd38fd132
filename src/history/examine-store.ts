/** Looks at the folder of what is kept and at the stores in it, without changing what is in them. */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

import { Failure } from '#failure.js';
import type { DatabaseSight, StoreSight } from '#mailflow/doctor/doctor-evidence.js';

import { chooseDriver } from './driver/choose-driver.js';
import type { Database, Driver } from './driver/database.js';
import { networkDriveOf } from './driver/network-drive.js';
import { preparePrivateFolder } from './driver/private-place.js';
import { troubleOf } from './driver/trouble.js';

const STORES = ['quota.db', 'traces.db', 'watch.db'] as const;

/** What takes longer to be looked through than a person wants to wait is left. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Makes the folder where there is none, as the first question to a service would. */
export async function examineStore(folder: string): Promise<StoreSight> {
  const blank = { folder, databases: [], networkDrive: null, freeBytes: null };
  try {
    const real = await preparePrivateFolder(folder);
    const driver = await chooseDriver();
    const databases = await Promise.all(STORES.map((name) => sightOf(real, name, driver)));
    return {
      ...{ folder, trouble: null },
      databases: databases.filter((sight) => sight !== null),
      networkDrive: await networkDriveOf(real),
      freeBytes: await freeBytesOf(real),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { message, remedy } = error;
    return { ...blank, trouble: { kind: 'configuration', message, remedy, retryAfterSeconds: null } };
  }
}

async function freeBytesOf(folder: string): Promise<number | null> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
}

/** Null where nothing is kept yet. */
async function sightOf(folder: string, name: string, driver: Driver): Promise<DatabaseSight | null> {
  const path = join(folder, name);
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => null,
  );
  if (bytes === null) return null;
  try {
    const database = driver(path);
    try {
      return { name, bytes, ...readingOf(database, bytes) };
    } finally {
      database.close();
    }
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === 'unknown') throw error;
    return { name, bytes, version: null, integrity: trouble === 'busy' ? 'locked' : 'damaged' };
  }
}

function readingOf(database: Database, bytes: number): Pick<DatabaseSight, 'version' | 'integrity'> {
  database.exec('PRAGMA query_only = ON; PRAGMA busy_timeout = 1000;');
  const version = Number(firstOf(database, 'PRAGMA user_version'));
  if (bytes > MOST_BYTES) return { version, integrity: 'unread' };
  return { version, integrity: firstOf(database, 'PRAGMA quick_check(1)') === 'ok' ? 'sound' : 'damaged' };
}

function firstOf(database: Database, sql: string): unknown {
  const [row = {}] = database.prepare(sql).all();
  return Object.values(row)[0];
}
