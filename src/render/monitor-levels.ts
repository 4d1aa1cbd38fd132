/** Levels as monitors number them, and which of two cases a person must see first. */
import type { CheckLevel } from '#mailflow/check/check-result.js';

import type { MonitorCase } from './monitor-report.js';

/** As the exit codes: 3 is not worse than 2, it is another thing. */
export const LEVEL_NUMBERS = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

const GRAVEST_FIRST: readonly CheckLevel[] = ['critical', 'unknown', 'warning', 'skipped', 'ok'];

export function byGravity(a: Pick<MonitorCase, 'level'>, b: Pick<MonitorCase, 'level'>): number {
  return GRAVEST_FIRST.indexOf(a.level) - GRAVEST_FIRST.indexOf(b.level);
}
