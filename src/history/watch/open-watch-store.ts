/**
 * What watching a tenant leaves behind: the last whole answer of service health, what each look saw, in numbers, what each
 * run of the checks said, in a word, and the set-up of connectors. No address, subject or trace row is in it. Knows tables; refuses to know what is usual or when an alert opens.
 */
import type { Database, Driver } from '../driver/database.js';
import { refuseForeignObjects } from '../driver/foreign-objects.js';
import { openDatabase } from '../driver/open-database.js';
import { WATCH_OBJECTS, WATCH_SCHEMA } from './watch-schema.js';

export interface WatchStoreOptions {
  readonly path: string;
  /** Told what a person should know: that a damaged file was set aside. */
  readonly onNote: (text: string) => void;
  /** The best one there is, when left out. */
  readonly driver?: Driver;
}

/** Opens the file, or makes it. */
export async function openWatchStore(options: WatchStoreOptions): Promise<Database> {
  const database = await openDatabase({ ...options, schema: WATCH_SCHEMA, isChecked: true });
  try {
    refuseForeignObjects(database, { path: options.path, objects: WATCH_OBJECTS });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
