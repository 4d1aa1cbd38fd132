import type { Evidence } from '#mailflow/bounce/classify.js';

export type BatchId = string | number | null;

export type BatchItem =
  | { readonly kind: 'reply'; readonly id: BatchId; readonly evidence: Evidence }
  | { readonly kind: 'mail'; readonly id: BatchId; readonly path: string }
  | { readonly kind: 'broken'; readonly id: BatchId; readonly error: string };

/** The port cuts a line behind this many characters and one more. */
const LONGEST_LINE = 1_048_576;
const EXPECTED =
  'give a JSON object with "id" and "text" or "path", as {"id": 1, "text": "550 5.1.1 User unknown"}';

/** One line of `explain --batch`. Never throws; a broken line keeps its id where it has one. */
export function readBatchLine(line: string): BatchItem {
  if (line.length > LONGEST_LINE)
    return {
      kind: 'broken',
      id: null,
      error: 'The line is too long; give at most a million characters.',
    };
  const value = parseJson(line);
  if (value === undefined) return { kind: 'broken', id: null, error: `The line is no JSON; ${EXPECTED}` };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'broken', id: null, error: `The line is JSON, but no object; ${EXPECTED}` };
  const id = idOf(value);
  const text = 'text' in value ? value.text : undefined;
  const path = 'path' in value ? value.path : undefined;
  const event = 'event' in value ? value.event : undefined;
  if (text === undefined && typeof path === 'string' && path !== '') return { kind: 'mail', id, path };
  if (typeof text !== 'string') {
    const what = text === undefined ? 'The line has neither "text" nor "path"' : '"text" is no text';
    return { kind: 'broken', id, error: `${what}; ${EXPECTED}` };
  }
  if (event === undefined || event === null) return { kind: 'reply', id, evidence: { text } };
  if (typeof event !== 'string')
    return { kind: 'broken', id, error: '"event" is no text; give a word of the trace, as "Defer"' };
  return { kind: 'reply', id, evidence: { text, event } };
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
