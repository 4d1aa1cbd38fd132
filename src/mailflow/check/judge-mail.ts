/** The checks that look at mail: what is held, put off, about to expire, bounced or missing. */
import { unreadOf } from '../incident/gaps.js';
import type { Sightings } from '../incident/sightings.js';
import { counted, formatAge, formatCount, formatShare } from '../quantity.js';
import { judgedRecent } from '../queue/held-accounts.js';
import { failedShare } from '../queue/judge-failed.js';
import { EDGE_IS_UNSEEN, missingText } from '../queue/judge-inbound.js';
import { type Bench, findingsOf, plain, secondsBetween } from './check-bench.js';
import { blindBy, blindnessOf, type CheckDraft, hiddenBy } from './check-draft.js';

export function draftHeld(bench: Bench): CheckDraft {
  const { sight, sightings, thresholds } = bench.evidence;
  const { held: unread } = unreadOf(bench.evidence);
  const { warningMinutes, warningHeld, criticalMinutes, criticalHeld } = thresholds.queue.waiting;
  const numbers = bench.held;
  const oldestAge = oldestHeldSeconds(bench);
  const oldest = oldestAge === null ? '' : `; the oldest waits ${formatAge(oldestAge)}`;
  return {
    findings: findingsOf(bench, 'held-mail'),
    blind: blindnessOf(sightings.trace) ?? (unread === null ? null : hiddenBy(unread)),
    seen:
      sight === null
        ? null
        : `${counted(sight.survey.held, 'delivery is', 'deliveries are')} held, ${formatCount(sight.held.waiting.held)} longer than ${formatCount(warningMinutes)} min${oldest}.`,
    measures: [
      {
        ...plain('held_deliveries', 'Deliveries that are held', 'deliveries'),
        value: sight?.survey.held ?? null,
      },
      {
        ...plain('held_oldest_age', 'Age of the delivery that is held longest', 'seconds'),
        value: oldestAge,
      },
      {
        ...plain(
          'held_late',
          `Held longer than ${formatCount(warningMinutes)} min and not by their destinations, at least`,
          'deliveries',
        ),
        value: numbers?.late ?? null,
        warning: warningHeld,
      },
      {
        ...plain(
          'held_overdue',
          `Held longer than ${formatCount(criticalMinutes)} min and not by their destinations, at least`,
          'deliveries',
        ),
        value: numbers?.overdue ?? null,
        critical: numbers?.criticalHeld ?? criticalHeld,
      },
    ],
  };
}

export function draftDeferrals(bench: Bench): CheckDraft {
  const { sight, sightings, thresholds } = bench.evidence;
  const { held: unread } = unreadOf(bench.evidence);
  const { floor, warningShare, criticalShare, domains } = thresholds.queue.recent;
  const numbers = bench.held;
  const share = numbers?.deferralShare ?? null;
  const spans = sight === null ? [] : judgedRecent(sight.held, thresholds.queue.recent);
  const most = Math.max(0, ...spans.map(({ deliveries }) => deliveries));
  return {
    findings: findingsOf(bench, 'deferral-rate'),
    blind: blindnessOf(sightings.trace) ?? (unread === null ? null : hiddenBy(unread)),
    seen:
      sight === null
        ? null
        : `${deferralText(share, most, floor)}${isAbove(share, warningShare) ? fewSidesText(numbers?.deferralSides ?? 0, domains) : ''}`,
    measures: [
      {
        ...plain('deferral_share', 'Share of new mail that the service holds up, at least', 'share'),
        ...{ value: share, warning: warningShare, critical: criticalShare },
      },
      {
        ...plain('new_deliveries', 'Deliveries of the span that the share is of', 'deliveries'),
        value: sight === null ? null : most,
      },
    ],
  };
}

function deferralText(share: number | null, most: number, floor: number): string {
  if (share === null)
    return `Fewer than ${counted(floor, 'delivery', 'deliveries')} came in lately: too few to tell a share.`;
  return `Of ${counted(most, 'new delivery', 'new deliveries')} the service holds up ${formatShare(share)} at least.`;
}

function isAbove(share: number | null, limit: number): boolean {
  return share !== null && share >= limit;
}

/** A share above its limit that is no finding would look like a fault of ours. */
function fewSidesText(sides: number, least: number): string {
  if (sides >= least) return '';
  return ` It was read of ${counted(sides, 'domain', 'domains')} on the other side, and counts from ${formatCount(least)} on: it may be their own matter.`;
}

