/**
 * From evidence to what each named check says. The rules are those of `status`: its evidence is gathered with the limits of
 * the policy and its findings are sorted under the checks, so that on the same evidence both tell the same. A check that
 * cannot tell is unknown, and never ok.
 */
import type { Trouble } from '../incident/signal.js';
import { type Bench, openBench } from './check-bench.js';
import { blindBy, type CheckDraft, resultOf } from './check-draft.js';
import type { CheckEvidence } from './check-evidence.js';
import type { CheckPolicy } from './check-policy.js';
import type { CheckResult } from './check-result.js';
import { CHECK_IDS, type CheckId } from './check-settings.js';
import { draftBounces, draftDeferrals, draftExpiring, draftHeld, draftInbound } from './judge-mail.js';
import { draftCertificates, draftPaths } from './judge-paths.js';
import { draftQuota } from './judge-quota.js';
import { draftConnectors, draftFreshness, draftHealth, draftSignIn } from './judge-sources.js';

/** What this run says by itself, of the checks that are enabled, in the order of the catalogue. */
export function judgeChecks(given: CheckEvidence, policy: CheckPolicy): readonly CheckResult[] {
  const bench = openBench(given, policy);
  return CHECK_IDS.filter((id) => policy.checks[id].isEnabled).map((id) =>
    resultOf(id, DRAFTS[id](bench), policy.checks[id].isRequired),
  );
}

/** Of a run in which nobody would answer: none of them can tell. */
export function blindChecks(trouble: Trouble, policy: Pick<CheckPolicy, 'checks'>): readonly CheckResult[] {
  const draft: CheckDraft = { findings: [], blind: blindBy(trouble), seen: null, measures: [] };
  return CHECK_IDS.filter((id) => policy.checks[id].isEnabled).map((id) =>
    resultOf(id, draft, policy.checks[id].isRequired),
  );
}

const DRAFTS: Readonly<Record<CheckId, (bench: Bench) => CheckDraft>> = {
  'service-health': draftHealth,
  'held-mail': draftHeld,
  'deferral-rate': draftDeferrals,
  'expiring-mail': draftExpiring,
  'bounce-rate': draftBounces,
  'inbound-volume': draftInbound,
  connectors: draftConnectors,
  'mail-paths': ({ given, policy }) => draftPaths(given.paths, policy.checks['mail-paths'].settings),
  certificates: ({ given, policy }) =>
    draftCertificates(given.paths, given.sightings.now, policy.checks.certificates.settings),
  'sign-in': draftSignIn,
  freshness: draftFreshness,
  quota: ({ given, policy }) => draftQuota(given.quota, policy.checks.quota.settings),
};
