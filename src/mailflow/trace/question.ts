import { quotaRules, SERVICE_QUOTA } from '../quota/rolling-window.js';
import { wholeSeconds } from '../time-window.js';
import type { TraceEntry } from './delivery.js';
import { createMatcher } from './matches.js';
import type { WindowedQuery } from './trace-source.js';

/** What one listing of a service is asked for: a query that is small enough for it. */
export type TraceQuestion = WindowedQuery;

/** The terms on which a service takes questions. */
export interface ServiceTerms {
  /** The longest window of one question. */
  readonly sliceDays: number;
  /** Alternatives that one property takes. Of several trace ids each is a question of its own in any case. */
  readonly valuesPerProperty: number;
  /** Rows that one request brings at most. */
  readonly rowsPerPage: number;
  /** What a tenant may ask in any span of so many seconds, less what is left to everybody else. */
  readonly quota: { readonly requests: number; readonly seconds: number };
}

const USUAL = quotaOf(SERVICE_QUOTA);

/** Graph keeps the last value of a property and says nothing of the others. */
export const GRAPH_TERMS: ServiceTerms = {
  sliceDays: 10,
  valuesPerProperty: 1,
  rowsPerPage: 5000,
  quota: USUAL,
};

/** The admin endpoint of Exchange takes lists; where the longest ends is not told, so no list is very long. */
export const EXCHANGE_TERMS: ServiceTerms = {
  sliceDays: 10,
  valuesPerProperty: 100,
  rowsPerPage: 5000,
  quota: USUAL,
};

/** The same for a tenant that may ask more, or less; null for the usual. */
export function withQuota(terms: ServiceTerms, serviceQuota: number | null): ServiceTerms {
  return { ...terms, quota: quotaOf(serviceQuota ?? SERVICE_QUOTA) };
}

function quotaOf(serviceQuota: number): ServiceTerms['quota'] {
  const { limit, windowMs } = quotaRules(serviceQuota);
  return { requests: limit, seconds: windowMs / 1000 };
}

/** Whether a row is what was asked for. The service ignores conditions that it does not like, and says nothing. */
export function createAnswerCheck(question: TraceQuestion): (entry: TraceEntry) => boolean {
  const { from, to } = wholeSeconds(question.window);
  // A row within the last second may be counted in by a service that cuts fractions off.
  const lastMs = to.getTime() + 999;
  return createMatcher({ ...question, window: { from, to: new Date(lastMs) } });
}
