// Reads one export with the built source, alone in its process, and tells what that cost.
import { tmpdir } from 'node:os';
import process from 'node:process';

import { openFileTraceSource } from '#sources/files/file-trace-source.js';

const everything = {
  window: null,
  senders: [],
  recipients: [],
  subject: null,
  messageIds: [],
  messageTraceIds: [],
  statuses: [],
};
const { signal } = new globalThis.AbortController();
const start = process.hrtime.bigint();
const source = await openFileTraceSource({
  paths: [process.argv[2]],
  standardInput: process.stdin,
  fileTimeZone: null,
  defaultTimeZone: 'UTC',
  dateOrder: null,
  temporaryDirectory: tmpdir(),
  signal,
});
const counts = {};
let gaps = 0;
for await (const batch of source.deliveries(everything, signal)) {
  gaps += batch.gaps.length;
  for (const { status } of batch.entries) counts[status] = (counts[status] ?? 0) + 1;
}
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const peakMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ counts, gaps, seconds, peakMiB }));
