import type { Schema } from '../driver/open-database.js';

/**
 * One row for each request that was granted, and one for the latest pause of each quota. Instants are milliseconds UTC
 * of the machine's clock, which all its processes share.
 */
export const QUOTA_SCHEMA: Schema = {
  applicationId: 0x6d637175,
  migrations: [
    `CREATE TABLE slot (
       id INTEGER PRIMARY KEY,
       origin TEXT NOT NULL,
       tenant TEXT NOT NULL,
       at INTEGER NOT NULL,
       run TEXT NOT NULL,
       process_id INTEGER NOT NULL,
       command TEXT NOT NULL,
       attended INTEGER NOT NULL,
       service_quota INTEGER NOT NULL
     ) STRICT;
     CREATE INDEX slot_by_time ON slot (origin, tenant, at);
     CREATE TABLE pause (
       origin TEXT NOT NULL,
       tenant TEXT NOT NULL,
       number INTEGER NOT NULL,
       set_at INTEGER NOT NULL,
       until INTEGER NOT NULL,
       PRIMARY KEY (origin, tenant)
     ) STRICT, WITHOUT ROWID;`,
  ],
};
