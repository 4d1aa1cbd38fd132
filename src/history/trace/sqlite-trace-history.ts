/**
 * The kept past of message trace in an embedded database, one file for all tenants. Knows tables and keys; refuses to
 * know what a status means or when something is to be asked again.
 */
import { addressKey } from '#mailflow/address/address.js';
import { directionOf } from '#mailflow/address/direction.js';
import { openArrivalTally } from '#mailflow/trace/arrivals.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { traceIdKey } from '#mailflow/trace/delivery-key.js';
import { latenessOf } from '#mailflow/trace/lateness.js';
import { createMatcher } from '#mailflow/trace/matches.js';
import { STALE_OPEN_MS } from '#mailflow/trace/reconcile.js';
import { ROLL_UP_QUARTER_MS, rolledUp, stepOf } from '#mailflow/trace/roll-up.js';
import { hull, type Span, spanOf, union } from '#mailflow/trace/span.js';
import type {
  KeptDetails,
  KeptRow,
  Lateness,
  OpenRow,
  OpenRows,
  OpenRowsQuestion,
  RollUp,
  RollUpStep,
  StatusChange,
  TraceHistory,
} from '#mailflow/trace/trace-history.js';
import type { DeliveryKey, TraceQuery } from '#mailflow/trace/trace-source.js';

import { instant, number, text } from '../driver/cells.js';
import type { Database, Row, Statement } from '../driver/database.js';
import { openedOnce } from '../driver/opened-once.js';
import { openCoverage } from './coverage-table.js';
import { openPageKeeper } from './page-keeper.js';
import { entryIn, eventsIn, eventsText, stateIn, wayIn } from './read-row.js';

/** Opens the store, for whoever asks first. */
export type OpenStore = () => Promise<Database>;

/** `tenant` names the past of one tenant of one service among others in the store. */
export function sqliteTraceHistory(open: OpenStore, tenant: string): TraceHistory {
  const tables = openedOnce(open, (database) => openTables(database, tenant));
  return {
    keepPage: async (page) => (await tables()).keepPage(page),
    covered: async (shape, span) => (await tables()).covered(shape, span),
    rows: async function* (query, spans) {
      yield* (await tables()).rows(query, spans);
    },
    row: async (key) => (await tables()).row(key),
    openRows: async (question) => (await tables()).openRows(question),
    keepDetails: async (details) => (await tables()).keepDetails(details),
    details: async (key) => (await tables()).details(key),
    lateness: async (since) => (await tables()).lateness(since),
    rollUps: async (span, stepMs) => (await tables()).rollUps(span, stepMs),
    arrivals: async (span, ownDomains) => (await tables()).arrivals(span, ownDomains),
    changes: async (key) => (await tables()).changes(key),
    purge: async (before) => (await tables()).purge(before),
  };
}

/** As the port, without waiting. */
type Tables = {
  readonly [Name in keyof Omit<TraceHistory, 'rows'>]: (
    ...asked: Parameters<TraceHistory[Name]>
  ) => Awaited<ReturnType<TraceHistory[Name]>>;
} & { readonly rows: (query: TraceQuery, spans: readonly Span[]) => Iterable<readonly TraceEntry[]> };

function openTables(database: Database, tenantName: string): Tables {
  const tenant = tenantId(database, tenantName);
  const coverage = openCoverage(database, tenant);
  return {
    keepPage: openPageKeeper(database, tenant, coverage),
    covered: coverage.within,
    rows: openRowReader(database, tenant),
    row: openRowFinder(database, tenant),
    openRows: openOpenRows(database, tenant),
    ...openDetails(database, tenant),
    lateness: openLateness(database, tenant),
    rollUps: openRollUps(database, tenant),
    arrivals: openArrivals(database, tenant),
    changes: openChanges(database, tenant),
    purge: openPurge(database, tenant, coverage.cutBefore),
  };
}

function tenantId(database: Database, name: string): number {
  const find = database.prepare('SELECT id FROM tenant WHERE name = ?');
  const [known] = find.all(name);
  if (known !== undefined) return number(known, 'id');
  database.prepare('INSERT INTO tenant (name) VALUES (?) ON CONFLICT (name) DO NOTHING').run(name);
  return number(find.all(name)[0] ?? {}, 'id');
}

const ROWS_AT_A_TIME = 2000;

