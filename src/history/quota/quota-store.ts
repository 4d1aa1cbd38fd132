/**
 * The quota ledger that all processes of a machine share and that outlives them. Knows who took which request when,
 * and until when the service asked for silence; refuses to know what was asked, and of whom it was about.
 */
import { type Pause, pauseAt, pauseFrom, pauseLeftMs } from '#mailflow/quota/pause.js';
import type { LedgerEntry, QuotaUse } from '#mailflow/quota/quota-use.js';
import { quotaUseOf } from '#mailflow/quota/quota-use.js';
import type { Grant, QuotaScope, RequestLedger } from '#mailflow/quota/request-ledger.js';
import {
  counted,
  countedMs,
  mostFor,
  type QuotaRules,
  quotaRules,
  SERVICE_QUOTA,
  waitForNextMs,
} from '#mailflow/quota/rolling-window.js';

import type { Database, Driver, Row } from '../driver/database.js';
import { openDatabase, storeFailure } from '../driver/open-database.js';
import { QUOTA_SCHEMA } from './quota-schema.js';

export interface LedgerClock {
  readonly now: () => Date;
  readonly monotonicMs: () => number;
}

/** Who takes requests, as `mailcheck quota` shows it. */
export interface LedgerUser {
  readonly run: string;
  readonly processId: number;
  readonly command: string;
  readonly attended: boolean;
}

export interface QuotaStoreOptions {
  readonly path: string;
  readonly clock: LedgerClock;
  readonly onNote: (text: string) => void;
  readonly driver?: Driver;
}

export interface LedgerOptions {
  readonly scope: QuotaScope;
  readonly user: LedgerUser;
  /** What the service allows. */
  readonly serviceQuota: number;
  /** Those that follow from it, when left out. */
  readonly rules?: QuotaRules;
}

export interface QuotaStore {
  /** Its calls reject with a configuration failure when the store fails. */
  readonly ledger: (options: LedgerOptions) => RequestLedger;
  /** Every quota that was used lately or has a pause in force. */
  readonly uses: (serviceQuota: number | null) => readonly QuotaUse[];
  readonly close: () => void;
}

/** Longer than they count, so that a clock that was put forward by mistake and back again has lost none. */
const KEPT_MS = 3600_000;

export async function openQuotaStore(options: QuotaStoreOptions): Promise<QuotaStore> {
  const { path, clock } = options;
  const database = await openDatabase({ ...options, schema: QUOTA_SCHEMA, isChecked: true });
  const opened = { database, clock, guarded: guardOf(path) };
  return {
    ledger: (ledger) => openLedger(opened, ledger),
    uses: (serviceQuota) => opened.guarded(() => usesOf(opened, serviceQuota)),
    close: database.close,
  };
}

interface Opened {
  readonly database: Database;
  readonly clock: LedgerClock;
  readonly guarded: <T>(work: () => T) => T;
}

/** Turns what SQLite throws into a failure; a bug of ours comes out as it is. */
function guardOf(path: string): Opened['guarded'] {
  return (work) => {
    try {
      return work();
    } catch (error) {
      throw storeFailure(path, error);
    }
  };
}

/** Each one that begins has a number of its own, which it keeps when its instants are put right. */
interface NumberedPause extends Pause {
  readonly number: number;
}

/** A pause on this process's own clock, from the first sight on. */
interface SeenPause {
  readonly number: number;
  readonly untilMonotonicMs: number;
}

function openLedger({ database, clock, guarded }: Opened, options: LedgerOptions): RequestLedger {
  const { scope, user, serviceQuota } = options;
  const rules = options.rules ?? quotaRules(serviceQuota);
  const isAttended = user.attended;
  const tables = openTables(database, scope);
  let seen: SeenPause | null = null;
  let left: number | null = null;

  /** Whoever saw the pause begin measures it by a clock that nobody can put forward or back. */
  function remainingMs(pause: NumberedPause | null, nowMs: number): number {
    if (pause === null) return 0;
    const monotonicMs = clock.monotonicMs();
    if (seen?.number !== pause.number) {
      seen = { number: pause.number, untilMonotonicMs: monotonicMs + pauseLeftMs(pause, nowMs) };
    }
    return Math.max(0, seen.untilMonotonicMs - monotonicMs);
  }

  function take(): Grant {
    // Stamped within the lock: whoever waited for it is stamped after those who went before.
    const nowMs = clock.now().getTime();
    const pauseMs = remainingMs(tables.pause(nowMs), nowMs);
    if (pauseMs > 0) {
      left = 0;
      return { granted: false, waitMs: pauseMs, because: 'pause' };
    }
    const atMs = tables.times(nowMs, rules);
    left = Math.max(0, mostFor(rules, isAttended) - counted(atMs, rules, nowMs).length);
    const waitMs = waitForNextMs(atMs, rules, { isAttended, nowMs });
    if (waitMs > 0) return { granted: false, waitMs, because: 'budget' };
    tables.add(nowMs, user, serviceQuota);
    left = Math.max(0, left - 1);
    return { granted: true };
  }

  function beginPause(ms: number): void {
    const nowMs = clock.now().getTime();
    tables.beginPause(nowMs, ms);
    remainingMs(tables.pause(nowMs), nowMs);
  }

  return {
    take: () => promised(() => guarded(() => database.transaction(take))),
    pauseFor: (ms) => promised(() => guarded(() => database.transaction(() => beginPause(ms)))),
    left: () => left ?? mostFor(rules, isAttended),
  };
}

