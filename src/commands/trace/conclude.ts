import type { Conclusion } from '#cli/command.js';
import type { Gap } from '#mailflow/finding.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import { settledUntil } from '#mailflow/time-window.js';
import type { GroupedBy } from '#mailflow/trace/grouping.js';
import type { Survey } from '#mailflow/trace/survey.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import type { SourceNote, WindowNote } from '#render/writer.js';

import type { TraceAnswer } from './trace-answer.js';

/** Turns what a survey found into the members of the answer. */
export function concludeSurvey(
  result: TraceAnswer,
  source: TraceSource,
  now: Date,
  notVisibleYet: Gap | null,
): Conclusion<TraceAnswer> {
  const { survey } = result;
  return {
    result,
    summary: summaryOf(result),
    tenant: source.tenant,
    source: sourceNote(source),
    window: surveyWindow(survey, source, now),
    findings: [],
    incomplete: notVisibleYet === null ? survey.gaps : [...survey.gaps, notVisibleYet],
  };
}

function summaryOf({ survey, statuses }: TraceAnswer): object {
  const { counts, held, failed, messages, deliveries, reasons, by } = survey;
  return {
    ...counts,
    held,
    failed,
    messages,
    deliveries,
    // Of a state that was not asked for the count says nothing.
    ...(statuses.length === 0 ? {} : { statusesAsked: statuses }),
    oldestHeldAt: survey.oldestHeld?.receivedAt ?? null,
    newestReceivedAt: survey.newestReceivedAt,
    expiringWithin4h: survey.expiringWithin4h,
    pastExpiry: survey.pastExpiry,
    reasons,
    heldInnocent: survey.heldInnocent,
    ...(by === null ? {} : groupsOf(by)),
  };
}

/** The groups, each with its key under the name that it is grouped by. */
function groupsOf({ grouping, groups }: GroupedBy): object {
  return { groupedBy: grouping, by: groups.map(({ key, ...group }) => ({ [grouping]: key, ...group })) };
}

/** The same source, for an answer that took some requests elsewhere. */
export function withRequests(source: TraceSource, requests: number): TraceSource {
  return { ...source, requestCount: () => source.requestCount() + requests };
}

export function sourceNote(source: TraceSource): SourceNote {
  return { kind: source.kind, asOf: source.asOf(), requests: source.requestCount() };
}

export function surveyWindow(
  { window, isListedWhole }: Survey,
  source: TraceSource,
  now: Date,
): WindowNote | null {
  return window === null ? null : windowNote(window, isListedWhole, source.asOf() ?? now);
}

export function windowNote(window: TimeWindow, complete: boolean, asOf: Date): WindowNote {
  return { ...window, settledUntil: settledUntil(window, asOf), complete };
}
