/** Rows of saved Graph answers, and of cmdlet output that was saved as JSON. */
import { utcClock } from '#mailflow/time-zone.js';
import { copyText, WordCache } from '#sources/rows/copied-text.js';

import { keptText, senderFrom } from './cell.js';
import { ExportDates } from './export-dates.js';
import type { AcceptEntry, RowProblem } from './list-rows.js';
import { canonicalTraceId } from './trace-id.js';

export type ReadGraphRow = (text: string, accept: AcceptEntry) => RowProblem;

type Field =
  | 'traceId'
  | 'messageId'
  | 'sender'
  | 'recipient'
  | 'subject'
  | 'received'
  | 'status'
  | 'size'
  | 'fromIp'
  | 'toIp';

/** Names in lower case: Graph and PowerShell differ in case, and in three names. */
const FIELD_BY_NAME: ReadonlyMap<string, Field> = new Map([
  ['id', 'traceId'],
  ['messagetraceid', 'traceId'],
  ['messageid', 'messageId'],
  ['senderaddress', 'sender'],
  ['recipientaddress', 'recipient'],
  ['subject', 'subject'],
  ['receiveddatetime', 'received'],
  ['received', 'received'],
  ['status', 'status'],
  ['size', 'size'],
  ['fromip', 'fromIp'],
  ['toip', 'toIp'],
]);

const MAX_STATUS_WORDS = 256;

export function graphRowReader(): ReadGraphRow {
  const words = new WordCache(MAX_STATUS_WORDS);
  const dates = new ExportDates(null, utcClock);
  return (text, accept) => {
    const fields = parseFields(text);
    if (fields === null) return 'it is no valid JSON';
    const word = (field: Field) => textOf(fields.get(field));
    const receivedMs = instantOf(word('received'), dates);
    if (Number.isNaN(receivedMs)) return 'its date cannot be read';
    const recipient = word('recipient').trim();
    if (recipient === '') return 'it names no recipient';
    accept({
      messageTraceId: canonicalTraceId(copyText(word('traceId'))),
      messageId: keptText(word('messageId')),
      sender: senderFrom(word('sender')),
      recipient: copyText(recipient),
      subject: keptText(word('subject')),
      receivedAt: new Date(receivedMs),
      sizeBytes: sizeOf(fields.get('size')),
      fromIp: keptText(word('fromIp')),
      toIp: keptText(word('toIp')),
      status: words.take(word('status')),
      directionHint: null,
      events: null,
    });
    return null;
  };
}

/** Known names only, in a map: a row may name `__proto__`. */
function parseFields(text: string): ReadonlyMap<Field, unknown> | null {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return null;
  const fields = new Map<Field, unknown>();
  for (const [name, content] of Object.entries(value)) {
    const field = FIELD_BY_NAME.get(name.toLowerCase());
    if (field !== undefined) fields.set(field, content);
  }
  return fields;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function instantOf(text: string, dates: ExportDates): number {
  // Windows PowerShell writes a date as milliseconds since 1970.
  const milliseconds = /^\/Date\((\d{1,15})\)\/$/.exec(text)?.[1];
  return milliseconds === undefined ? dates.instant(text) : Number(milliseconds);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function sizeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
