/** Kept runs of `check` as runs that the alert of each check opens and closes by. */
import { ALERT_RULES, type AlertRules, type JudgedRun } from '../incident/alert.js';
import type { RunRule } from './check-policy.js';
import type { CheckRun } from './check-run.js';
import { CHECK_IDS, type CheckId } from './check-settings.js';

/** Null for a check of another version. */
export function checkIdOf(word: string): CheckId | null {
  return CHECK_IDS.find((id) => id === word) ?? null;
}

export function rulesOf(rule: RunRule): AlertRules {
  return {
    ...ALERT_RULES,
    openBad: rule.bad,
    openOf: rule.of,
    opensAtFirst: true,
    closeGood: rule.good,
    closeMinutes: rule.goodMinutes,
    noun: 'run',
  };
}

/** Of each check those in which it was asked. */
export function judgedRunsById(runs: readonly CheckRun[]): ReadonlyMap<CheckId, readonly JudgedRun[]> {
  const byId = new Map<CheckId, JudgedRun[]>(CHECK_IDS.map((id) => [id, []]));
  for (const run of runs) {
    const grounds = groundsOf(run);
    for (const [id, own] of byId) {
      const level = run.seenById.get(id) ?? 'skipped';
      if (level !== 'skipped') own.push({ at: run.at, level, grounds });
    }
  }
  return byId;
}

/**
 * What a check rests on that is bad by itself. Two that do not rest on the same confirm each other. What stands for weeks,
 * as a certificate that ends soon, confirms nothing that happens now.
 */
const GROUND_BY_CHECK: Readonly<Record<CheckId, 'mail' | 'microsoft' | 'our own tries' | null>> = {
  'service-health': 'microsoft',
  'held-mail': 'mail',
  'deferral-rate': 'mail',
  'expiring-mail': 'mail',
  'bounce-rate': 'mail',
  'inbound-volume': 'mail',
  connectors: null,
  'mail-paths': 'our own tries',
  certificates: null,
  'sign-in': 'our own tries',
  freshness: null,
  quota: null,
};

function groundsOf({ seenById }: CheckRun): readonly string[] {
  const grounds = new Set<string>();
  for (const id of CHECK_IDS) {
    const level = seenById.get(id);
    const ground = level === 'warning' || level === 'critical' ? GROUND_BY_CHECK[id] : null;
    if (ground !== null) grounds.add(ground);
  }
  return [...grounds];
}
