import type { HealthHistory, KeptHealth } from '#mailflow/health/health-source.js';

import { instant, text } from '../driver/cells.js';
import type { Database } from '../driver/database.js';
import { answerIn, answerText } from './kept-answer.js';
import { lastKept, type LastRow } from './last-kept.js';
import { scopeId } from './scope-id.js';

/** No two runs that race see their answers so far apart: one from further ahead was kept while a clock was wrong. */
const FUTURE_MS = 3_600_000;

/** The last whole answer of one tenant. */
export function sqliteHealthHistory(open: () => Promise<Database>, scope: string): HealthHistory {
  return lastKept(open, scope, openRow);
}

function openRow(database: Database, name: string): LastRow<KeptHealth> {
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
