/** The formats by name. A new one is a file beside this and a line here; it is loaded when it is asked for. */
import type { WriterFactory } from './writer-spec.js';

type Load = () => Promise<WriterFactory>;

/** Those that show what was found, whatever the command. */
const SHOWING = {
  table: async () => (await import('./screen-writer.js')).createTableWriter,
  json: async () => (await import('./json.js')).createJsonWriter,
  ndjson: async () => (await import('./ndjson.js')).createNdjsonWriter,
  csv: async () => (await import('./csv.js')).createCsvWriter,
  markdown: async () => (await import('./markdown.js')).createMarkdownWriter,
} satisfies Readonly<Record<string, Load>>;

/** Those that tell a verdict, for commands that reach one. */
const JUDGING = {
  nagios: async () => (await import('./nagios.js')).createNagiosWriter,
  junit: async () => (await import('./junit.js')).createJunitWriter,
  openmetrics: async () => (await import('./openmetrics.js')).createOpenMetricsWriter,
  github: async () => (await import('./github.js')).createGithubWriter,
} satisfies Readonly<Record<string, Load>>;

export const WRITERS = { ...SHOWING, ...JUDGING };

export type Format = keyof typeof WRITERS;

export function isFormat(word: string): word is Format {
  return Object.hasOwn(WRITERS, word);
}

export const FORMATS: readonly Format[] = Object.keys(WRITERS).filter(isFormat);
export const SHOWING_FORMATS: readonly Format[] = Object.keys(SHOWING).filter(isFormat);

/** A verdict goes to places that keep it and that many may read, so it names no person unless it is told to. */
export function isJudging(format: Format): boolean {
  return Object.hasOwn(JUDGING, format);
}

/**
 * Whether a run that failed still writes its file. A build that finds no file, or that of an earlier run, may call it
 * green, and a monitor that is handed a file must learn that nothing is known. Metrics stay as they were, so that their
 * time of success grows old; nobody wants half an answer in place of the last whole one.
 */
export function tellsFailure(format: Format): boolean {
  return format === 'nagios' || format === 'junit' || format === 'github';
}

/** Metrics hold numbers and names of ours alone, and the collector that reads the file is another user of the machine. */
export function isForEveryone(format: Format): boolean {
  return format === 'openmetrics';
}
