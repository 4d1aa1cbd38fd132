/** The formats by name. A new one is a file beside this and a line here; it is loaded when it is asked for. */
import type { WriterFactory } from './writer-spec.js';

type Load = () => Promise<WriterFactory>;

export const WRITERS = {
  table: async () => (await import('./screen-writer.js')).createTableWriter,
  json: async () => (await import('./json.js')).createJsonWriter,
  ndjson: async () => (await import('./ndjson.js')).createNdjsonWriter,
  csv: async () => (await import('./csv.js')).createCsvWriter,
  markdown: async () => (await import('./markdown.js')).createMarkdownWriter,
} satisfies Readonly<Record<string, Load>>;

export type Format = keyof typeof WRITERS;

export function isFormat(word: string): word is Format {
  return Object.hasOwn(WRITERS, word);
}

export const FORMATS: readonly Format[] = Object.keys(WRITERS).filter(isFormat);
