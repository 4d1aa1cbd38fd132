/** The tables of the kept past of message trace. Statements are data: none is ever put together from a value. */
import type { Schema } from '../driver/open-database.js';

const TENANT = 'CREATE TABLE tenant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT';

/** Times are epoch milliseconds, UTC. `first_seen_ms` is when the service's clock first showed the row to us. */
const DELIVERY = `CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  message_key TEXT NOT NULL,
  recipient_key TEXT NOT NULL,
  message_trace_id TEXT,
  message_id TEXT,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT,
  received_ms INTEGER NOT NULL,
  size_bytes REAL,
  from_ip TEXT,
  to_ip TEXT,
  direction TEXT,
  status TEXT NOT NULL,
  state TEXT NOT NULL,
  is_open INTEGER NOT NULL,
  observed_ms INTEGER NOT NULL,
  first_seen_ms INTEGER NOT NULL
) STRICT`;
const DELIVERY_BY_KEY =
  'CREATE UNIQUE INDEX delivery_by_key ON delivery (tenant, message_key, recipient_key)';
const DELIVERY_BY_TIME = 'CREATE INDEX delivery_by_time ON delivery (tenant, received_ms)';
const OPEN_BY_TIME = 'CREATE INDEX open_by_time ON delivery (tenant, received_ms) WHERE is_open = 1';

const STATUS_CHANGE = `CREATE TABLE status_change (
  tenant INTEGER NOT NULL,
  message_key TEXT NOT NULL,
  recipient_key TEXT NOT NULL,
  old_status TEXT NOT NULL,
  new_status TEXT NOT NULL,
  seen_ms INTEGER NOT NULL,
  received_ms INTEGER NOT NULL
) STRICT`;
const CHANGE_BY_KEY =
  'CREATE INDEX change_by_key ON status_change (tenant, message_key, recipient_key, seen_ms)';
const CHANGE_BY_TIME = 'CREATE INDEX change_by_time ON status_change (tenant, received_ms)';

const COVERAGE = `CREATE TABLE coverage (
  tenant INTEGER NOT NULL,
  shape TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  observed_ms INTEGER NOT NULL,
  is_complete INTEGER NOT NULL,
  PRIMARY KEY (tenant, shape, from_ms)
) STRICT, WITHOUT ROWID`;

const DETAIL = `CREATE TABLE detail (
  tenant INTEGER NOT NULL,
  message_key TEXT NOT NULL,
  recipient_key TEXT NOT NULL,
  status TEXT NOT NULL,
  read_ms INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  events TEXT NOT NULL,
  PRIMARY KEY (tenant, message_key, recipient_key)
) STRICT, WITHOUT ROWID`;
const DETAIL_BY_TIME = 'CREATE INDEX detail_by_time ON detail (tenant, received_ms)';

const ROLL_UP = `CREATE TABLE roll_up (
  tenant INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (tenant, from_ms, state)
) STRICT, WITHOUT ROWID`;

const LATENESS = `CREATE TABLE lateness (
  tenant INTEGER NOT NULL,
  day_ms INTEGER NOT NULL,
  bound_ms INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (tenant, day_ms, bound_ms)
) STRICT, WITHOUT ROWID`;

const VERSION_1 = [
  TENANT,
  DELIVERY,
  DELIVERY_BY_KEY,
  DELIVERY_BY_TIME,
  OPEN_BY_TIME,
  STATUS_CHANGE,
  CHANGE_BY_KEY,
  CHANGE_BY_TIME,
  COVERAGE,
  DETAIL,
  DETAIL_BY_TIME,
  ROLL_UP,
  LATENESS,
];

/** "mctr" in ASCII. */
const APPLICATION_ID = 0x6d637472;

export const TRACE_SCHEMA: Schema = { applicationId: APPLICATION_ID, migrations: [VERSION_1.join(';\n')] };

/** What the file may hold, word for word. Anything else, as a trigger or a view, was put there by somebody else. */
export const TRACE_OBJECTS: ReadonlySet<string> = new Set(VERSION_1);
