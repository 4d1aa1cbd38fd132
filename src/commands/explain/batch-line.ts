import type { Evidence } from '#mailflow/bounce/classify.js';

export type BatchId = string | number | null;

export type BatchItem =
  | { readonly ok: true; readonly id: BatchId; readonly evidence: Evidence }
  | { readonly ok: false; readonly id: BatchId; readonly expected: string };

const EXPECTED = 'a JSON object with "id" and "text", as {"id": 1, "text": "550 5.1.1 User unknown"}';

/** One line of `explain --batch`. Never throws; a broken line keeps its id where it has one. */
export function readBatchLine(line: string): BatchItem {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null) return { ok: false, id: null, expected: EXPECTED };
  const id = idOf(value);
  const text = 'text' in value ? value.text : undefined;
  const event = 'event' in value ? value.event : undefined;
  if (typeof text !== 'string') return { ok: false, id, expected: EXPECTED };
  if (event === undefined || event === null) return { ok: true, id, evidence: { text } };
  if (typeof event !== 'string') return { ok: false, id, expected: '"event" as text, as "Defer"' };
  return { ok: true, id, evidence: { text, event } };
}

function idOf(value: object): BatchId {
  const id = 'id' in value ? value.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
