/** Rows of exports that have a row per event: each event goes to every recipient that the row names. */
import { cellAt, directionFrom, sizeFrom, textAt } from './cell.js';
import { copyText } from './copied-text.js';
import type { Row } from './csv-rows.js';
import type { EventLedger } from './event-ledger.js';
import type { EventFacts } from './event-record.js';
import { eventKey, meaningOf, replacesRecipient } from './event-word.js';
import type { ExportDates } from './export-dates.js';
import type { ColumnPlaces, EventKind } from './export-kind.js';
import type { RowProblem } from './list-rows.js';
import { splitRecipients, splitStatuses } from './recipient-list.js';
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
    const word = copyText(cellAt(row, places.event).trim().slice(0, MAX_WORD_LENGTH));
    if (word === '') return 'it names no event';
    const facts = factsOf(row, places, word);
    if (facts.traceId === null && facts.messageId === null) return 'it names no message';
    const recipients = splitRecipients(cellAt(row, places.recipient), separator);
    const replaced = replacesRecipient(word)
      ? splitRecipients(cellAt(row, places.relatedRecipient), separator)
      : [];
    const texts = eventTexts(row, places, word, recipients.length);
    const data = cellAt(row, places.data).slice(0, MAX_EVENT_TEXT_LENGTH);
    const record = (description: string, isOwn: boolean) => ({
      atMs,
      word,
      description,
      data,
      isOwn,
    });
    recipients.forEach((recipient, place) => {
      ledger.add({ ...facts, recipient }, record(texts[place] ?? '', replaced.length === 0));
    });
    for (const recipient of replaced) ledger.add({ ...facts, recipient }, record('', true));
    if (recipients.length + replaced.length === 0) ledger.add(facts, record(texts[0] ?? '', true));
    return null;
  };
}

/** The recipient is left empty: a row may name several, or none. */
function factsOf(row: Row, places: ColumnPlaces, word: string): EventFacts {
  const sender = cellAt(row, places.sender).trim();
  return {
    traceId: canonicalTraceId(cellAt(row, places.traceId).trim()),
    messageId: textAt(row, places.messageId),
    sender: sender === '' ? null : sender.replace(/^<>$/, ''),
    recipient: '',
    subject: textAt(row, places.subject),
    sizeBytes: sizeFrom(cellAt(row, places.size)),
    fromIp: textAt(row, places.fromIp),
    // Only on the way out is the server at the other end that of the next hop.
    toIp: eventKey(word) === 'SENDEXTERNAL' ? textAt(row, places.toIp) : null,
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
