/** What would change the verdict: how far it is from the next one, and what was not seen. */
import { formatCount, formatLimit } from '../quantity.js';
import type { Cause } from './assessment.js';
import type { Evidence } from './evidence.js';
import type { VerdictLevel } from './look.js';

export function wouldChangeOf(
  level: VerdictLevel,
  evidence: Evidence,
  cause: Cause | null,
): readonly string[] {
  return [
    ...unseenTexts(evidence),
    ...betterTexts(level, evidence),
    ...worseTexts(level, evidence),
    ...causeTexts(cause),
  ];
}

function unseenTexts({ sightings }: Evidence): readonly string[] {
  return [
    ...(sightings.trace.quality === 'fresh'
      ? []
      : ['A trace that is whole and of now: it alone shows what mail does.']),
    ...(sightings.health.quality === 'fresh'
      ? []
      : ['Service health of now: only then does "no open issue" mean anything.']),
  ];
}

function betterTexts(
  level: VerdictLevel,
  { findings, thresholds, mailFlowIssues }: Evidence,
): readonly string[] {
  if (level !== 'critical' && level !== 'warning') return [];
  const { waiting, recent } = thresholds.queue;
  const ids = new Set(
    findings.filter(({ finding }) => finding.level !== 'info').map(({ finding }) => finding.id),
  );
  return [
    ...(ids.has('mail-deferred-now')
      ? [
          `Better: less than ${formatLimit(recent.warningShare)} of the mail of the last ${Math.max(...recent.minutes)} min deferred by the service.`,
        ]
      : []),
    ...(ids.has('held-mail-waiting')
      ? [
          `Better: fewer than ${formatCount(waiting.warningHeld)} held longer than ${waiting.warningMinutes} min.`,
        ]
      : []),
    ...(ids.has('inbound-dip') ? ['Better: as much mail comes in as in other weeks at this hour.'] : []),
    ...mailFlowIssues.slice(0, 1).map(({ id }) => `Better: ${id} is resolved.`),
  ];
}

function worseTexts(level: VerdictLevel, { thresholds, sight }: Evidence): readonly string[] {
  if (level === 'critical' || sight === null) return [];
  const { waiting, recent } = thresholds.queue;
  return [
    level === 'warning'
      ? `Worse: ${formatCount(waiting.criticalHeld)} held longer than ${waiting.criticalMinutes} min, or ${formatLimit(recent.criticalShare)} of new mail deferred by the service.`
      : `Worse: ${formatCount(waiting.warningHeld)} held longer than ${waiting.warningMinutes} min over ${waiting.domains} domains, or an open incident on mail flow.`,
  ];
}

function causeTexts(cause: Cause | null): readonly string[] {
  if (cause?.kind === 'destination')
    return ['Another cause: the same failure at destinations that have nothing to do with it.'];
  if (cause?.kind === 'service')
    return ['Another cause: an issue that Microsoft opens, or one next hop that all of it waits for.'];
  return [];
}
