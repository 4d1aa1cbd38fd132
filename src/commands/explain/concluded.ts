import type { Conclusion } from '#cli/command.js';
import type { Failure } from '#failure.js';

import type { ExplainTotals } from './explain-row.js';

const NO_TOTALS: ExplainTotals = { judged: 1, notRead: 0, by: [] };

/** Totals stand in the answer where there is something to count. */
export function concluded(totals = NO_TOTALS, failure: Failure | null = null): Conclusion<ExplainTotals> {
  return {
    result: totals,
    summary: totals.judged > 1 ? totals : null,
    tenant: null,
    source: null,
    window: null,
    findings: [],
    incomplete: [],
    ...(failure === null ? {} : { failure }),
  };
}
