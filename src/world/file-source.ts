import { tmpdir } from 'node:os';

import type { TraceRequest } from '#cli/ports.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import { openFileTraceSource } from '#sources/files/file-trace-source.js';

export function fileSource(request: TraceRequest, signal: AbortSignal): Promise<TraceSource> {
  return openFileTraceSource({
    paths: request.files,
    standardInput: process.stdin,
    fileTimeZone: request.fileTimeZone,
    defaultTimeZone: 'UTC',
    dateOrder: request.dateOrder,
    temporaryDirectory: tmpdir(),
    signal,
  });
}
