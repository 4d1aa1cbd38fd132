import type Libsql from 'libsql';

import type { Database, Driver, Statement } from './database.js';
import { immediately } from './transaction.js';
import { CANNOT_OPEN, coded } from './trouble.js';
import { bound, plainRow } from './values.js';

/** The package libsql; null where it is not installed, or not for this machine. */
export async function libsqlDriver(): Promise<Driver | null> {
  try {
    const { default: libsql } = await import('libsql');
    return (path) => openWith(libsql, path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const MISSING: ReadonlySet<unknown> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_DLOPEN_FAILED',
]);

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && MISSING.has(error.code);
}

function openWith(libsql: typeof Libsql, path: string): Database {
  const connection = connect(libsql, path);
  const exec = (sql: string): void => void connection.exec(sql);
  return {
    exec,
    prepare: (sql) => statementOf(connection.prepare(sql)),
    transaction: (work) => immediately(exec, work),
    close: () => void connection.close(),
  };
}

/** Says in words alone why it cannot open a file. */
function connect(libsql: typeof Libsql, path: string): Libsql.Database {
  try {
    return new libsql(path);
  } catch (error) {
    throw coded(CANNOT_OPEN, error);
  }
}

/** Values go as one list: a lone null or blob would be taken for a list of names, and ends the process. */
function statementOf(statement: Libsql.Statement): Statement {
  // Rows as lists of cells: as objects some of them carry a key `_metadata`.
  const names = statement.reader ? readsCells(statement) : [];
  return {
    run: (...values) => ({ changes: statement.run(bound(values)).changes }),
    all: (...values) => statement.all(bound(values)).map((cells) => plainRow(names, listOf(cells))),
    iterate: function* (...values) {
      let isWhole = false;
      try {
        for (const cells of statement.iterate(bound(values))) yield plainRow(names, listOf(cells));
        isWhole = true;
      } finally {
        // Broken off, it would keep its place and its lock; another run of it gives both back.
        if (!isWhole) statement.get(bound(values));
      }
    },
  };
}

function readsCells(statement: Libsql.Statement): readonly string[] {
  statement.raw(true).safeIntegers(true);
  return statement.columns().map(({ name }) => name);
}

function listOf(cells: unknown): readonly unknown[] {
  if (Array.isArray(cells)) return cells;
  throw new TypeError('A row is no list of cells.');
}