/** Reads on from where it was, so that no statement stays open while somebody else wants to write. */
function openRowReader(database: Database, tenant: number): Tables['rows'] {
  const byTime = database.prepare(
    'SELECT * FROM delivery WHERE tenant = ?1 AND received_ms >= ?2 AND (received_ms, id) < (?3, ?4) ORDER BY received_ms DESC, id DESC LIMIT ?5',
  );
  const byMessage = database.prepare('SELECT * FROM delivery WHERE tenant = ? AND message_key = ?');

  function* within(span: Span): Iterable<readonly Row[]> {
    let [belowMs, belowId] = [span.endMs, 0];
    for (;;) {
      const rows = byTime.all(tenant, span.fromMs, belowMs, belowId, ROWS_AT_A_TIME);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      if (rows.length < ROWS_AT_A_TIME) return;
      [belowMs, belowId] = [number(last, 'received_ms'), number(last, 'id')];
    }
  }

  return function* (query, spans) {
    const matches = createMatcher(query);
    const asked = union(spans);
    const isWithin = ({ receivedAt }: TraceEntry): boolean =>
      asked.some(({ fromMs, endMs }) => receivedAt.getTime() >= fromMs && receivedAt.getTime() < endMs);
    if (query.messageTraceIds.length > 0) {
      for (const id of new Set(query.messageTraceIds.map(traceIdKey)))
        yield byMessage
          .all(tenant, id)
          .map(entryIn)
          .filter((entry) => isWithin(entry) && matches(entry));
      return;
    }
    for (const span of asked.toReversed())
      for (const rows of within(span)) yield rows.map(entryIn).filter(matches);
  };
}

function openRowFinder(database: Database, tenant: number): Tables['row'] {
  const find = database.prepare(
    'SELECT * FROM delivery WHERE tenant = ? AND message_key = ? AND recipient_key = ?',
  );
  return (key) => {
    const [row] = find.all(tenant, ...keysOf(key));
    return row === undefined ? null : keptRowIn(row);
  };
}

function keptRowIn(row: Row): KeptRow {
  return {
    entry: entryIn(row),
    observedAt: instant(row, 'observed_ms'),
    firstSeenAt: instant(row, 'first_seen_ms'),
  };
}

function keysOf({ messageTraceId, recipient }: DeliveryKey): readonly [string, string] {
  return [traceIdKey(messageTraceId), addressKey(recipient)];
}

function openOpenRows(database: Database, tenant: number): (question: OpenRowsQuestion) => OpenRows {
  const select = database.prepare(
    'SELECT * FROM delivery WHERE tenant = ? AND is_open = 1 AND received_ms >= ? AND received_ms < ? AND observed_ms - received_ms < ? AND observed_ms < ? ORDER BY received_ms',
  );
  return ({ query, spans, limit, seenBefore }) => {
    const matches = createMatcher({ ...query, statuses: [], window: null });
    const rows: OpenRow[] = [];
    let total = 0;
    let span: Span | null = null;
    const beforeMs = seenBefore?.getTime() ?? Number.MAX_SAFE_INTEGER;
    for (const { fromMs, endMs } of union(spans)) {
      for (const row of select.iterate(tenant, fromMs, endMs, STALE_OPEN_MS, beforeMs)) {
        const entry = entryIn(row);
        if (!matches(entry)) continue;
        const { messageTraceId, receivedAt, status } = entry;
        total += 1;
        if (rows.length < limit) rows.push({ messageTraceId, receivedAt, status });
        const own = spanOf({ from: receivedAt, to: receivedAt });
        span = hull([span ?? own, own]);
      }
    }
    return { rows, total, span };
  };
}

function openDetails(database: Database, tenant: number): Pick<Tables, 'details' | 'keepDetails'> {
  const keep = database.prepare(
    'INSERT INTO detail (tenant, message_key, recipient_key, status, read_ms, received_ms, events) SELECT tenant, message_key, recipient_key, status, ?, received_ms, ? FROM delivery WHERE tenant = ? AND message_key = ? AND recipient_key = ? ON CONFLICT (tenant, message_key, recipient_key) DO UPDATE SET status = excluded.status, read_ms = excluded.read_ms, received_ms = excluded.received_ms, events = excluded.events WHERE excluded.read_ms >= detail.read_ms',
  );
  const find = database.prepare(
    'SELECT detail.events, detail.read_ms, detail.status, delivery.status AS status_now FROM detail JOIN delivery USING (tenant, message_key, recipient_key) WHERE tenant = ? AND message_key = ? AND recipient_key = ?',
  );
  return {
    keepDetails: ({ key, events, readAt }) =>
      void database.transaction(() => keep.run(readAt.getTime(), eventsText(events), tenant, ...keysOf(key))),
    details: (key): KeptDetails | null => {
      const [row] = find.all(tenant, ...keysOf(key));
      if (row === undefined) return null;
      return {
        events: eventsIn(row),
        readAt: instant(row, 'read_ms'),
        status: text(row, 'status'),
        statusNow: text(row, 'status_now'),
      };
    },
  };
}

