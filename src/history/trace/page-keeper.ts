import { addressKey } from '#mailflow/address/address.js';
import type { CoveredSpan } from '#mailflow/trace/coverage.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { messageKey } from '#mailflow/trace/delivery-key.js';
import { latenessClass, latenessMs } from '#mailflow/trace/lateness.js';
import { ALL_MAIL } from '#mailflow/trace/question-shape.js';
import { isOpen, isSameStatus, outdates } from '#mailflow/trace/reconcile.js';
import { ROLL_UP_QUARTER_MS, stepOf } from '#mailflow/trace/roll-up.js';
import { hull } from '#mailflow/trace/span.js';
import { stateOfStatus } from '#mailflow/trace/status.js';
import type { PageToKeep } from '#mailflow/trace/trace-history.js';

import { number, text } from '../driver/cells.js';
import type { Database, Row } from '../driver/database.js';
import type { CoverageTable } from './coverage-table.js';

const DAY_MS = 86_400_000;

/** Keeps pages of one tenant, all of a page or nothing of it. */
export function openPageKeeper(
  database: Database,
  tenant: number,
  coverage: CoverageTable,
): (page: PageToKeep) => void {
  const rows = openRowKeeper(database, tenant);
  const count = database.prepare(
    'INSERT INTO roll_up (tenant, from_ms, state, rows) VALUES (?, ?, ?, ?) ON CONFLICT (tenant, from_ms, state) DO UPDATE SET rows = rows + excluded.rows',
  );
  const countLate = database.prepare(
    'INSERT INTO lateness (tenant, day_ms, bound_ms, rows) VALUES (?, ?, ?, ?) ON CONFLICT (tenant, day_ms, bound_ms) DO UPDATE SET rows = rows + excluded.rows',
  );

  function keep({ shape, entries, seenAt, proven }: PageToKeep): void {
    const readBefore = spansReadBefore(coverage, shape, entries);
    const tally = openTally();
    const late = openTally();
    for (const entry of entries) {
      const outcome = rows.keep(entry, seenAt.getTime());
      for (const { atMs, state, by } of outcome.counts) tally.add(atMs, state, by);
      if (outcome.isNew) late.add(latenessClass(latenessMs(entry.receivedAt, seenAt, readBefore)), 'late', 1);
    }
    for (const [atMs, state, by] of tally.sums()) count.run(tenant, atMs, state, by);
    const dayMs = stepOf(seenAt.getTime(), DAY_MS);
    for (const [boundMs, , by] of late.sums()) countLate.run(tenant, dayMs, boundMs, by);
    for (const added of proven) coverage.add(shape, added);
  }

  return (page) => database.transaction(() => keep(page));
}

/** What had been read of the time of these rows before this page. */
function spansReadBefore(
  coverage: CoverageTable,
  shape: string,
  entries: readonly TraceEntry[],
): readonly CoveredSpan[] {
  const instants = entries.map(({ receivedAt }) => receivedAt.getTime());
  const span = hull(instants.map((instantMs) => ({ fromMs: instantMs, endMs: instantMs + 1 })));
  if (span === null) return [];
  const shapes = new Set([ALL_MAIL, shape]);
  return [...shapes].flatMap((each) => coverage.within(each, span));
}

interface RowCountChange {
  readonly atMs: number;
  readonly state: string;
  readonly by: 1 | -1;
}

interface RowOutcome {
  readonly isNew: boolean;
  readonly counts: readonly RowCountChange[];
}

interface RowKeeper {
  readonly keep: (entry: TraceEntry, seenAtMs: number) => RowOutcome;
}

const NOTHING_NEW: RowOutcome = { isNew: false, counts: [] };

