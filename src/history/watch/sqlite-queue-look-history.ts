import type { HeldKeys } from '#mailflow/queue/held-keys.js';
import { heldKeysFrom, keyCount } from '#mailflow/queue/held-keys.js';
import {
  type KeptSet,
  QUEUE_LOOK_RULES,
  type QueueLook,
  type QueueLookHistory,
  type QueueLookRules,
  setsToKeep,
} from '#mailflow/queue/queue-look.js';

import { damaged, instant, number, parsedJson, text, unlessDamaged } from '../driver/cells.js';
import type { Database, Row } from '../driver/database.js';
import { openedOnce } from '../driver/opened-once.js';
import { packedWords, unpackedWords } from './packed-keys.js';
import { scopeId } from './scope-id.js';

interface QueueLookOptions {
  readonly open: () => Promise<Database>;
  /** Names the looks of one tenant among others in the store. */
  readonly scope: string;
  readonly rules?: QueueLookRules;
}

const HOUR_MS = 3_600_000;

/** One from further ahead was kept while a clock was wrong, and would stand for the newest until then. */
const FUTURE_MS = HOUR_MS;

/** The looks of one tenant. */
export function sqliteQueueLookHistory({
  open,
  scope,
  rules = QUEUE_LOOK_RULES,
}: QueueLookOptions): QueueLookHistory {
  const tables = openedOnce(open, (database) => openTables(database, scope, rules));
  return {
    since: async (from, question) => (await tables()).since(from, question),
    keep: async (look) => (await tables()).keep(look),
  };
}

interface Tables {
  readonly since: (from: Date, question: string) => readonly QueueLook[];
  readonly keep: (look: QueueLook) => void;
}

function openTables(database: Database, name: string, rules: QueueLookRules): Tables {
  const scope = scopeId(database, name);
  const select = database.prepare(
    'SELECT * FROM queue_look WHERE scope = ? AND at_ms >= ? AND question = ? ORDER BY at_ms, id',
  );
  const insert = database.prepare(
    `INSERT INTO queue_look (scope, at_ms, question, from_ms, to_ms, is_whole, held, held_by_bucket, key_count, held_keys)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  // Of all tenants: nobody may ever look at one of them again.
  const forgetOld = database.prepare('DELETE FROM queue_look WHERE at_ms < ? OR at_ms > ?');
  const forgetMore = database.prepare(
    'DELETE FROM queue_look WHERE id IN (SELECT id FROM queue_look WHERE scope = ? ORDER BY at_ms DESC, id DESC LIMIT -1 OFFSET ?)',
  );
  const sets = database.prepare(
    'SELECT id, at_ms, question, key_count FROM queue_look WHERE scope = ? AND held_keys IS NOT NULL',
  );
  const forgetKeys = database.prepare('UPDATE queue_look SET held_keys = NULL, key_count = 0 WHERE id = ?');
  return {
    since: (from, question) =>
      select
        .all(scope, from.getTime(), question)
        .map(lookIn)
        .filter((look) => look !== null),
    keep: (look) =>
      database.transaction(() => {
        const nowMs = look.at.getTime();
        forgetOld.run(nowMs - rules.keptHours * HOUR_MS, nowMs + FUTURE_MS);
        insert.run(scope, ...cellsOf(look));
        forgetMore.run(scope, rules.mostLooks);
        const kept = sets.all(scope).map(setIn);
        const stay = setsToKeep(kept, rules);
        for (const { id } of kept.filter((set) => !stay.has(set.id))) forgetKeys.run(id);
      }),
  };
}

function cellsOf({ at, question, window, isWhole, held, heldByBucket, keys }: QueueLook) {
  return [
    at.getTime(),
    question,
    window.from.getTime(),
    window.to.getTime(),
    isWhole ? 1 : 0,
    held,
    JSON.stringify(heldByBucket),
    keys === null ? 0 : keyCount(keys),
    keys === null ? null : packedWords(keys.words),
  ] as const;
}

function setIn(row: Row): KeptSet {
  return {
    id: number(row, 'id'),
    at: instant(row, 'at_ms'),
    question: text(row, 'question'),
    keys: number(row, 'key_count'),
  };
}

/** Null for a look that is not as one was ever written. */
function lookIn(row: Row): QueueLook | null {
  return unlessDamaged(() => ({
    at: instant(row, 'at_ms'),
    window: { from: instant(row, 'from_ms'), to: instant(row, 'to_ms') },
    question: text(row, 'question'),
    isWhole: number(row, 'is_whole') === 1,
    held: count(number(row, 'held'), 'held'),
    heldByBucket: countsIn(row),
    keys: row['held_keys'] === null ? null : keysIn(row),
  }));
}

function countsIn(row: Row): readonly number[] {
  const counts = parsedJson(text(row, 'held_by_bucket'), 'held_by_bucket');
  if (!Array.isArray(counts)) throw damaged('held_by_bucket');
  return counts.map((value: unknown) => count(value, 'held_by_bucket'));
}

function count(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw damaged(name);
  return value;
}

/** Looks are compared by walking through their keys in order: keys in another one would make mail seem new. */
function keysIn(row: Row): HeldKeys {
  const cell = row['held_keys'];
  const keys = cell instanceof Uint8Array ? heldKeysFrom(unpackedWords(cell)) : null;
  if (keys === null || keyCount(keys) !== number(row, 'key_count')) throw damaged('held_keys');
  return keys;
}
