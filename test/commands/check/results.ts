/** Results of checks as data, for what is made of them. */
import type { CheckResult } from '#mailflow/check/check-result.js';

export function resultOf(over: Partial<CheckResult> = {}): CheckResult {
  const level = over.level ?? 'ok';
  return {
    ...{ id: 'held-mail', title: 'Held mail', level, seen: level, isRequired: true },
    says: 'No delivery is held longer than 30 min.',
    ...{ evidence: [], remedy: null, reason: null, retryAfterSeconds: null, measures: [], course: null },
    ...over,
  };
}
