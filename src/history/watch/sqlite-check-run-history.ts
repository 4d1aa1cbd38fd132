import type { CheckLevel } from '#mailflow/check/check-result.js';
import {
  CHECK_RUN_RULES,
  type CheckRun,
  type CheckRunHistory,
  type CheckRunRules,
  runsThatStay,
} from '#mailflow/check/check-run.js';

import { damaged, instant, parsedJson, text, unlessDamaged } from '../driver/cells.js';
import type { Database, Row } from '../driver/database.js';
import { openedOnce } from '../driver/opened-once.js';
import { scopeId } from './scope-id.js';

interface CheckRunOptions {
  readonly open: () => Promise<Database>;
  /** Names the runs of one tenant among others in the store. */
  readonly scope: string;
  /** Names those under one policy. */
  readonly policy: string;
  readonly rules?: CheckRunRules;
}

const DAY_MS = 86_400_000;

/** A clock must be wrong for so many runs before what is kept is taken for old. */
const TRUSTED_RUNS = 20;

/** The runs of one tenant under one policy. */
export function sqliteCheckRunHistory({
  open,
  scope,
  policy,
  rules = CHECK_RUN_RULES,
}: CheckRunOptions): CheckRunHistory {
  const tables = openedOnce(open, (database) => openTables(database, scope, rules));
  return {
    since: async (from) => (await tables()).since(from, policy),
    keep: async (run) => (await tables()).keep(run, policy),
  };
}

interface CheckRunTables {
  readonly since: (from: Date, policy: string) => readonly CheckRun[];
  readonly keep: (run: CheckRun, policy: string) => void;
}

function openTables(database: Database, name: string, rules: CheckRunRules): CheckRunTables {
  const scope = scopeId(database, name);
  const select = database.prepare(
    'SELECT at_ms, seen FROM check_run WHERE scope = ? AND policy = ? AND at_ms >= ? ORDER BY at_ms, id',
  );
  const insert = database.prepare('INSERT INTO check_run (scope, policy, at_ms, seen) VALUES (?, ?, ?, ?)');
  // Of all tenants: nobody may ever look at one of them again.
  const forgetOld = database.prepare(
    'DELETE FROM check_run WHERE at_ms < (SELECT min(at_ms) FROM (SELECT at_ms FROM check_run ORDER BY id DESC LIMIT ?)) - ?',
  );
  const count = database.prepare('SELECT count(*) AS runs FROM check_run WHERE scope = ?');
  // In the order of keeping: those of a clock that is ahead must not outlive the others.
  const forgetMore = database.prepare(
    'DELETE FROM check_run WHERE id IN (SELECT id FROM check_run WHERE scope = ? ORDER BY id DESC LIMIT -1 OFFSET ?)',
  );
  return {
    since: (from, policy) =>
      select
        .all(scope, policy, from.getTime())
        .map(runIn)
        .filter((run) => run !== null),
    keep: ({ at, seenById }, policy) =>
      database.transaction(() => {
        insert.run(scope, policy, at.getTime(), JSON.stringify(Object.fromEntries(seenById)));
        forgetOld.run(TRUSTED_RUNS, rules.keptDays * DAY_MS);
        if (Number(count.all(scope)[0]?.['runs'] ?? 0) > rules.mostRuns)
          forgetMore.run(scope, runsThatStay(rules));
      }),
  };
}

/** Null for a run that is not as one was ever written. */
function runIn(row: Row): CheckRun | null {
  return unlessDamaged(() => ({ at: instant(row, 'at_ms'), seenById: levelsIn(row) }));
}

function levelsIn(row: Row): ReadonlyMap<string, CheckLevel> {
  const seen = parsedJson(text(row, 'seen'), 'seen');
  if (typeof seen !== 'object' || seen === null || Array.isArray(seen)) throw damaged('seen');
  return new Map(Object.entries(seen).map(([id, word]) => [id, levelOf(word)]));
}

/** Each word once, which the compiler sees to. */
const LEVELS: Readonly<Record<CheckLevel, CheckLevel>> = {
  ok: 'ok',
  warning: 'warning',
  critical: 'critical',
  unknown: 'unknown',
  skipped: 'skipped',
};

function levelOf(word: unknown): CheckLevel {
  const level = Object.values(LEVELS).find((known) => known === word);
  if (level === undefined) throw damaged('seen');
  return level;
}
