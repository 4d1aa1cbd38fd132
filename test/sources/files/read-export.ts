/** Reads exports the way a command does and gathers all that came. */
import { Readable } from 'node:stream';

import type { Gap } from '#mailflow/finding.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import type { TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';
import { type FileTraceOptions, openFileTraceSource } from '#sources/files/file-trace-source.js';

const EVERYTHING: TraceQuery = {
  window: null,
  senders: [],
  recipients: [],
  subject: null,
  messageIds: [],
  messageTraceIds: [],
  statuses: [],
};

interface Answer {
  readonly entries: readonly TraceEntry[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}

export async function readPaths(
  paths: readonly string[],
  options: Partial<FileTraceOptions> = {},
): Promise<Answer> {
  const source = await openFileTraceSource({
    paths,
    standardInput: Readable.from([]),
    fileTimeZone: null,
    defaultTimeZone: 'UTC',
    dateOrder: null,
    temporaryDirectory: '/nonexistent',
    signal: new AbortController().signal,
    ...options,
  });
  return answerOf(source);
}

/** Reads text or bytes as standard input. */
export function readInput(
  content: string | Buffer,
  options: Partial<FileTraceOptions> = {},
): Promise<Answer> {
  return readPaths(['-'], { standardInput: Readable.from([Buffer.from(content)]), ...options });
}

export async function answerOf(source: TraceSource): Promise<Answer> {
  const entries: TraceEntry[] = [];
  const gaps: Gap[] = [];
  const notes: string[] = [];
  for await (const batch of source.deliveries(EVERYTHING, new AbortController().signal)) {
    entries.push(...batch.entries);
    gaps.push(...batch.gaps);
    notes.push(...batch.notes);
  }
  return { entries, gaps, notes };
}

export function countsByStatus(entries: readonly TraceEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of entries) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}
