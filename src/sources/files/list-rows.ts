/** Rows of exports that have a row per delivery, or per message with all its recipients. */
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { copyText, WordCache } from '#sources/rows/copied-text.js';
import type { Row } from '#sources/rows/csv-rows.js';
import { splitOutcomes } from '#sources/rows/recipient-list.js';

import { cellAt, directionFrom, senderFrom, sizeFrom, textAt } from './cell.js';
import { outcomeWord } from './event-word.js';
import type { ExportDates } from './export-dates.js';
import type { ColumnPlaces, ListKind } from './export-kind.js';
import { canonicalTraceId } from './trace-id.js';

/** What is wrong with a row, in words for a message; null when it was read. */
export type RowProblem = string | null;
export type AcceptEntry = (entry: TraceEntry) => void;
export type ReadListRow = (row: Row, accept: AcceptEntry) => RowProblem;

const MAX_STATUS_WORDS = 256;

export function listRowReader(kind: ListKind, places: ColumnPlaces, dates: ExportDates): ReadListRow {
  const words = new WordCache(MAX_STATUS_WORDS);
  const outcomesOf = kind === 'enhanced-summary' ? joinedOutcomes : singleOutcome;
  return (row, accept) => {
    const receivedMs = dates.instant(cellAt(row, places.date));
    if (Number.isNaN(receivedMs)) return 'its date cannot be read';
    const outcomes = outcomesOf(row, places);
    if (outcomes.length === 0) return 'it names no recipient';
    for (const { recipient, status } of outcomes) {
      // One literal: to spread the message's facts into it takes ten times as long.
      accept({
        messageTraceId: canonicalTraceId(textAt(row, places.traceId) ?? ''),
        messageId: textAt(row, places.messageId),
        sender: senderFrom(cellAt(row, places.sender)),
        recipient: copyText(recipient),
        subject: textAt(row, places.subject),
        receivedAt: new Date(receivedMs),
        sizeBytes: sizeFrom(cellAt(row, places.size)),
        fromIp: textAt(row, places.fromIp),
        toIp: textAt(row, places.toIp),
        status: words.take(status),
        directionHint: directionFrom(cellAt(row, places.direction)),
        events: null,
      });
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
  return recipient === '' ? [] : [{ recipient, status: cellAt(row, places.status) }];
}

function joinedOutcomes(row: Row, places: ColumnPlaces): readonly Outcome[] {
  return splitOutcomes(cellAt(row, places.recipient)).map(({ recipient, events }) => ({
    recipient,
    status: outcomeWord(events) ?? events.at(-1) ?? '',
  }));
}
