/** Turns what was seen and judged into the members of the answer. */
import type { Conclusion } from '#cli/command.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import type { SourceNote } from '#render/writer.js';

import { surveyWindow } from '../trace/conclude.js';
import type { Asked } from './ask-sightings.js';
import { openIssues } from './health-block.js';
import type { StatusAnswer } from './status-answer.js';

export function concludeStatus(
  answer: StatusAnswer,
  { trace, health, connectors }: Asked,
): Conclusion<StatusAnswer> {
  const { sightings, assessment } = answer;
  const survey = sightings.trace.value?.survey ?? null;
  return {
    result: answer,
    summary: summaryOf(answer),
    tenant: trace?.tenant ?? health?.tenant ?? null,
    source: sourceNote({ trace, health, connectors }),
    window: survey === null || trace === null ? null : surveyWindow(survey, trace, sightings.now),
    findings: assessment.findings,
    incomplete: assessment.gaps,
  };
}

/** Named after the trace; the requests are those of all. */
export function sourceNote({
  trace,
  health,
  connectors,
}: Pick<Asked, 'trace' | 'health' | 'connectors'>): SourceNote | null {
  const source = trace ?? health ?? connectors;
  if (source === null) return null;
  const requests =
    (trace?.requestCount() ?? 0) + (health?.requestCount() ?? 0) + (connectors?.requestCount() ?? 0);
  return { kind: source.kind, asOf: source.asOf(), requests };
}

function summaryOf({ sightings, assessment }: StatusAnswer): object {
  const { level, sentence, layers, cause, advice, wouldChange, badSignals, alert, setUp } = assessment;
  return {
    ...{ level, sentence },
    ...mailOf(sightings),
    inbound: inboundOf(sightings),
    issues: issuesOf(sightings),
    connectors: setUp,
    ...{ layers, cause, advice, wouldChange, badSignals, alert },
  };
}

/** Numbers that nobody could count are null, never 0. */
function mailOf({ trace }: Sightings): object {
  if (trace.value === null) {
    const unseen = { held: null, failed: null, deliveries: null, messages: null, oldestHeldAt: null };
    return { ...unseen, expiringWithin4h: null, pastExpiry: null, reasons: null, buckets: null };
  }
  const { survey, held } = trace.value;
  return {
    held: survey.held,
    failed: survey.failed,
    deliveries: survey.deliveries,
    messages: survey.messages,
    oldestHeldAt: survey.oldestHeld?.receivedAt ?? null,
    expiringWithin4h: survey.expiringWithin4h,
    pastExpiry: survey.pastExpiry,
    reasons: survey.reasons,
    buckets: held.buckets,
  };
}

/** Null where too little is kept to know the usual; why stands in the row of the signal. */
function inboundOf({ inbound: { value } }: Sightings): object | null {
  if (value === null) return null;
  const { kind, from, until, inbound, others, missing, weeks } = value;
  return { kind, from, until, seen: inbound.seen, usual: inbound.usual, missing, others, weeks };
}

/** Open ones that matter to mail; null when service health could not be asked. */
function issuesOf({ health }: Sightings): object | null {
  if (health.value === null) return null;
  return openIssues(health.value).telling.map(({ id, title, classification, startedAt }) => ({
    ...{ id, title, class: classification, since: startedAt },
  }));
}
