import process from 'node:process';
import type * as nodeSqlite from 'node:sqlite';

import type { Database, Driver, Row, Statement } from './database.js';
import { immediately } from './transaction.js';
import { bound, plainRow } from './values.js';

type NodeSqlite = typeof nodeSqlite;

/** The SQLite of Node.js itself; null where it has none (before 22.13). */
export async function nodeSqliteDriver(): Promise<Driver | null> {
  const sqlite = await loadQuietly();
  return sqlite === null ? null : (path) => openWith(sqlite, path);
}

async function loadQuietly(): Promise<NodeSqlite | null> {
  const restore = silenceSqliteWarning();
  try {
    return await import('node:sqlite');
  } catch (error) {
    if (isUnknownModule(error)) return null;
    throw error;
  } finally {
    restore();
  }
}

function isUnknownModule(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_BUILTIN_MODULE';
}

/** Node.js 22 says on loading that SQLite is experimental. Every other warning passes. */
function silenceSqliteWarning(): () => void {
  const own = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  const emit: unknown = own?.value;
  if (own === undefined || typeof emit !== 'function') return () => undefined;
  const filtered = (...args: readonly unknown[]): void => {
    const isSilenced = args[1] === 'ExperimentalWarning' && String(args[0]).startsWith('SQLite ');
    if (!isSilenced) Reflect.apply(emit, process, args);
  };
  Object.defineProperty(process, 'emitWarning', { ...own, value: filtered });
  return () => void Object.defineProperty(process, 'emitWarning', own);
}

function openWith({ DatabaseSync }: NodeSqlite, path: string): Database {
  const connection = new DatabaseSync(path, { timeout: 0, enableDoubleQuotedStringLiterals: false });
  connection.enableDefensive?.(true);
  const exec = (sql: string): void => connection.exec(sql);
  return {
    exec,
    prepare: (sql) => statementOf(connection.prepare(sql)),
    transaction: (work) => immediately(exec, work),
    close: () => connection.close(),
  };
}

function statementOf(statement: ReturnType<InstanceType<NodeSqlite['DatabaseSync']>['prepare']>): Statement {
  statement.setReadBigInts(true);
  return {
    run: (...values) => ({ changes: Number(statement.run(...bound(values)).changes) }),
    all: (...values) => statement.all(...bound(values)).map(plain),
    iterate: function* (...values) {
      for (const row of statement.iterate(...bound(values))) yield plain(row);
    },
  };
}

/** Its rows have no prototype, which makes them unlike any other object. */
function plain(row: Readonly<Record<string, unknown>>): Row {
  return plainRow(Object.keys(row), Object.values(row));
}
