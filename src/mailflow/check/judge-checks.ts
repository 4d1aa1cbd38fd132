/**
 * From evidence to what each named check says. The rules are those of `status`: its evidence is gathered with the limits of
 * the policy and its findings are sorted under the checks, so that on the same evidence both tell the same. A check that
 * cannot tell is unknown, and never ok.
 */
import type { Finding } from '../finding.js';
import { type Evidence, gatherEvidence, mailOf } from '../incident/evidence.js';
import { unreadOf } from '../incident/gaps.js';
import type { Sightings } from '../incident/sightings.js';
import type { Signal, Trouble } from '../incident/signal.js';
import { counted, formatAge, formatCount, formatShare } from '../quantity.js';
import { judgedRecent } from '../queue/held-accounts.js';
import { failedShare } from '../queue/judge-failed.js';
import { heldNumbers } from '../queue/judge-held.js';
import { EDGE_IS_UNSEEN, missingText } from '../queue/judge-inbound.js';
import { blindBy, type Blindness, blindnessOf, type CheckDraft, hiddenBy, resultOf } from './check-draft.js';
import type { CheckEvidence } from './check-evidence.js';
import { type CheckPolicy, limitsOf, type PolicyLimits } from './check-policy.js';
import type { CheckResult, Measure } from './check-result.js';
import { CHECK_IDS, type CheckId } from './check-settings.js';
import { draftCertificates, draftPaths } from './judge-paths.js';
import { draftQuota } from './judge-quota.js';
import { type FindingsByCheck, sortFindings } from './sort-findings.js';

/** What this run says by itself, of the checks that are enabled, in the order of the catalogue. */
export function judgeChecks(given: CheckEvidence, policy: CheckPolicy): readonly CheckResult[] {
  const limits = limitsOf(policy);
  const evidence = gatherEvidence(agedBy(given.sightings, policy), limits);
  const bench: Bench = { given, evidence, policy, limits, findings: sortFindings(evidence, policy) };
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

interface Bench {
  readonly given: CheckEvidence;
  readonly evidence: Evidence;
  readonly policy: CheckPolicy;
  readonly limits: PolicyLimits;
  readonly findings: FindingsByCheck;
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

function findingsOf({ findings }: Bench, id: CheckId): readonly Finding[] {
  return findings.get(id) ?? [];
}

function draftHealth(bench: Bench): CheckDraft {
  const { openIssues, mailFlowIssues, signInIssues, health, sightings } = bench.evidence;
  const isSeen = health !== null;
  const onMail = new Set([...mailFlowIssues, ...signInIssues]).size;
  return {
    findings: findingsOf(bench, 'service-health'),
    blind: blindnessOf(sightings.health),
    seen: isSeen
      ? `${counted(openIssues.length, 'issue is', 'issues are')} open, ${formatCount(onMail)} of them on mail flow or sign-in.`
      : null,
    measures: [
      {
        ...plain('open_issues', 'Open issues of all services', 'count'),
        value: isSeen ? openIssues.length : null,
      },
      {
        ...plain('open_mail_issues', 'Open issues on mail flow or sign-in', 'count'),
        value: isSeen ? onMail : null,
      },
    ],
  };
}

function draftHeld(bench: Bench): CheckDraft {
  const { sight, sightings, thresholds } = bench.evidence;
  const { held: unread } = unreadOf(bench.evidence);
  const { warningMinutes, warningHeld, criticalMinutes, criticalHeld } = thresholds.queue.waiting;
  const numbers = numbersOf(bench);
  const oldestAge = oldestHeldSeconds(bench);
  const hourly = sight === null ? 0 : hourlyMail(mailOf(sight));
  const critical = Math.max(criticalHeld, thresholds.queue.waiting.criticalShareOfHour * hourly);
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
        critical: sight === null ? criticalHeld : critical,
      },
    ],
  };
}

