import type { Conclusion } from '#cli/command.js';
import type { Gap } from '#mailflow/finding.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import { settledUntil } from '#mailflow/time-window.js';
import type { Survey } from '#mailflow/trace/survey.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import type { WindowNote } from '#render/writer.js';

/** Turns what a survey found into the members of the answer. */
export function concludeSurvey(
  result: Survey,
  source: TraceSource,
  now: Date,
  notVisibleYet: Gap | null,
): Conclusion<Survey> {
  return {
    result,
    summary: summaryOf(result),
    tenant: source.tenant,
    source: { kind: source.kind, asOf: source.asOf(), requests: source.requestCount() },
    window:
      result.window === null ? null : windowNote(result.window, result.isListedWhole, source.asOf() ?? now),
    findings: [],
    incomplete: notVisibleYet === null ? result.gaps : [...result.gaps, notVisibleYet],
  };
}

function summaryOf(result: Survey): object {
  const { counts, held, failed, messages, deliveries, reasons } = result;
  return {
    ...counts,
    held,
    failed,
    messages,
    deliveries,
    oldestHeldAt: result.oldestHeld?.receivedAt ?? null,
    newestReceivedAt: result.newestReceivedAt,
    expiringWithin4h: result.expiringWithin4h,
    pastExpiry: result.pastExpiry,
    reasons,
  };
}

export function windowNote(window: TimeWindow, complete: boolean, asOf: Date): WindowNote {
  return { ...window, settledUntil: settledUntil(window, asOf), complete };
}
