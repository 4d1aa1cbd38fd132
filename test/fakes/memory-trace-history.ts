/** A kept past in memory: the same promises as the one on disk, in as few words as will do. */
import { addressKey } from '#mailflow/address/address.js';
import { directionOf } from '#mailflow/address/direction.js';
import { openArrivalTally } from '#mailflow/trace/arrivals.js';
import { type CoveredSpan, withCovered } from '#mailflow/trace/coverage.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { deliveryKey, messageKey, traceIdKey } from '#mailflow/trace/delivery-key.js';
import { latenessClass, latenessMs, latenessOf } from '#mailflow/trace/lateness.js';
import { createMatcher } from '#mailflow/trace/matches.js';
import { ALL_MAIL } from '#mailflow/trace/question-shape.js';
import { isOpen, isSameStatus, outdates, STALE_OPEN_MS } from '#mailflow/trace/reconcile.js';
import { ROLL_UP_QUARTER_MS, rolledUp, stepOf } from '#mailflow/trace/roll-up.js';
import { contains, hull, type Span, union } from '#mailflow/trace/span.js';
import { stateOfStatus } from '#mailflow/trace/status.js';
import type {
  DetailsToKeep,
  KeptRow,
  PageToKeep,
  StatusChange,
  TraceHistory,
} from '#mailflow/trace/trace-history.js';
import type { DeliveryKey } from '#mailflow/trace/trace-source.js';

interface KeptDetail extends DetailsToKeep {
  readonly status: string;
}

