import type { Driver } from '#history/driver/database.js';
import { libsqlDriver } from '#history/driver/libsql.js';
import { nodeSqliteDriver } from '#history/driver/node-sqlite.js';

const loaded = [
  ['libsql', await libsqlDriver()],
  ['node:sqlite', await nodeSqliteDriver()],
] as const;

/** Those that this Node.js has: on 20 the package alone. */
export const DRIVERS: readonly (readonly [name: string, driver: Driver])[] = loaded.flatMap(
  ([name, driver]) => (driver === null ? [] : [[name, driver] as const]),
);
