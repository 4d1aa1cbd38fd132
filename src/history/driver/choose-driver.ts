import { versions } from 'node:process';

import { Failure } from '#failure.js';

import type { Driver } from './database.js';
import { libsqlDriver } from './libsql.js';
import { nodeSqliteDriver } from './node-sqlite.js';

/** What Node.js itself has is faster and installs nothing; the package is for the versions before 22.13. */
export async function chooseDriver(): Promise<Driver> {
  const driver = (await nodeSqliteDriver()) ?? (await libsqlDriver());
  if (driver !== null) return driver;
  throw new Failure(
    'configuration',
    `Node.js ${versions.node} has no SQLite of its own, and the package libsql is not installed.`,
    {
      remedy:
        'Use Node.js 22.13 or later, or install the package beside mailcheck: npm install --global libsql@0.5',
    },
  );
}