function draftDeferrals(bench: Bench): CheckDraft {
  const { sight, sightings, thresholds } = bench.evidence;
  const { held: unread } = unreadOf(bench.evidence);
  const { floor, warningShare, criticalShare, domains } = thresholds.queue.recent;
  const numbers = numbersOf(bench);
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

function draftExpiring(bench: Bench): CheckDraft {
  const { sight, sightings, thresholds } = bench.evidence;
  const { withinHours, held: least } = thresholds.queue.expiring;
  const numbers = numbersOf(bench);
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

function draftBounces(bench: Bench): CheckDraft {
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

function draftInbound(bench: Bench): CheckDraft {
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

function draftConnectors(bench: Bench): CheckDraft {
  const { setUp, sightings } = bench.evidence;
  return {
    findings: findingsOf(bench, 'connectors'),
    blind: blindnessOf(sightings.connectors),
    seen:
      setUp === null
        ? null
        : `The lint of the set-up${ofThen(ageSeconds(sightings.connectors))} says ${formatCount(setUp.findings.critical)} critical, ${counted(setUp.findings.warning, 'warning', 'warnings')}; mail waits at the hosts of ${counted(setUp.heldAt.length, 'connector', 'connectors')}.`,
    measures: [
      {
        ...plain('lint_critical', 'Critical findings of the lint', 'count'),
        value: setUp?.findings.critical ?? null,
      },
      {
        ...plain('lint_warnings', 'Warnings of the lint', 'count'),
        value: setUp?.findings.warning ?? null,
      },
      {
        ...plain('connectors_held_at', 'Connectors at whose hosts mail waits', 'count'),
        value: setUp?.heldAt.length ?? null,
      },
    ],
  };
}

/** It need not be asked for by each run. */
function ofThen(age: number | null): string {
  return age === null || age < 60 ? '' : `, as it was ${formatAge(age)} ago,`;
}

/** That an answer came proves a sign-in, whatever a try of its own said; a token that was issued allows nothing by itself. */
function draftSignIn(bench: Bench): CheckDraft {
  const { signIn, trace, health } = bench.evidence.sightings;
  const draft = { findings: findingsOf(bench, 'sign-in'), measures: [] };
  const issued = signIn.value?.kind === 'issued' ? 'A token was issued.' : null;
  if (trace.quality === 'fresh' && health.quality === 'fresh')
    return { ...draft, blind: null, seen: issued ?? 'All that is needed was answered.' };
  const blind =
    refusedSignIn(signIn) ?? refusal('the message trace', trace) ?? refusal('service health', health);
  if (blind !== null) return { ...draft, blind, seen: null };
  if (issued !== null) return { ...draft, blind: null, seen: issued };
  return { ...draft, blind: blindnessOf(signIn) ?? blindnessOf(trace) ?? blindnessOf(health), seen: null };
}

function refusedSignIn({ value }: Sightings['signIn']): Blindness | null {
  if (value?.kind !== 'refused' && value?.kind !== 'failed') return null;
  const what = value.kind === 'refused' ? 'was refused' : 'failed';
  const why = `the sign-in ${what}: ${value.text.replace(/\.$/u, '')}`;
  return blindBy({ why, reason: 'sign-in', remedy: value.remedy, retryAfterSeconds: null });
}

function refusal(what: string, signal: Signal<unknown>): Blindness | null {
  const blind = blindnessOf(signal);
  if (blind?.reason !== REFUSED) return null;
  return { ...blind, why: `asked for ${what}, the answer was no: ${blind.why}` };
}

const REFUSED = 'refused';

function draftFreshness(bench: Bench): CheckDraft {
  const { sight, sightings, thresholds } = bench.evidence;
  const { trace, health } = sightings;
  const { sourceMinutes } = bench.policy.checks.freshness.settings;
  const newestAge = newestRowSeconds(bench);
  const healthAge = ageSeconds(health);
  const ages = [
    ...(newestAge === null ? [] : [`the newest row of the trace is ${formatAge(newestAge)} old`]),
    ...(healthAge === null ? [] : [`the answer of service health ${formatAge(healthAge)}`]),
  ].join(', ');
  return {
    findings: findingsOf(bench, 'freshness'),
    blind: blindnessOf(trace) ?? blindnessOf(health),
    seen: ages === '' ? null : `${ages.charAt(0).toUpperCase()}${ages.slice(1)}.`,
    measures: [
      {
        ...plain('newest_row_age', 'Age of the newest row of the trace', 'seconds'),
        value: sight === null ? null : newestAge,
        warning: thresholds.incident.newestRowMinutes * 60,
      },
      {
        ...plain('health_answer_age', 'Age of the answer of service health', 'seconds'),
        ...{ value: healthAge, warning: sourceMinutes * 60 },
      },
    ],
  };
}

function plain(name: string, help: string, unit: Measure['unit']): Omit<Measure, 'value'> {
  return { name, help, unit, warning: null, critical: null };
}

function numbersOf({ evidence: { sight, thresholds } }: Bench): ReturnType<typeof heldNumbers> | null {
  if (sight === null) return null;
  return heldNumbers(sight.held, { mail: mailOf(sight), source: 'message-trace' }, thresholds.queue);
}

function hourlyMail({ deliveries, windowMinutes }: ReturnType<typeof mailOf>): number {
  return windowMinutes === 0 ? 0 : (deliveries * 60) / windowMinutes;
}

/** Null where nothing is held, or it is not known. */
function oldestHeldSeconds({ evidence: { sight } }: Bench): number | null {
  const receivedAt = sight?.survey.oldestHeld?.receivedAt ?? null;
  return sight === null || receivedAt === null ? null : secondsBetween(receivedAt, sight.held.asOf);
}

function newestRowSeconds({ evidence: { sight } }: Bench): number | null {
  const newestAt = sight?.survey.newestReceivedAt ?? null;
  return sight === null || newestAt === null ? null : secondsBetween(newestAt, sight.held.asOf);
}

function ageSeconds({ value, sourceTime, observedAt }: Signal<unknown>): number | null {
  return value === null ? null : secondsBetween(sourceTime ?? observedAt, observedAt);
}

/** A clock that is behind gives ages below nothing. */
function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
}