function openRowKeeper(database: Database, tenant: number): RowKeeper {
  const find = database.prepare(
    'SELECT id, status, state, received_ms, size_bytes, from_ip, to_ip, observed_ms, first_seen_ms FROM delivery WHERE tenant = ? AND message_key = ? AND recipient_key = ?',
  );
  const insert = database.prepare(
    'INSERT INTO delivery (tenant, message_key, recipient_key, message_trace_id, message_id, sender, recipient, subject, received_ms, size_bytes, from_ip, to_ip, direction, status, state, is_open, observed_ms, first_seen_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const replace = database.prepare(
    'UPDATE delivery SET message_trace_id = ?, message_id = ?, sender = ?, recipient = ?, subject = ?, received_ms = ?, size_bytes = ?, from_ip = ?, to_ip = ?, direction = ?, status = ?, state = ?, is_open = ?, observed_ms = ? WHERE id = ?',
  );
  const seenAgain = database.prepare('UPDATE delivery SET observed_ms = ? WHERE id = ?');
  const seenEarlier = database.prepare('UPDATE delivery SET first_seen_ms = ? WHERE id = ?');
  const log = database.prepare(
    'INSERT INTO status_change (tenant, message_key, recipient_key, old_status, new_status, seen_ms, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );

  function keep(entry: TraceEntry, seenAtMs: number): RowOutcome {
    const keys = [messageKey(entry), addressKey(entry.recipient)] as const;
    const receivedMs = entry.receivedAt.getTime();
    const state = stateOfStatus(entry.status);
    const facts = [...factsOf(entry), entry.status, state, isOpen(entry.status) ? 1 : 0, seenAtMs];
    const [kept] = find.all(tenant, ...keys);
    if (kept === undefined) {
      insert.run(tenant, ...keys, ...facts, seenAtMs);
      return { isNew: true, counts: [{ atMs: quarterOf(receivedMs), state, by: 1 }] };
    }
    const id = number(kept, 'id');
    if (seenAtMs < number(kept, 'first_seen_ms')) seenEarlier.run(seenAtMs, id);
    const before = { status: text(kept, 'status'), seenAtMs: number(kept, 'observed_ms') };
    if (!outdates({ status: entry.status, seenAtMs }, before)) return NOTHING_NEW;
    if (isUnchanged(entry, kept)) {
      seenAgain.run(seenAtMs, id);
      return NOTHING_NEW;
    }
    replace.run(...facts, id);
    if (!isSameStatus(before.status, entry.status))
      log.run(tenant, ...keys, before.status, entry.status, seenAtMs, receivedMs);
    return {
      isNew: false,
      counts: [
        { atMs: quarterOf(number(kept, 'received_ms')), state: text(kept, 'state'), by: -1 },
        { atMs: quarterOf(receivedMs), state, by: 1 },
      ],
    };
  }

  return { keep };
}

function factsOf(entry: TraceEntry): readonly (string | number | null)[] {
  return [
    entry.messageTraceId,
    entry.messageId,
    entry.sender,
    entry.recipient,
    entry.subject,
    entry.receivedAt.getTime(),
    entry.sizeBytes,
    entry.fromIp,
    entry.toIp,
    entry.directionHint,
  ];
}

/** What does not stay the same over the life of a delivery. */
function isUnchanged(entry: TraceEntry, kept: Row): boolean {
  return (
    entry.status === kept['status'] &&
    entry.receivedAt.getTime() === kept['received_ms'] &&
    entry.sizeBytes === kept['size_bytes'] &&
    entry.fromIp === kept['from_ip'] &&
    entry.toIp === kept['to_ip']
  );
}

function quarterOf(instantMs: number): number {
  return stepOf(instantMs, ROLL_UP_QUARTER_MS);
}

/** Sums that are written once a page. */
interface Tally {
  readonly add: (atMs: number, name: string, by: number) => void;
  readonly sums: () => readonly (readonly [atMs: number, name: string, by: number])[];
}

function openTally(): Tally {
  const byName = new Map<string, Map<number, number>>();
  return {
    add: (atMs, name, by) => {
      const sums = byName.get(name) ?? new Map<number, number>();
      byName.set(name, sums.set(atMs, (sums.get(atMs) ?? 0) + by));
    },
    sums: () =>
      [...byName].flatMap(([name, sums]) =>
        [...sums].filter(([, by]) => by !== 0).map(([atMs, by]) => [atMs, name, by] as const),
      ),
  };
}
