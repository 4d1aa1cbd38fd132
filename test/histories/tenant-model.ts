/** A tenant as a function of time: every row, when it comes to be seen, and every status that it ever has. */
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { deliveryKey, messageKey } from '#mailflow/trace/delivery-key.js';
import { randomOf } from '#simulator/population/random.js';

export interface ModelRow {
  readonly entry: Omit<TraceEntry, 'status'>;
  readonly visibleMs: number;
  /** Oldest first; the first one is there from the start. */
  readonly statuses: readonly { readonly atMs: number; readonly status: string }[];
}

export interface TenantHabits {
  readonly rows: number;
  /** Rows are received within so many hours from the start. */
  readonly hours: number;
  /** How long a row may take to be seen. */
  readonly latestHours: number;
  /** Rows beyond these that all share one second. */
  readonly ties: number;
  /** Different seconds in which rows are received; null for any number of them. */
  readonly seconds: number | null;
  /** Of all rows those that are not final from the start. */
  readonly openShare: number;
  /** True: they are all of three hours in the middle, in which nearly nothing is delivered. */
  readonly isOutage: boolean;
  /** Whether a final status may still become another one within a day. */
  readonly changesItsMind: boolean;
}

export const START_MS = Date.parse('2026-06-01T00:00:00Z');
export const HOUR_MS = 3_600_000;

const FINAL = ['delivered', 'delivered', 'delivered', 'failed', 'expanded', 'quarantined'] as const;
const OPEN = ['pending', 'pending', 'gettingStatus', 'heldForReview'] as const;
const HELD = ['pending', 'gettingStatus'] as const;
const SENDERS = ['ana@contoso.example', 'Ben@Fabrikam.example', ''] as const;

export function modelTenant(seed: number, habits: TenantHabits): readonly ModelRow[] {
  const random = randomOf(seed, 'tenant');
  const second = (ms: number): number => Math.floor(ms / 1000) * 1000;
  const tieMs = START_MS + second(random.next() * habits.hours * HOUR_MS);
  const grainMs = habits.seconds === null ? 1000 : second((habits.hours * HOUR_MS) / habits.seconds);
  const middleMs = START_MS + (habits.hours / 2) * HOUR_MS;
  return Array.from({ length: habits.rows + habits.ties }, (_, number) => {
    const isTie = number >= habits.rows;
    const anyMs = START_MS + Math.floor((random.next() * habits.hours * HOUR_MS) / grainMs) * grainMs;
    const isCaught = habits.isOutage && random.chance(0.2);
    const caughtMs = middleMs + second(random.next() * 3 * HOUR_MS);
    const receivedMs = isTie ? tieMs : (isCaught && caughtMs) || anyMs;
    const isLate = random.chance(0.15);
    const lateMs = isLate ? random.next() * habits.latestHours * HOUR_MS : random.next() * 600_000;
    return {
      entry: {
        messageTraceId: random.chance(0.3) && number > 0 ? traceId(seed, number - 1) : traceId(seed, number),
        messageId: `<m${number}@fabrikam.example>`,
        sender: random.pick(SENDERS),
        recipient: `R${number}@contoso.example`,
        subject: `Order ${number}`,
        receivedAt: new Date(receivedMs),
        sizeBytes: 1000 + number,
        fromIp: '192.0.2.7',
        toIp: null,
        directionHint: null,
        events: null,
      },
      visibleMs: receivedMs + second(lateMs),
      statuses: statusesOf(receivedMs),
    };
  });

  function statusesOf(receivedMs: number): ModelRow['statuses'] {
    const final = random.pick(FINAL);
    const isOutage = habits.isOutage && receivedMs >= middleMs && receivedMs < middleMs + 3 * HOUR_MS;
    const calmShare = habits.isOutage ? 0 : habits.openShare;
    if (!random.chance(isOutage ? 0.9 : calmShare)) {
      const first = { atMs: receivedMs, status: final };
      if (!habits.changesItsMind || !random.chance(0.2)) return [first];
      return [first, { atMs: receivedMs + second(random.next() * 24 * HOUR_MS), status: random.pick(FINAL) }];
    }
    const open = { atMs: receivedMs, status: random.pick(habits.isOutage ? HELD : OPEN) };
    // Some are held for good: mail that waits for a person.
    if (random.chance(0.1)) return [open];
    const endMs = receivedMs + second(random.next() * 47 * HOUR_MS);
    return [open, { atMs: endMs, status: final }];
  }
}

function traceId(seed: number, number: number): string {
  return `5f0c3c1e-0000-4000-8000-${String(seed % 1e5).padStart(6, '0')}${String(number).padStart(6, '0')}`;
}

/** Null while it cannot be seen. */
export function statusAt({ visibleMs, statuses }: ModelRow, atMs: number): string | null {
  if (atMs < visibleMs) return null;
  return statuses.findLast((change) => change.atMs <= atMs)?.status ?? null;
}

export function nameOf({ entry }: Pick<ModelRow, 'entry'>): string {
  const row = { ...entry, status: '' };
  return deliveryKey(messageKey(row), row.recipient);
}

/** Everything that the trace shows at an instant, by key. */
export function oracleAt(rows: readonly ModelRow[], atMs: number): ReadonlyMap<string, TraceEntry> {
  return new Map(
    rows.flatMap((row) => {
      const status = statusAt(row, atMs);
      return status === null ? [] : [[nameOf(row), { ...row.entry, status }] as const];
    }),
  );
}
