import type { Database } from './database.js';

/** Tables of a store that is opened by whoever asks first. */
export function openedOnce<Tables>(
  open: () => Promise<Database>,
  openTables: (database: Database) => Tables,
): () => Promise<Tables> {
  let opening: Promise<Tables> | null = null;
  return () => (opening ??= open().then(openTables));
}
