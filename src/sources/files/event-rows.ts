/** Rows of exports that have a row per event: each event goes to every recipient that the row names. */
import type { Row } from '#sources/rows/csv-rows.js';
import { splitRecipients, splitStatuses } from '#sources/rows/recipient-list.js';

import { cellAt, directionFrom, sizeFrom } from './cell.js';
import { type EventLedger, WHOLE_MESSAGE } from './event-ledger.js';
import type { EventFacts } from './event-record.js';
import { eventKey, meaningOf, replacesRecipient } from './event-word.js';
import type { ExportDates } from './export-dates.js';
import type { ColumnPlaces, EventKind } from './export-kind.js';
import type { RowProblem } from './list-rows.js';
import { canonicalTraceId } from './trace-id.js';

export type ReadEventRow = (row: Row) => RowProblem;

const MAX_WORD_LENGTH = 256;
/** Characters of one event's text; replies have 512, records a few thousand. */
const MAX_EVENT_TEXT_LENGTH = 16_384;

const SEMICOLON = /;/;
/** A tracking log exported from a shell has its recipients joined in whichever way the admin chose. */
const ANY_SEPARATOR = /[;,\s]/;

export function eventRowReader(
  kind: EventKind,
  places: ColumnPlaces,
  dates: ExportDates,
  ledger: EventLedger,
): ReadEventRow {
  const separator = kind === 'tracking-log' ? ANY_SEPARATOR : SEMICOLON;
  return (row) => {
    const atMs = dates.instant(cellAt(row, places.date));
    if (Number.isNaN(atMs)) return 'its date cannot be read';
    const word = cellAt(row, places.event).trim().slice(0, MAX_WORD_LENGTH);
    if (word === '') return 'it names no event';
    const facts = factsOf(row, places, word);
    if (facts.traceId === null && facts.messageId === null) return 'it names no message';
    const recipients = splitRecipients(cellAt(row, places.recipient), separator);
    const related = replacesRecipient(word) ? cellAt(row, places.relatedRecipient) : '';
    const replaced = splitRecipients(related, separator);
    const texts = eventTexts(row, places, word, recipients.length);
    const data = cellAt(row, places.data).slice(0, MAX_EVENT_TEXT_LENGTH);
    const isOwn = replaced.length === 0;
    recipients.forEach((recipient, place) => {
      ledger.add(recipient, facts, { atMs, word, description: texts[place] ?? '', data, isOwn });
    });
    const whole = { atMs, word, description: texts[0] ?? '', data, isOwn: true };
    if (recipients.length === 0 && isOwn) ledger.add(WHOLE_MESSAGE, facts, whole);
    for (const recipient of replaced) ledger.add(recipient, facts, whole);
    return null;
  };
}

/** Goes into the ledger at once, so nothing is copied. */
function factsOf(row: Row, places: ColumnPlaces, word: string): EventFacts {
  const sender = cellAt(row, places.sender).trim();
  return {
    traceId: canonicalTraceId(cellAt(row, places.traceId).trim()),
    messageId: cellAt(row, places.messageId) || null,
    sender: sender === '' ? null : sender.replace(/^<>$/, ''),
    subject: cellAt(row, places.subject) || null,
    sizeBytes: sizeFrom(cellAt(row, places.size)),
    fromIp: cellAt(row, places.fromIp) || null,
    // Only on the way out is the server at the other end that of the next hop.
    toIp: eventKey(word) === 'SENDEXTERNAL' ? cellAt(row, places.toIp) || null : null,
    direction: directionFrom(cellAt(row, places.direction)),
  };
}

/** The text of the event for each recipient; only outcomes have one worth its memory in reports that say it per recipient. */
function eventTexts(row: Row, places: ColumnPlaces, word: string, count: number): readonly string[] {
  const detail = cellAt(row, places.detail).slice(0, MAX_EVENT_TEXT_LENGTH);
  const statuses = cellAt(row, places.recipientStatus).slice(0, MAX_EVENT_TEXT_LENGTH);
  if (places.recipientStatus === -1) return Array.from({ length: Math.max(1, count) }, () => detail);
  if (!meaningOf(word).isOutcome) return [];
  return splitStatuses(statuses, Math.max(1, count)).map((status) => (status === '' ? detail : status));
}
