/** The checks that look at what the mail goes by and is seen through: health, connectors, sign-in, and how old it all is. */
import type { Sightings } from '../incident/sightings.js';
import type { Signal } from '../incident/signal.js';
import { counted, formatAge, formatCount } from '../quantity.js';
import { ageSeconds, type Bench, findingsOf, plain, secondsBetween } from './check-bench.js';
import { blindBy, type Blindness, blindnessOf, type CheckDraft } from './check-draft.js';

export function draftHealth(bench: Bench): CheckDraft {
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

export function draftConnectors(bench: Bench): CheckDraft {
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
export function draftSignIn(bench: Bench): CheckDraft {
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

export function draftFreshness(bench: Bench): CheckDraft {
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

function newestRowSeconds({ evidence: { sight } }: Bench): number | null {
  const newestAt = sight?.survey.newestReceivedAt ?? null;
  return sight === null || newestAt === null ? null : secondsBetween(newestAt, sight.held.asOf);
}
