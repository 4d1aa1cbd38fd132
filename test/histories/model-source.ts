/**
 * The service as a trace source, without a network: newest first, page by page, each page as things stand when it is
 * asked for, and every misfortune that a client of it meets.
 */
import type { Gap } from '#mailflow/finding.js';
import { matchesQuery } from '#mailflow/trace/matches.js';
import { questionsOf } from '#mailflow/trace/plan-questions.js';
import { GRAPH_TERMS, type ServiceTerms, type TraceQuestion } from '#mailflow/trace/question.js';
import type { TraceBatch, TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';

import { type ModelRow, statusAt } from './tenant-model.js';

/** What happens to one request. */
export type Misfortune =
  | 'none'
  /** 429, 5xx, or a second 401: it cannot go on. */
  | 'stopped'
  /** The link to this page is refused; the list is begun again. */
  | 'poisoned-token'
  /** The page comes once more under the same link, and the client stops. */
  | 'repeated-link';

export interface ModelClock {
  readonly nowMs: () => number;
  /** Called once a request. */
  readonly pass: () => void;
  /** How many others may have their turn before an answer arrives. */
  readonly dawdle: () => number;
}

export interface ModelService {
  readonly rows: readonly ModelRow[];
  readonly clock: ModelClock;
  readonly terms: ServiceTerms;
  readonly misfortune: () => Misfortune;
}

export class ModelFailure extends Error {}

export function termsOf(rowsPerPage: number): ServiceTerms {
  return { ...GRAPH_TERMS, rowsPerPage };
}

const MOST_RESTARTS = 2;

export function modelSource({ rows, clock, terms, misfortune }: ModelService): TraceSource {
  let requests = 0;
  let asOf: Date | null = null;
  const inOrder = rows.toSorted(newestFirst);

  async function* deliveries(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceBatch> {
    if (query.window === null) throw new ModelFailure('no window');
    let hasAnswer = false;
    for (const question of questionsOf(query, query.window, new Date(clock.nowMs()), terms)) {
      for await (const batch of listing(question, signal)) {
        if (batch === 'stopped') {
          if (!hasAnswer) throw new ModelFailure('stopped');
          yield { entries: [], gaps: [GAP], notes: [] };
          return;
        }
        hasAnswer = true;
        yield batch;
      }
    }
  }

  async function* listing(
    question: TraceQuestion,
    signal: AbortSignal,
  ): AsyncGenerator<TraceBatch | 'stopped'> {
    let after = -1;
    let restarts = 0;
    let beganAt: Date | null = null;
    for (;;) {
      await Promise.resolve();
      signal.throwIfAborted();
      requests += 1;
      clock.pass();
      const fate = misfortune();
      if (fate === 'stopped') {
        yield 'stopped';
        return;
      }
      if (fate === 'poisoned-token' && after >= 0) {
        restarts += 1;
        if (restarts > MOST_RESTARTS) {
          yield 'stopped';
          return;
        }
        [after, beganAt] = [-1, null];
        continue;
      }
      const seenAt = new Date(clock.nowMs());
      asOf ??= seenAt;
      beganAt ??= seenAt;
      const page = pageAfter(after, question, seenAt.getTime());
      const place = { window: question.window, beganAt, seenAt, isLast: page.next === null };
      const batch = { entries: page.entries, gaps: [], notes: [], page: place };
      for (let turn = clock.dawdle(); turn > 0; turn -= 1) await Promise.resolve();
      yield batch;
      if (page.next === null) return;
      if (fate === 'repeated-link') {
        yield batch;
        yield 'stopped';
        return;
      }
      after = page.next;
    }
  }

  /** By the position of the last row, as a skip token does: rows that come to be seen above it are passed over. */
  function pageAfter(after: number, question: TraceQuestion, nowMs: number) {
    const entries = [];
    let last = after;
    for (const [position, row] of inOrder.entries()) {
      if (position <= after) continue;
      const status = statusAt(row, nowMs);
      if (status === null) continue;
      const entry = { ...row.entry, status };
      if (!matchesQuery(question, entry)) continue;
      if (entries.length === terms.rowsPerPage) return { entries, next: last };
      entries.push(entry);
      last = position;
    }
    return { entries, next: null };
  }

  return {
    kind: 'graph',
    tenant: 'contoso.example',
    requestCount: () => requests,
    asOf: () => asOf,
    deliveries,
  };
}

const GAP: Gap = { what: 'the rest', reason: 'throttled', remedy: 'Ask again.', retryAfterSeconds: 60 };

export function gapOfModel(failure: unknown): Gap | null {
  return failure instanceof ModelFailure ? GAP : null;
}

function newestFirst(one: ModelRow, other: ModelRow): number {
  const [a, b] = [one.entry, other.entry];
  const byTime = b.receivedAt.getTime() - a.receivedAt.getTime();
  const [nameA, nameB] = [`${a.messageTraceId} ${a.recipient}`, `${b.messageTraceId} ${b.recipient}`];
  if (byTime !== 0 || nameA === nameB) return byTime;
  return nameA < nameB ? -1 : 1;
}
