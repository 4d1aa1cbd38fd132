// What reading the log of a relay costs: `npm run bench:relay-logs [lines]`. Lines per second, peak memory, and the ratio to
// programs that everybody has (`grep -c`) or may have (`pflogsumm`, when it is on the PATH).
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

import { RELAY_FORMATS } from '#sources/relay/relay-formats.js';

import { relayLogLines } from './relay-log-lines.mjs';

const LOGS = ['postfix-log', 'postfix-log-rfc3339', 'exim-log'];
const CONTEXT = { asOf: new Date('2026-06-03T00:00:00Z'), timeZone: 'UTC' };
const [task, path] = process.argv.slice(2);

if (task === 'read' && path !== undefined) await read(path);
else await compare(Number(task ?? 1_000_000));

async function compare(lines) {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-bench-'));
  try {
    for (const kind of LOGS) await compareOne(kind, lines, join(folder, kind));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareOne(kind, lines, file) {
  await write(file, kind, lines);
  const { size } = await stat(file);
  console.log(`${kind}: ${lines} lines, ${(size / 2 ** 20).toFixed(0)} MiB`);
  const half = `${file}.half`;
  await write(half, kind, lines / 2);
  // The first run warms the cache of files for all.
  timed('grep -c', 'grep', ['-c', 'status=', file]);
  const grepMs = timed('grep -c', 'grep', ['-c', 'status=', file]);
  const ours = JSON.parse(run(process.execPath, [fileURLToPath(import.meta.url), 'read', file]));
  const ofHalf = JSON.parse(run(process.execPath, [fileURLToPath(import.meta.url), 'read', half]));
  console.log(
    `  read: ${ours.ms.toFixed(0)} ms, ${Math.round((lines / ours.ms) * 1000).toLocaleString('en')} lines/s, ` +
      `${(ours.ms / grepMs).toFixed(1)} times grep -c (${grepMs.toFixed(0)} ms)`,
  );
  console.log(`  states: ${JSON.stringify(ours.byState)}, broken: ${ours.broken}`);
  console.log(
    `  peak memory: ${ours.peakMiB} MiB; of half the lines ${ofHalf.peakMiB} MiB; before the first line ${ours.startMiB} MiB`,
  );
  if (kind === 'postfix-log') {
    const theirsMs = timed('pflogsumm', 'pflogsumm', ['--detail=0', file]);
    if (theirsMs !== null)
      console.log(`  pflogsumm: ${theirsMs.toFixed(0)} ms, ${(theirsMs / ours.ms).toFixed(1)} times ours`);
  }
}

async function read(file) {
  const format = RELAY_FORMATS.find(({ name }) => file.replace(/\.half$/, '').includes(`/${name}`));
  const startMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
  const startedAt = performance.now();
  const reader = format.open(CONTEXT);
  const byState = {};
  const count = (mails) => {
    for (const { state } of mails) byState[state] = (byState[state] ?? 0) + 1;
  };
  for await (const piece of createReadStream(file, 'utf8')) count(reader.text(piece));
  count(reader.end());
  const ms = performance.now() - startedAt;
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ ms, byState, broken: reader.report().broken, startMiB, peakMiB }));
}

async function write(file, kind, lines) {
  const stream = createWriteStream(file);
  for (const block of relayLogLines(kind, lines)) {
    if (!stream.write(block)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  await new Promise((resolve) => stream.end(resolve));
}

function run(command, args) {
  return spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout;
}

/** Null when there is no such program. */
function timed(name, command, args) {
  const startedAt = performance.now();
  // grep stops at the first match when nobody reads what it writes.
  const { error } = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 300_000 });
  if (error?.code === 'ENOENT') return null;
  if (error !== undefined) throw new Error(`${name} failed`, { cause: error });
  return performance.now() - startedAt;
}
