import { Failure } from '#failure.js';

import type { Database, Driver } from '../driver/database.js';
import { openDatabase } from '../driver/open-database.js';
import { text, textOrNull } from './read-row.js';
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
    refuseForeignObjects(database, options.path);
    database.exec(CACHE_SIZE);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A trigger or a view would act on what we write, unseen: the file holds our tables word for word, or it is not ours. */
function refuseForeignObjects(database: Database, path: string): void {
  const objects = database.prepare('SELECT name, sql FROM sqlite_schema').all();
  const foreign = objects.find((row) => {
    const sql = textOrNull(row, 'sql');
    return sql !== null && !TRACE_OBJECTS.has(sql);
  });
  const isMissing = objects.filter((row) => row['sql'] !== null).length < TRACE_OBJECTS.size;
  if (foreign === undefined && !isMissing) return;
  const what = foreign === undefined ? 'lacks a table' : `holds ${text(foreign, 'name')}`;
  throw new Failure('configuration', `${path} is not as mailcheck made it: it ${what}.`, {
    remedy: 'Find out who has changed it, and move it away; or name another folder with MAILCHECK_HOME.',
  });
}