export function memoryTraceHistory(): TraceHistory {
  const rows = new Map<string, KeptRow>();
  const changes = new Map<string, StatusChange[]>();
  const details = new Map<string, KeptDetail>();
  const covered = new Map<string, readonly CoveredSpan[]>();
  const firstSights: { readonly seenAt: Date; readonly boundMs: number }[] = [];
  const nameOf = ({ messageTraceId, recipient }: DeliveryKey): string =>
    deliveryKey(traceIdKey(messageTraceId), recipient);

  function keepPage({ shape, entries, seenAt, proven }: PageToKeep): void {
    const before = [ALL_MAIL, shape].flatMap((each) => covered.get(each) ?? []);
    for (const entry of entries) keepRow(entry, seenAt, before);
    for (const added of proven) covered.set(shape, withCovered(covered.get(shape) ?? [], added));
  }

  function keepRow(entry: TraceEntry, seenAt: Date, before: readonly CoveredSpan[]): void {
    const name = deliveryKey(messageKey(entry), entry.recipient);
    const kept = rows.get(name);
    if (kept === undefined) {
      rows.set(name, { entry, observedAt: seenAt, firstSeenAt: seenAt });
      firstSights.push({ seenAt, boundMs: latenessClass(latenessMs(entry.receivedAt, seenAt, before)) });
      return;
    }
    const firstSeenAt = seenAt < kept.firstSeenAt ? seenAt : kept.firstSeenAt;
    const sighting = { status: entry.status, seenAtMs: seenAt.getTime() };
    const earlier = { status: kept.entry.status, seenAtMs: kept.observedAt.getTime() };
    if (!outdates(sighting, earlier)) {
      rows.set(name, { ...kept, firstSeenAt });
      return;
    }
    rows.set(name, { entry, observedAt: seenAt, firstSeenAt });
    if (isSameStatus(kept.entry.status, entry.status)) return;
    const change = { from: kept.entry.status, to: entry.status, seenAt };
    changes.set(name, [...(changes.get(name) ?? []), change]);
  }

  function within(spans: readonly Span[]): readonly KeptRow[] {
    const asked = union(spans);
    return [...rows.values()]
      .filter(({ entry }) => asked.some((span) => contains(span, entry.receivedAt.getTime())))
      .toSorted((one, other) => one.entry.receivedAt.getTime() - other.entry.receivedAt.getTime());
  }

  const later = <T>(answer: () => T): Promise<T> => Promise.resolve().then(answer);
  return {
    keepPage: (page) => later(() => keepPage(page)),
    covered: (shape, { fromMs, endMs }) =>
      later(() => (covered.get(shape) ?? []).filter((span) => span.fromMs <= endMs && span.endMs >= fromMs)),
    rows: async function* (query, spans) {
      await Promise.resolve();
      const matching = within(spans).map(({ entry }) => entry);
      yield matching.filter(createMatcher(query)).toReversed();
    },
    row: (key) => later(() => rows.get(nameOf(key)) ?? null),
    openRows: ({ query, spans, limit, seenBefore }) =>
      later(() => {
        const matches = createMatcher({ ...query, statuses: [], window: null });
        const open = within(spans).filter(
          ({ entry, observedAt }) =>
            isOpen(entry.status) &&
            observedAt.getTime() - entry.receivedAt.getTime() < STALE_OPEN_MS &&
            (seenBefore === null || observedAt < seenBefore) &&
            matches(entry),
        );
        const instants = open.map(({ entry }) => entry.receivedAt.getTime());
        return {
          rows: open.slice(0, limit).map(({ entry: { messageTraceId, receivedAt, status } }) => ({
            ...{ messageTraceId, receivedAt, status },
          })),
          total: open.length,
          span: hull(instants.map((instantMs) => ({ fromMs: instantMs, endMs: instantMs + 1 }))),
        };
      }),
    keepDetails: (given) =>
      later(() => {
        const name = nameOf(given.key);
        const status = rows.get(name)?.entry.status;
        const older = details.get(name);
        if (status === undefined || (older !== undefined && older.readAt > given.readAt)) return;
        details.set(name, { ...given, status });
      }),
    details: (key) =>
      later(() => {
        const [kept, row] = [details.get(nameOf(key)), rows.get(nameOf(key))];
        if (kept === undefined || row === undefined) return null;
        const { events, readAt, status } = kept;
        return { events, readAt, status, statusNow: row.entry.status };
      }),
    lateness: (since) =>
      later(() => {
        const sinceMs = stepOf(since.getTime(), 86_400_000);
        const counted = firstSights.filter(({ seenAt }) => seenAt.getTime() >= sinceMs);
        return latenessOf(counted.map(({ boundMs }) => ({ boundMs, rows: 1 })));
      }),
    rollUps: ({ fromMs, endMs }, stepMs) =>
      later(() => {
        const span = { fromMs: stepOf(fromMs, stepMs), endMs: stepOf(endMs + stepMs - 1, stepMs) };
        return rolledUp(
          within([span]).map(({ entry }) => ({
            from: new Date(stepOf(entry.receivedAt.getTime(), ROLL_UP_QUARTER_MS)),
            state: stateOfStatus(entry.status),
            rows: 1,
          })),
          stepMs,
        );
      }),
    arrivals: (span, ownDomains) =>
      later(() => {
        const tally = openArrivalTally();
        for (const { entry } of within([span])) {
          const { direction } = directionOf(entry, ownDomains);
          tally.add(messageKey(entry), { receivedAt: entry.receivedAt, direction });
        }
        return tally.counts();
      }),
    changes: (key) => later(() => changes.get(nameOf(key)) ?? []),
    purge: (before) =>
      later(() => {
        const beforeMs = stepOf(before.getTime(), ROLL_UP_QUARTER_MS);
        for (const [name, { entry }] of rows) {
          if (entry.receivedAt.getTime() >= beforeMs) continue;
          rows.delete(name);
          changes.delete(name);
          details.delete(name);
        }
        for (const [shape, spans] of covered)
          covered.set(
            shape,
            spans
              .filter(({ endMs }) => endMs > beforeMs)
              .map((span) => ({ ...span, fromMs: Math.max(span.fromMs, beforeMs) })),
          );
        return false;
      }),
  };
}

/** All rows of a history, by their key. */
export async function keptRows(history: TraceHistory): Promise<ReadonlyMap<string, TraceEntry>> {
  const always = { fromMs: 0, endMs: Number.MAX_SAFE_INTEGER };
  const anything = { senders: [], recipients: [], subject: null, messageIds: [], messageTraceIds: [] };
  const found = new Map<string, TraceEntry>();
  for await (const entries of history.rows({ ...anything, statuses: [], window: null }, [always]))
    for (const entry of entries)
      found.set(deliveryKey(messageKey(entry), addressKey(entry.recipient)), entry);
  return found;
}
