import type { ExpirationHistory, KeptExpiration } from '#mailflow/trace/message-expiration.js';

import { damaged, instant, number, unlessDamaged } from '../driver/cells.js';
import type { Database } from '../driver/database.js';
import { lastKept, type LastRow } from './last-kept.js';
import { scopeId } from './scope-id.js';

/** The limit of one tenant as it was told last. */
export function sqliteExpirationHistory(open: () => Promise<Database>, scope: string): ExpirationHistory {
  return lastKept(open, scope, openRow);
}

function openRow(database: Database, name: string): LastRow<KeptExpiration> {
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
