import type { ExpirationHistory, KeptExpiration } from '#mailflow/trace/message-expiration.js';

import { damaged, instant, number, unlessDamaged } from '../driver/cells.js';
import type { Database } from '../driver/database.js';
import { scopeId } from './scope-id.js';

/** The limit of one tenant as it was told last. The store is opened by whoever asks first. */
export function sqliteExpirationHistory(open: () => Promise<Database>, scope: string): ExpirationHistory {
  let opening: Promise<Tables> | null = null;
  const tables = (): Promise<Tables> => (opening ??= open().then((database) => openTables(database, scope)));
  return {
    last: async () => (await tables()).last(),
    keep: async (kept) => (await tables()).keep(kept),
  };
}

interface Tables {
  readonly last: () => KeptExpiration | null;
  readonly keep: (kept: KeptExpiration) => void;
}

function openTables(database: Database, name: string): Tables {
  const scope = scopeId(database, name);
  const find = database.prepare('SELECT seen_ms, hours FROM expiration WHERE scope = ?');
  const keep = database.prepare(
    `INSERT INTO expiration (scope, seen_ms, hours) VALUES (?, ?, ?)
     ON CONFLICT (scope) DO UPDATE SET seen_ms = excluded.seen_ms, hours = excluded.hours`,
  );
  return {
    last: () => {
      const [row] = find.all(scope);
      if (row === undefined) return null;
      // A value that nobody can have written is none.
      return unlessDamaged(() => {
        const hours = number(row, 'hours');
        if (!(hours > 0)) throw damaged('hours');
        return { hours, seenAt: instant(row, 'seen_ms') };
      });
    },
    keep: ({ hours, seenAt }) => void database.transaction(() => keep.run(scope, seenAt.getTime(), hours)),
  };
}
