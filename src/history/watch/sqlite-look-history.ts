import { KEPT_SET_UP_MS } from '#mailflow/connector/kept-set-up.js';
import {
  KEPT_LOOK_DAYS,
  type Look,
  type LookCounts,
  type LookHistory,
  type VerdictLevel,
} from '#mailflow/incident/look.js';
import type { SignalName } from '#mailflow/incident/signal.js';

import { damaged, instant, number, parsedJson, text, unlessDamaged } from '../driver/cells.js';
import type { Database, Row, Value } from '../driver/database.js';
import { openedOnce } from '../driver/opened-once.js';
import { scopeId } from './scope-id.js';

interface LookHistoryOptions {
  readonly open: () => Promise<Database>;
  /** Names the looks of one tenant among others in the store. */
  readonly scope: string;
  /** Of the newest; older ones are forgotten. */
  readonly mostLooks?: number;
}

/** One a minute for a month and some days, which is as far back as anything looks for what is usual. */
const MOST_LOOKS = 50_000;
const DAY_MS = 86_400_000;

/** The looks of one tenant. */
export function sqliteLookHistory({ open, scope, mostLooks = MOST_LOOKS }: LookHistoryOptions): LookHistory {
  const tables = openedOnce(open, (database) => openTables(database, scope, mostLooks));
  return {
    since: async (from) => (await tables()).since(from),
    keep: async (look) => (await tables()).keep(look),
  };
}

interface Tables {
  readonly since: (from: Date) => readonly Look[];
  readonly keep: (look: Look) => void;
}

function openTables(database: Database, name: string, mostLooks: number): Tables {
  const scope = scopeId(database, name);
  const select = database.prepare('SELECT * FROM look WHERE scope = ? AND at_ms >= ? ORDER BY at_ms, id');
  const insert = database.prepare(
    'INSERT INTO look (scope, at_ms, level, bad_signals, deliveries, held, failed, window_minutes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  // Of all tenants: nobody may ever look at one of them again.
  const forgetOld = [
    database.prepare('DELETE FROM look WHERE at_ms < ?'),
    database.prepare('DELETE FROM health WHERE seen_ms < ?'),
  ];
  const forgetSetUps = database.prepare('DELETE FROM set_up WHERE seen_ms < ?');
  const forgetMore = database.prepare(
    'DELETE FROM look WHERE id IN (SELECT id FROM look WHERE scope = ? ORDER BY at_ms DESC, id DESC LIMIT -1 OFFSET ?)',
  );
  return {
    since: (from) =>
      select
        .all(scope, from.getTime())
        .map(lookIn)
        .filter((look) => look !== null),
    keep: (look) =>
      database.transaction(() => {
        insert.run(
          scope,
          look.at.getTime(),
          look.level,
          JSON.stringify(look.badSignals),
          ...cells(look.counts),
        );
        for (const forget of forgetOld) forget.run(look.at.getTime() - KEPT_LOOK_DAYS * DAY_MS);
        forgetSetUps.run(look.at.getTime() - KEPT_SET_UP_MS);
        forgetMore.run(scope, mostLooks);
      }),
  };
}

function cells(counts: LookCounts | null): readonly Value[] {
  if (counts === null) return [null, null, null, null];
  return [counts.deliveries, counts.held, counts.failed, counts.windowMinutes];
}

/** Null for a look that is not as one was ever written. */
function lookIn(row: Row): Look | null {
  return unlessDamaged(() => ({
    at: instant(row, 'at_ms'),
    level: levelIn(row),
    badSignals: signalsIn(row),
    counts: countsIn(row),
  }));
}

const LEVELS: readonly VerdictLevel[] = ['ok', 'warning', 'critical', 'unknown'];

/** Each name once, which the compiler sees to. */
const SIGNALS: Readonly<Record<SignalName, SignalName>> = {
  trace: 'trace',
  inbound: 'inbound',
  health: 'health',
  'sign-in': 'sign-in',
  'status-page': 'status-page',
  reach: 'reach',
  connectors: 'connectors',
  looks: 'looks',
};

function levelIn(row: Row): VerdictLevel {
  const level = LEVELS.find((word) => word === row['level']);
  if (level === undefined) throw damaged('level');
  return level;
}

function signalsIn(row: Row): readonly SignalName[] {
  const words = parsedJson(text(row, 'bad_signals'), 'bad_signals');
  if (!Array.isArray(words)) throw damaged('bad_signals');
  const names = Object.values(SIGNALS).filter((name) => words.includes(name));
  if (names.length !== words.length) throw damaged('bad_signals');
  return names;
}

const COUNTS = ['deliveries', 'held', 'failed', 'window_minutes'];

function countsIn(row: Row): LookCounts | null {
  if (COUNTS.every((name) => row[name] === null)) return null;
  return {
    deliveries: count(row, 'deliveries'),
    held: count(row, 'held'),
    failed: count(row, 'failed'),
    windowMinutes: count(row, 'window_minutes'),
  };
}

function count(row: Row, name: string): number {
  const found = number(row, name);
  if (!(found >= 0)) throw damaged(name);
  return found;
}
