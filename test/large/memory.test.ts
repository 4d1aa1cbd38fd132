import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { encodeText, type Encoding } from '../generator/encoding.js';
import {
  expectedCounts,
  type ExportKind,
  type ExportStyle,
  PLAIN_STYLE,
  writeExport,
} from '../generator/exports.js';
import { population, type PopulationOptions } from '../generator/population.js';
import { BIN, startProgram } from '../scenarios/run-mailcheck.js';
import { IDLE_SECRETS } from '../secrets/secret-variables.js';

const MEMORY_PROBE = fileURLToPath(new URL('memory-probe.cjs', import.meta.url));

interface Cost {
  readonly counts: Readonly<Record<string, number>>;
  readonly gaps: number;
  readonly seconds: number;
  readonly peakMiB: number;
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-large-'));
});
afterAll(() => rm(folder, { recursive: true }));

const base: PopulationOptions = {
  seed: 7,
  messages: 1_000_000,
  newest: new Date('2026-06-20T09:30:00Z'),
  stepSeconds: 1,
  maxRecipients: 1,
  awkward: true,
};

test.each([
  ['powershell-list', 'utf-8', { culture: 'en-US', typeLine: true }, base, 250],
  ['powershell-list', 'utf-8', { culture: 'de-DE' }, base, 250],
  ['graph-page', 'utf-8', {}, base, 250],
  ['extended', 'utf-16le', {}, { ...base, messages: 18_500, maxRecipients: 3 }, 150],
  ['extended', 'utf-16le', { customData: false }, { ...base, messages: 32_000, maxRecipients: 3 }, 150],
] as const)('%s in %s %o stays small', async (kind, encoding, style, options, limitMiB) => {
  const path = await write(kind, encoding, style, options);
  const cost = await read(path);
  const { size } = await stat(path);
  console.log(kind, style, {
    megabytes: Math.round(size / 1e6),
    seconds: cost.seconds,
    peakMiB: cost.peakMiB,
  });
  expect(Object.entries(cost.counts).sort()).toEqual([...expectedCounts(kind, population(options))].sort());
  expect(cost.gaps).toBe(0);
  expect(cost.peakMiB).toBeLessThan(limitMiB);
});

async function write(
  kind: ExportKind,
  encoding: Encoding,
  style: Partial<ExportStyle>,
  options: PopulationOptions,
): Promise<string> {
  const path = join(folder, 'export');
  const pieces = encodeText(writeExport(kind, population(options), { ...PLAIN_STYLE, ...style }), encoding);
  await pipeline(Readable.from(gathered(pieces)), createWriteStream(path));
  return path;
}

/** Many small pieces cost more than the writing. */
function* gathered(pieces: Iterable<Buffer>): Generator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < 1_048_576) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  yield Buffer.concat(held);
}

/** The whole program, as a user runs it: each row once, and the most memory that it ever held. */
async function read(path: string): Promise<Cost> {
  const start = process.hrtime.bigint();
  const args = ['trace', '--file', path, '--format', 'ndjson', '--quiet'];
  const { stdout, stderr } = startProgram(process.execPath, ['--require', MEMORY_PROBE, BIN, ...args], {
    ...{ args, env: { ...IDLE_SECRETS, MAILCHECK_HOME: join(folder, 'home') } },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (stdout === null || stderr === null) throw new Error('both streams are pipes here');
  const counts: Record<string, number> = {};
  let last = '';
  for await (const line of createInterface({ input: stdout })) {
    last = line;
    const status = /"status":"([^"]*)"/u.exec(line)?.[1];
    if (status !== undefined) counts[status] = (counts[status] ?? 0) + 1;
  }
  const peakMiB = Number(await text(stderr));
  const { incomplete } = JSON.parse(last) as { incomplete: unknown[] };
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { counts, gaps: incomplete.length, seconds, peakMiB };
}