function openLateness(database: Database, tenant: number): (since: Date) => Lateness {
  const sums = database.prepare(
    'SELECT bound_ms, sum(rows) AS rows FROM lateness WHERE tenant = ? AND day_ms >= ? GROUP BY bound_ms',
  );
  return (since) =>
    latenessOf(
      sums
        .all(tenant, stepOf(since.getTime(), 86_400_000))
        .map((row) => ({ boundMs: number(row, 'bound_ms'), rows: number(row, 'rows') })),
    );
}

function openRollUps(
  database: Database,
  tenant: number,
): (span: Span, stepMs: RollUpStep) => readonly RollUp[] {
  const select = database.prepare(
    'SELECT from_ms, state, rows FROM roll_up WHERE tenant = ? AND from_ms >= ? AND from_ms < ?',
  );
  return ({ fromMs, endMs }, stepMs) => {
    const quarters = select.all(tenant, stepOf(fromMs, stepMs), stepOf(endMs + stepMs - 1, stepMs));
    return rolledUp(
      quarters.map((row) => ({
        from: instant(row, 'from_ms'),
        state: stateIn(row),
        rows: number(row, 'rows'),
      })),
      stepMs,
    );
  };
}

/** An hour at a time: few rows at once, and no statement stays open while somebody else wants to write. */
const ARRIVALS_AT_A_TIME_MS = 3_600_000;

function openArrivals(database: Database, tenant: number): Tables['arrivals'] {
  const select = database.prepare(
    'SELECT message_key, sender, recipient, from_ip, to_ip, direction, received_ms FROM delivery WHERE tenant = ? AND received_ms >= ? AND received_ms < ?',
  );
  return ({ fromMs, endMs }, ownDomains) => {
    const tally = openArrivalTally();
    for (let startMs = fromMs; startMs < endMs; startMs += ARRIVALS_AT_A_TIME_MS) {
      for (const row of select.all(tenant, startMs, Math.min(endMs, startMs + ARRIVALS_AT_A_TIME_MS))) {
        const { direction } = directionOf(wayIn(row), ownDomains);
        tally.add(text(row, 'message_key'), { receivedAt: instant(row, 'received_ms'), direction });
      }
    }
    return tally.counts();
  };
}

function openChanges(database: Database, tenant: number): (key: DeliveryKey) => readonly StatusChange[] {
  const select = database.prepare(
    'SELECT old_status, new_status, seen_ms FROM status_change WHERE tenant = ? AND message_key = ? AND recipient_key = ? ORDER BY seen_ms, rowid',
  );
  return (key) =>
    select.all(tenant, ...keysOf(key)).map((row) => ({
      from: text(row, 'old_status'),
      to: text(row, 'new_status'),
      seenAt: instant(row, 'seen_ms'),
    }));
}

const PURGED_AT_A_TIME = 20_000;

/** What is covered goes first: time without rows must not look like time without mail. */
function openPurge(
  database: Database,
  tenant: number,
  cutCoverage: (instantMs: number) => void,
): (before: Date) => boolean {
  const forget: readonly Statement[] = [
    database.prepare(
      'DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE tenant = ? AND received_ms < ? LIMIT ?)',
    ),
    database.prepare(
      'DELETE FROM status_change WHERE rowid IN (SELECT rowid FROM status_change WHERE tenant = ? AND received_ms < ? LIMIT ?)',
    ),
    database.prepare(
      'DELETE FROM detail WHERE (tenant, message_key, recipient_key) IN (SELECT tenant, message_key, recipient_key FROM detail WHERE tenant = ? AND received_ms < ? LIMIT ?)',
    ),
  ];
  const forgetCounts = database.prepare('DELETE FROM roll_up WHERE tenant = ? AND from_ms < ?');
  const forgetLateness = database.prepare('DELETE FROM lateness WHERE tenant = ? AND day_ms < ?');
  return (before) =>
    database.transaction(() => {
      // Counts go by the quarter, so rows do too.
      const beforeMs = stepOf(before.getTime(), ROLL_UP_QUARTER_MS);
      cutCoverage(beforeMs);
      forgetCounts.run(tenant, beforeMs);
      forgetLateness.run(tenant, beforeMs);
      const removed = forget.map((statement) => statement.run(tenant, beforeMs, PURGED_AT_A_TIME).changes);
      return removed.some((rows) => rows >= PURGED_AT_A_TIME);
    });
}
