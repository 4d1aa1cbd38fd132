import { Failure } from '#failure.js';

import { text, textOrNull } from './cells.js';
import type { Database } from './database.js';

interface Expected {
  readonly path: string;
  /** The statements that made the file, word for word. */
  readonly objects: ReadonlySet<string>;
}

/** A trigger or a view would act on what we write, unseen: the file holds our tables word for word, or it is not ours. */
export function refuseForeignObjects(database: Database, { path, objects }: Expected): void {
  const found = database.prepare('SELECT name, sql FROM sqlite_schema').all();
  const foreign = found.find((row) => {
    const sql = textOrNull(row, 'sql');
    return sql !== null && !objects.has(sql);
  });
  const isMissing = found.filter((row) => row['sql'] !== null).length < objects.size;
  if (foreign === undefined && !isMissing) return;
  const what = foreign === undefined ? 'lacks a table' : `holds ${text(foreign, 'name')}`;
  throw new Failure('configuration', `${path} is not as mailcheck made it: it ${what}.`, {
    remedy: 'Find out who has changed it, and move it away; or name another folder with MAILCHECK_HOME.',
  });
}
