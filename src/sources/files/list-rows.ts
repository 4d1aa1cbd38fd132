/** Rows of exports that have a row per delivery, or per message with all its recipients. */
import type { TraceEntry } from '#mailflow/trace/delivery.js';

import { cellAt, directionFrom, senderFrom, sizeFrom, textAt } from './cell.js';
import { copyText, WordCache } from './copied-text.js';
import type { Row } from './csv-rows.js';
import { outcomeWord } from './event-word.js';
import type { ExportDates } from './export-dates.js';
import type { ColumnPlaces, ListKind } from './export-kind.js';
import { splitOutcomes } from './recipient-list.js';
import { canonicalTraceId } from './trace-id.js';

/** What is wrong with a row, in words for a message; null when it was read. */
export type RowProblem = string | null;
export type AcceptEntry = (entry: TraceEntry) => void;
export type ReadListRow = (row: Row, accept: AcceptEntry) => RowProblem;

const MAX_STATUS_WORDS = 256;

export function listRowReader(kind: ListKind, places: ColumnPlaces, dates: ExportDates): ReadListRow {
  const words = new WordCache(MAX_STATUS_WORDS);
  const recipients = kind === 'enhanced-summary' ? joinedOutcomes : singleOutcome;
  return (row, accept) => {
    const receivedMs = dates.instant(cellAt(row, places.date));
    if (Number.isNaN(receivedMs)) return 'its date cannot be read';
    const outcomes = recipients(row, places);
    if (outcomes.length === 0) return 'it names no recipient';
    const message = messageFacts(row, places);
    for (const { recipient, status } of outcomes) {
      accept({ ...message, recipient, status: words.take(status), receivedAt: new Date(receivedMs) });
    }
    return null;
  };
}

interface Outcome {
  readonly recipient: string;
  readonly status: string;
}

function singleOutcome(row: Row, places: ColumnPlaces): readonly Outcome[] {
  const recipient = cellAt(row, places.recipient).trim();
  return recipient === '' ? [] : [{ recipient: copyText(recipient), status: cellAt(row, places.status) }];
}

function joinedOutcomes(row: Row, places: ColumnPlaces): readonly Outcome[] {
  return splitOutcomes(cellAt(row, places.recipient)).map(({ recipient, events }) => ({
    recipient: copyText(recipient),
    status: outcomeWord(events) ?? events.at(-1) ?? '',
  }));
}

function messageFacts(
  row: Row,
  places: ColumnPlaces,
): Omit<TraceEntry, 'recipient' | 'status' | 'receivedAt'> {
  return {
    messageTraceId: canonicalTraceId(textAt(row, places.traceId) ?? ''),
    messageId: textAt(row, places.messageId),
    sender: senderFrom(cellAt(row, places.sender)),
    subject: textAt(row, places.subject),
    sizeBytes: sizeFrom(cellAt(row, places.size)),
    fromIp: textAt(row, places.fromIp),
    toIp: textAt(row, places.toIp),
    directionHint: directionFrom(cellAt(row, places.direction)),
    events: null,
  };
}
