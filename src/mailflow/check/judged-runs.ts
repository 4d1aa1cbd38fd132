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

/** Runs in which it was asked. */
export function judgedRuns(runs: readonly CheckRun[], id: CheckId): readonly JudgedRun[] {
  return runs.flatMap((run) => {
    const level = run.seenById.get(id);
    if (level === undefined || level === 'skipped') return [];
    return [{ at: run.at, level, grounds: groundsOf(run) }];
  });
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
  return [...seenById].flatMap(([id, level]) => {
    const known = checkIdOf(id);
    if (known === null || (level !== 'warning' && level !== 'critical')) return [];
    const ground = GROUND_BY_CHECK[known];
    return ground === null ? [] : [ground];
  });
}
