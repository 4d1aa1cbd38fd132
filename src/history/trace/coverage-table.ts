import { type CoveredSpan, withCovered } from '#mailflow/trace/coverage.js';
import type { Span } from '#mailflow/trace/span.js';

import { number } from '../driver/cells.js';
import type { Database, Row } from '../driver/database.js';

export interface CoverageTable {
  /** What touches the span, oldest first. */
  readonly within: (shape: string, span: Span) => readonly CoveredSpan[];
  /** To be called within a transaction. */
  readonly add: (shape: string, added: CoveredSpan) => void;
  /** Forgets what lies before; within a transaction. */
  readonly cutBefore: (instantMs: number) => void;
}

export function openCoverage(database: Database, tenant: number): CoverageTable {
  const select = database.prepare(
    'SELECT from_ms, end_ms, observed_ms, is_complete FROM coverage WHERE tenant = ? AND shape = ? AND from_ms <= ? AND end_ms >= ? ORDER BY from_ms',
  );
  const remove = database.prepare(
    'DELETE FROM coverage WHERE tenant = ? AND shape = ? AND from_ms <= ? AND end_ms >= ?',
  );
  const insert = database.prepare(
    'INSERT INTO coverage (tenant, shape, from_ms, end_ms, observed_ms, is_complete) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const removeBefore = database.prepare('DELETE FROM coverage WHERE tenant = ? AND end_ms <= ?');
  const shorten = database.prepare(
    'UPDATE coverage SET from_ms = ? WHERE tenant = ? AND from_ms < ? AND end_ms > ?',
  );
  const within = (shape: string, { fromMs, endMs }: Span): readonly CoveredSpan[] =>
    select.all(tenant, shape, endMs, fromMs).map(coveredIn);
  return {
    within,
    add: (shape, added) => {
      const touching = within(shape, added);
      remove.run(tenant, shape, added.endMs, added.fromMs);
      for (const { fromMs, endMs, observedAtMs, state } of withCovered(touching, added))
        insert.run(tenant, shape, fromMs, endMs, observedAtMs, state === 'complete' ? 1 : 0);
    },
    cutBefore: (instantMs) => {
      removeBefore.run(tenant, instantMs);
      shorten.run(instantMs, tenant, instantMs, instantMs);
    },
  };
}

function coveredIn(row: Row): CoveredSpan {
  return {
    fromMs: number(row, 'from_ms'),
    endMs: number(row, 'end_ms'),
    observedAtMs: number(row, 'observed_ms'),
    state: number(row, 'is_complete') === 1 ? 'complete' : 'partial',
  };
}
