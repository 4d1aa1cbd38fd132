/** The promises of `Database`, kept by Node's own SQLite where it has one and by the package for where it has none. */
import { describe, test } from 'vitest';

import { libsqlDriver } from '#history/driver/libsql.js';
import { nodeSqliteDriver } from '#history/driver/node-sqlite.js';

import { promisesOfDatabase } from './database.contract.js';

const [nodeSqlite, libsql] = await Promise.all([nodeSqliteDriver(), libsqlDriver()]);

if (libsql === null) throw new Error('The package libsql is missing; run npm ci.');
promisesOfDatabase('libsql', libsql);

if (nodeSqlite === null) {
  describe.skipIf(true)('a database by node:sqlite', () => {
    test(`Node.js ${process.versions.node} has none; run this suite on 22.13 or later as well`, () =>
      undefined);
  });
} else {
  promisesOfDatabase('node:sqlite', nodeSqlite);
}
