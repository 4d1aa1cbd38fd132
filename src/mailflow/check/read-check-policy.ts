/** A policy from a value of any shape. All that is wrong is named at once, with its place, its key and the right one. */
import { parseDuration } from '../duration.js';
import { type CheckPolicy, DEFAULT_CHECK_POLICY, type PolicyOfCheck, type RunRule } from './check-policy.js';
import type { CheckId } from './check-settings.js';
import type { PolicyDocument, PolicyFault } from './policy-document.js';
import { POLICY_SHAPE } from './policy-shape.js';
import { faultsOf, type Fields, isFields } from './shape.js';

export type ReadPolicy =
  | { readonly ok: true; readonly policy: CheckPolicy }
  /** In the order of the file; at least one. */
  | { readonly ok: false; readonly faults: readonly PolicyFault[] };

/** What the policy does not set is as usual. */
export function readCheckPolicy(document: PolicyDocument): ReadPolicy {
  const faults = faultsOf(POLICY_SHAPE, document);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, policy: policyOf(document.value) };
}

/** Of a value without faults. */
function policyOf(value: unknown): CheckPolicy {
  const given = fieldsOf(value);
  const { windowSeconds, maxRequests, ownDomains } = DEFAULT_CHECK_POLICY;
  const rule = runRuleOf(given['for'], DEFAULT_CHECK_POLICY.for);
  const checks = fieldsOf(given['checks']);
  const check = <Id extends CheckId>(id: Id): PolicyOfCheck<Id> => checkOf(id, checks[id], rule);
  return {
    for: rule,
    windowSeconds: secondsOf(given['window']) ?? windowSeconds,
    maxRequests: numberOf(given['maxRequests']) ?? maxRequests,
    ownDomains: textsOf(given['ownDomains']) ?? ownDomains,
    checks: {
      'service-health': check('service-health'),
      'held-mail': check('held-mail'),
      'deferral-rate': check('deferral-rate'),
      'expiring-mail': check('expiring-mail'),
      'bounce-rate': check('bounce-rate'),
      'inbound-volume': check('inbound-volume'),
      connectors: check('connectors'),
      'mail-paths': check('mail-paths'),
      certificates: check('certificates'),
      'sign-in': check('sign-in'),
      freshness: check('freshness'),
      quota: check('quota'),
    },
  };
}

function checkOf<Id extends CheckId>(id: Id, value: unknown, rule: RunRule): PolicyOfCheck<Id> {
  const usual = DEFAULT_CHECK_POLICY.checks[id];
  const { enabled, required, for: own, ...given } = fieldsOf(value);
  const usualByName: Fields = { ...usual.settings };
  let settings = usual.settings;
  for (const [name, setting] of Object.entries(given)) {
    const takesLimits = isFields(usualByName[name]);
    settings = { ...settings, [name]: takesLimits ? limitsOf(fieldsOf(setting)) : setting };
  }
  return {
    isEnabled: switchOf(enabled) ?? usual.isEnabled,
    isRequired: switchOf(required) ?? usual.isRequired,
    for: runRuleOf(own, rule),
    settings,
  };
}

/** A limit that is not named is none. */
function limitsOf(given: Fields): Fields {
  return Object.fromEntries(
    Object.entries(given).map(([word, limits]) => {
      const { warningShare = null, criticalShare = null } = fieldsOf(limits);
      return [word, { warningShare, criticalShare }];
    }),
  );
}

function runRuleOf(value: unknown, usual: RunRule): RunRule {
  const given = fieldsOf(value);
  return {
    bad: numberOf(given['bad']) ?? usual.bad,
    of: numberOf(given['of']) ?? usual.of,
    good: numberOf(given['good']) ?? usual.good,
    goodMinutes: numberOf(given['goodMinutes']) ?? usual.goodMinutes,
  };
}

function secondsOf(value: unknown): number | null {
  const parsed = typeof value === 'string' ? parseDuration(value) : null;
  return parsed?.ok === true ? parsed.seconds : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function switchOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function textsOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const entries: readonly unknown[] = value;
  return entries.filter((entry) => typeof entry === 'string');
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