/** What is thrown becomes a rejection, as a caller of something asynchronous expects. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

function openTables(database: Database, { origin, tenant }: QuotaScope) {
  const putBack = database.prepare('UPDATE slot SET at = ?1 WHERE at > ?1');
  const times = database.prepare('SELECT at FROM slot WHERE origin = ? AND tenant = ? AND at >= ?');
  const insert = database.prepare(
    'INSERT INTO slot (origin, tenant, at, run, process_id, command, attended, service_quota) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const prune = database.prepare('DELETE FROM slot WHERE at < ?');
  const findPause = database.prepare(
    'SELECT number, set_at, until FROM pause WHERE origin = ? AND tenant = ?',
  );
  const setPause = database.prepare(
    `INSERT INTO pause (origin, tenant, number, set_at, until) VALUES (?, ?, 1, ?, ?)
     ON CONFLICT DO UPDATE SET number = number + 1, set_at = excluded.set_at, until = excluded.until`,
  );
  const movePause = database.prepare(
    'UPDATE pause SET set_at = ?, until = ? WHERE origin = ? AND tenant = ?',
  );

  /** One that was set before the clock was put back begins now, for everybody. */
  function pause(nowMs: number): NumberedPause | null {
    const found = findPause.all(origin, tenant).map(toPause)[0];
    if (found === undefined) return null;
    const { setAtMs, untilMs } = pauseAt(found, nowMs);
    if (setAtMs !== found.setAtMs) movePause.run(setAtMs, untilMs, origin, tenant);
    return { number: found.number, setAtMs, untilMs };
  }

  return {
    pause,
    /** Of the requests that count. Stamps of the future become now: they block no longer than the window. */
    times: (nowMs: number, rules: QuotaRules): readonly number[] => {
      putBack.run(nowMs);
      return times.all(origin, tenant, nowMs - countedMs(rules)).map((row) => integer(row, 'at'));
    },
    add: (nowMs: number, user: LedgerUser, serviceQuota: number): void => {
      const { run, processId, command, attended } = user;
      insert.run(origin, tenant, nowMs, run, processId, command, attended ? 1 : 0, serviceQuota);
      prune.run(nowMs - KEPT_MS);
    },
    beginPause: (nowMs: number, askedMs: number): void => {
      const asked = pauseFrom(nowMs, askedMs);
      if ((pause(nowMs)?.untilMs ?? 0) < asked.untilMs)
        setPause.run(origin, tenant, asked.setAtMs, asked.untilMs);
    },
  };
}

/** Reads only. */
function usesOf({ database, clock }: Opened, serviceQuota: number | null): readonly QuotaUse[] {
  const now = clock.now();
  const longestMs = countedMs(quotaRules(SERVICE_QUOTA));
  const slots = database
    .prepare('SELECT * FROM slot WHERE at >= ? ORDER BY at')
    .all(now.getTime() - longestMs);
  const pauses = database.prepare('SELECT * FROM pause').all();
  const scopes = new Map(
    [...slots, ...pauses].map((row) => [JSON.stringify([row['origin'], row['tenant']]), scopeOf(row)]),
  );
  return [...scopes.values()]
    .map((scope) => {
      const isOwn = (row: Row): boolean => row['origin'] === scope.origin && row['tenant'] === scope.tenant;
      const entries = slots.filter(isOwn).map(toEntry);
      const pause = pauses.filter(isOwn).map(toPause)[0] ?? null;
      return quotaUseOf({ scope, entries, pause, serviceQuota, defaultQuota: SERVICE_QUOTA }, now);
    })
    .filter(({ used, pausedUntil }) => used > 0 || pausedUntil !== null)
    .toSorted((a, b) => b.used - a.used);
}

function scopeOf(row: Row): QuotaScope {
  return { origin: text(row, 'origin'), tenant: text(row, 'tenant') };
}

function toEntry(row: Row): LedgerEntry {
  return {
    at: new Date(integer(row, 'at')),
    run: text(row, 'run'),
    processId: integer(row, 'process_id'),
    command: text(row, 'command'),
    attended: integer(row, 'attended') === 1,
    serviceQuota: integer(row, 'service_quota'),
  };
}

function toPause(row: Row): NumberedPause {
  return { number: integer(row, 'number'), setAtMs: integer(row, 'set_at'), untilMs: integer(row, 'until') };
}

/** STRICT tables hold nothing else. */
function integer(row: Row, name: string): number {
  return Number(row[name]);
}

function text(row: Row, name: string): string {
  return String(row[name]);
}
