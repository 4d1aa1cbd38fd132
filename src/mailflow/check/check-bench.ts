/** The evidence of one run laid out for all checks, and what their drafts have in common. */
import type { Finding } from '../finding.js';
import { type Evidence, gatherEvidence, mailOf } from '../incident/evidence.js';
import type { Sightings } from '../incident/sightings.js';
import type { Signal } from '../incident/signal.js';
import { type HeldNumbers, heldNumbers } from '../queue/judge-held.js';
import type { CheckEvidence } from './check-evidence.js';
import { type CheckPolicy, limitsOf, type PolicyLimits } from './check-policy.js';
import type { Measure } from './check-result.js';
import type { CheckId } from './check-settings.js';
import { type FindingsByCheck, sortFindings } from './sort-findings.js';

/** What all drafts are made from. */
export interface Bench {
  readonly given: CheckEvidence;
  readonly evidence: Evidence;
  readonly policy: CheckPolicy;
  readonly limits: PolicyLimits;
  readonly findings: FindingsByCheck;
  /** Of held mail; null where no trace was seen. */
  readonly held: HeldNumbers | null;
}

export function openBench(given: CheckEvidence, policy: CheckPolicy): Bench {
  const limits = limitsOf(policy);
  const evidence = gatherEvidence(agedBy(given.sightings, policy), limits);
  const { sight, thresholds } = evidence;
  const held =
    sight === null
      ? null
      : heldNumbers(sight.held, { mail: mailOf(sight), source: 'message-trace' }, thresholds.queue);
  return { given, evidence, policy, limits, findings: sortFindings(evidence, policy), held };
}

/** What the required checks need counts as now no longer than the policy says. */
function agedBy(sightings: Sightings, { checks }: CheckPolicy): Sightings {
  const maxAgeSeconds = checks.freshness.settings.sourceMinutes * 60;
  return {
    ...sightings,
    trace: { ...sightings.trace, maxAgeSeconds },
    health: { ...sightings.health, maxAgeSeconds },
  };
}

export function findingsOf({ findings }: Bench, id: CheckId): readonly Finding[] {
  return findings.get(id) ?? [];
}

export function plain(name: string, help: string, unit: Measure['unit']): Omit<Measure, 'value'> {
  return { name, help, unit, warning: null, critical: null };
}

export function ageSeconds({ value, sourceTime, observedAt }: Signal<unknown>): number | null {
  return value === null ? null : secondsBetween(sourceTime ?? observedAt, observedAt);
}

/** A clock that is behind gives ages below nothing. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
}
