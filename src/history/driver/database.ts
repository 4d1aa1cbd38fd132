/**
 * The embedded database as everybody else sees it: SQL in, plain rows out, whichever driver is behind it. What the
 * drivers do differently ends here: integers are numbers where a number holds them and bigints beyond, bytes are a
 * Uint8Array, a row is a plain object, and a fault is told by `troubleOf`, never by its class or its words.
 */

/** A whole number is kept as an integer. A NUL in a text becomes U+FFFD, since SQLite would end the text there. */
export type Value = string | number | bigint | null | Uint8Array;

/** Decoded at once by whoever asked. */
export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  readonly run: (...values: readonly Value[]) => { readonly changes: number };
  readonly all: (...values: readonly Value[]) => readonly Row[];
  /** Rows as they are read. May be broken off; no other use of the same statement meanwhile. */
  readonly iterate: (...values: readonly Value[]) => Iterable<Row>;
}

export interface Database {
  readonly prepare: (sql: string) => Statement;
  /** Any number of statements, without values and without rows. */
  readonly exec: (sql: string) => void;
  /** BEGIN IMMEDIATE: this process alone writes until `work` has returned. Whatever `work` throws undoes all of it. */
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
}

/** Opens a file that exists. Throws what `troubleOf` knows. */
export type Driver = (path: string) => Database;
