import type { Database, Driver } from '../driver/database.js';
import { refuseForeignObjects } from '../driver/foreign-objects.js';
import { openDatabase } from '../driver/open-database.js';
import { TRACE_OBJECTS, TRACE_SCHEMA } from './schema.js';

export interface TraceStoreOptions {
  readonly path: string;
  /** Told what a person should know: that a damaged file was set aside. */
  readonly onNote: (text: string) => void;
  /** The best one there is, when left out. */
  readonly driver?: Driver;
}

/** Random keys touch the whole of an index; it should fit into memory, in KiB. */
const CACHE_SIZE = 'PRAGMA cache_size = -65536';

/** Opens the file in which the kept past lies, or makes it. */
export async function openTraceStore(options: TraceStoreOptions): Promise<Database> {
  const database = await openDatabase({ ...options, schema: TRACE_SCHEMA });
  try {
    refuseForeignObjects(database, { path: options.path, objects: TRACE_OBJECTS });
    database.exec(CACHE_SIZE);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
