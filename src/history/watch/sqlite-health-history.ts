import type { HealthHistory, KeptHealth } from '#mailflow/health/health-source.js';

import { instant, text } from '../driver/cells.js';
import type { Database } from '../driver/database.js';
import { answerIn, answerText } from './kept-answer.js';
import { scopeId } from './scope-id.js';

/** No two runs that race see their answers so far apart: one from further ahead was kept while a clock was wrong. */
const FUTURE_MS = 3_600_000;

/** The last whole answer of one tenant. The store is opened by whoever asks first. */
export function sqliteHealthHistory(open: () => Promise<Database>, scope: string): HealthHistory {
  let opening: Promise<Tables> | null = null;
  const tables = (): Promise<Tables> => (opening ??= open().then((database) => openTables(database, scope)));
  return {
    last: async () => (await tables()).last(),
    keep: async (kept) => (await tables()).keep(kept),
  };
}

interface Tables {
  readonly last: () => KeptHealth | null;
  readonly keep: (kept: KeptHealth) => void;
}

function openTables(database: Database, name: string): Tables {
  const scope = scopeId(database, name);
  const find = database.prepare('SELECT seen_ms, answer FROM health WHERE scope = ?');
  const keep = database.prepare(
    `INSERT INTO health (scope, seen_ms, answer) VALUES (?1, ?2, ?3)
     ON CONFLICT (scope) DO UPDATE SET seen_ms = excluded.seen_ms, answer = excluded.answer
     WHERE health.seen_ms <= excluded.seen_ms OR health.seen_ms > excluded.seen_ms + ?4`,
  );
  return {
    last: () => {
      const [row] = find.all(scope);
      if (row === undefined) return null;
      const answer = answerIn(text(row, 'answer'));
      return answer === null ? null : { answer, seenAt: instant(row, 'seen_ms') };
    },
    keep: ({ answer, seenAt }) =>
      void database.transaction(() => keep.run(scope, seenAt.getTime(), answerText(answer), FUTURE_MS)),
  };
}