export function draftExpiring(bench: Bench): CheckDraft {
  const { sight, sightings, thresholds } = bench.evidence;
  const { withinHours, held: least } = thresholds.queue.expiring;
  const numbers = bench.held;
  const expiring =
    sight === null ? null : sight.held.domains.reduce((sum, domain) => sum + domain.expiring, 0);
  const hours = `${formatCount(withinHours)} h`;
  return {
    findings: findingsOf(bench, 'expiring-mail'),
    blind: blindnessOf(sightings.trace),
    seen:
      expiring === null
        ? null
        : `${counted(expiring, 'held delivery expires', 'held deliveries expire')} within ${hours}, ${formatCount(numbers?.expiring ?? 0)} of them at one next hop.`,
    measures: [
      {
        ...plain('expiring_deliveries', `Held deliveries that expire within ${hours}`, 'deliveries'),
        value: expiring,
      },
      {
        ...plain('expiring_at_one_hop', `Of them at the next hop that has most`, 'deliveries'),
        ...{ value: numbers?.expiring ?? null, critical: least },
      },
    ],
  };
}

export function draftBounces(bench: Bench): CheckDraft {
  const { sight, sightings, thresholds } = bench.evidence;
  const { failed: unread } = unreadOf(bench.evidence);
  const { floor, warningShare, criticalShare } = thresholds.queue.failed;
  const survey = sight?.survey ?? null;
  const share = survey === null ? null : failedShare(survey.reasons.failed, survey, thresholds.queue.failed);
  return {
    findings: findingsOf(bench, 'bounce-rate'),
    blind: blindnessOf(sightings.trace) ?? (unread === null ? null : hiddenBy(unread)),
    seen: survey === null ? null : bounceText(survey, share, floor),
    measures: [
      {
        ...plain('failed_deliveries', 'Deliveries that failed for good', 'deliveries'),
        value: survey?.failed ?? null,
      },
      {
        ...plain('failed_share', 'Share of mail that failed for reasons that count, at least', 'share'),
        ...{ value: share, warning: warningShare, critical: criticalShare },
      },
    ],
  };
}

function bounceText(
  { failed, deliveries }: { readonly failed: number; readonly deliveries: number },
  share: number | null,
  floor: number,
): string {
  const found = `${formatCount(failed)} of ${counted(deliveries, 'delivery', 'deliveries')} failed`;
  if (failed === 0) return `${found}.`;
  if (deliveries < floor) return `${found}; fewer than ${formatCount(floor)} are too few to tell a share.`;
  if (share === null) return `${found}; for which reasons was not read.`;
  return `${found}, at least ${formatShare(share)} for reasons that count.`;
}

export function draftInbound(bench: Bench): CheckDraft {
  const { inbound, trace } = bench.evidence.sightings;
  const { leastMissing, criticalMissing } = bench.limits.inbound;
  const volume = inbound.value;
  return {
    findings: findingsOf(bench, 'inbound-volume'),
    blind: blindnessOf(inbound) ?? blindnessOf(trace) ?? (volume === null ? null : untoldVolume(volume.kind)),
    seen: volume === null ? null : `Of inbound mail ${missingText(volume)}`,
    measures: [
      {
        ...plain(
          'inbound_missing_share',
          'Share of the usual inbound mail that is missing, at least',
          'share',
        ),
        value: volume === null ? null : Math.max(0, volume.missing.low),
        warning: leastMissing,
        critical: criticalMissing,
      },
    ],
  };
}

/** A comparison that came to no end. */
function untoldVolume(
  kind: NonNullable<Sightings['inbound']['value']>['kind'],
): ReturnType<typeof blindBy> | null {
  switch (kind) {
    case 'usual':
    case 'dip':
      return null;
    case 'all-down':
      return blindBy({ ...UNTOLD, why: 'all other mail is below its usual as well: it may be the trace' });
    case 'untold':
      return blindBy({ ...UNTOLD, why: 'there is too little of other mail to compare with' });
    case 'too-little':
      return blindBy({ ...UNTOLD, why: 'hardly any mail is usual at this hour' });
  }
}

const UNTOLD = {
  reason: 'too-little',
  remedy: `Ask again later, or with a longer window. ${EDGE_IS_UNSEEN}`,
  retryAfterSeconds: null,
};

/** Null where nothing is held, or it is not known. */
function oldestHeldSeconds({ evidence: { sight } }: Bench): number | null {
  const receivedAt = sight?.survey.oldestHeld?.receivedAt ?? null;
  return sight === null || receivedAt === null ? null : secondsBetween(receivedAt, sight.held.asOf);
}
