import type { Schema } from '../driver/open-database.js';

const SCOPE = 'CREATE TABLE scope (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT';

/** The last whole answer of each tenant, as JSON. Times are epoch milliseconds, UTC. */
const HEALTH = `CREATE TABLE health (
  scope INTEGER PRIMARY KEY,
  seen_ms INTEGER NOT NULL,
  answer TEXT NOT NULL
) STRICT`;

/** The counts are null, all of them, when the trace was not listed whole. */
const LOOK = `CREATE TABLE look (
  id INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  level TEXT NOT NULL,
  bad_signals TEXT NOT NULL,
  deliveries INTEGER,
  held INTEGER,
  failed INTEGER,
  window_minutes REAL
) STRICT`;
const LOOK_BY_TIME = 'CREATE INDEX look_by_time ON look (scope, at_ms)';
const LOOK_BY_AGE = 'CREATE INDEX look_by_age ON look (at_ms)';

const VERSION_1 = [SCOPE, HEALTH, LOOK, LOOK_BY_TIME, LOOK_BY_AGE];

/** How long each tenant keeps trying, as it was told last. */
const VERSION_2 = [
  `CREATE TABLE expiration (
  scope INTEGER PRIMARY KEY,
  seen_ms INTEGER NOT NULL,
  hours REAL NOT NULL
) STRICT`,
];

/** What `queue` saw. `held_keys` is null where only the totals are kept any more, else 16 bytes for each of `key_count`. */
const QUEUE_LOOK = `CREATE TABLE queue_look (
  id INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  question TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  is_whole INTEGER NOT NULL,
  held INTEGER NOT NULL,
  held_by_bucket TEXT NOT NULL,
  key_count INTEGER NOT NULL,
  held_keys BLOB
) STRICT`;
const QUEUE_LOOK_BY_TIME = 'CREATE INDEX queue_look_by_time ON queue_look (scope, at_ms)';
const QUEUE_LOOK_BY_AGE = 'CREATE INDEX queue_look_by_age ON queue_look (at_ms)';

const VERSION_3 = [QUEUE_LOOK, QUEUE_LOOK_BY_TIME, QUEUE_LOOK_BY_AGE];

/** What runs of `check` saw, by check id as JSON. */
const CHECK_RUN = `CREATE TABLE check_run (
  id INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL,
  policy TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  seen TEXT NOT NULL
) STRICT`;
const CHECK_RUN_BY_TIME = 'CREATE INDEX check_run_by_time ON check_run (scope, policy, at_ms)';
const CHECK_RUN_BY_AGE = 'CREATE INDEX check_run_by_age ON check_run (at_ms)';

const VERSION_4 = [CHECK_RUN, CHECK_RUN_BY_TIME, CHECK_RUN_BY_AGE];

/** The last whole set-up of connectors of each tenant, as JSON. */
const VERSION_5 = [
  `CREATE TABLE set_up (
  scope INTEGER PRIMARY KEY,
  seen_ms INTEGER NOT NULL,
  answer TEXT NOT NULL
) STRICT`,
];

/** "mcwa" in ASCII. */
const APPLICATION_ID = 0x6d637761;

const VERSIONS = [VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5];

export const WATCH_SCHEMA: Schema = {
  applicationId: APPLICATION_ID,
  migrations: VERSIONS.map((statements) => statements.join(';\n')),
};

/** What the file may hold, word for word. */
export const WATCH_OBJECTS: ReadonlySet<string> = new Set(VERSIONS.flat());
