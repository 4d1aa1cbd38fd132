/** What one tenant was told last, in a table with a row for each. */
import type { Database } from '../driver/database.js';
import { openedOnce } from '../driver/opened-once.js';

export interface LastKept<Kept> {
  readonly last: () => Promise<Kept | null>;
  readonly keep: (kept: Kept) => Promise<void>;
}

export interface LastRow<Kept> {
  readonly last: () => Kept | null;
  readonly keep: (kept: Kept) => void;
}

export function lastKept<Kept>(
  open: () => Promise<Database>,
  scope: string,
  openRow: (database: Database, scope: string) => LastRow<Kept>,
): LastKept<Kept> {
  const row = openedOnce(open, (database) => openRow(database, scope));
  return {
    last: async () => (await row()).last(),
    keep: async (kept) => (await row()).keep(kept),
  };
}
