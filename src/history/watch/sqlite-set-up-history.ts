import { KEPT_SET_UP_MS, type KeptSetUp, type SetUpHistory } from '#mailflow/connector/kept-set-up.js';

import { instant, text, unlessDamaged } from '../driver/cells.js';
import type { Database } from '../driver/database.js';
import { setUpIn, setUpText } from './kept-set-up.js';
import { lastKept, type LastRow } from './last-kept.js';
import { scopeId } from './scope-id.js';

/** The last whole set-up of one tenant. */
export function sqliteSetUpHistory(open: () => Promise<Database>, scope: string): SetUpHistory {
  return lastKept(open, scope, openRow);
}

function openRow(database: Database, name: string): LastRow<KeptSetUp> {
  const scope = scopeId(database, name);
  const find = database.prepare('SELECT seen_ms, answer FROM set_up WHERE scope = ?');
  const keep = database.prepare(
    `INSERT INTO set_up (scope, seen_ms, answer) VALUES (?, ?, ?)
     ON CONFLICT (scope) DO UPDATE SET seen_ms = excluded.seen_ms, answer = excluded.answer`,
  );
  // Of all tenants: nobody may ever look at one of them again.
  const forgetOld = database.prepare('DELETE FROM set_up WHERE seen_ms < ?');
  return {
    last: () => {
      const [row] = find.all(scope);
      if (row === undefined) return null;
      return unlessDamaged(() => {
        const told = setUpIn(text(row, 'answer'));
        return told === null ? null : { ...told, seenAt: instant(row, 'seen_ms') };
      });
    },
    keep: (kept) =>
      database.transaction(() => {
        const seenMs = kept.seenAt.getTime();
        keep.run(scope, seenMs, setUpText(kept));
        forgetOld.run(seenMs - KEPT_SET_UP_MS);
      }),
  };
}
