import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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

const READER = fileURLToPath(new URL('read-export.mjs', import.meta.url));

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
  ['powershell-list', 'utf-8', { culture: 'en-US', typeLine: true }, base, 150],
  ['powershell-list', 'utf-8', { culture: 'de-DE' }, base, 150],
  ['graph-page', 'utf-8', {}, base, 150],
  ['extended', 'utf-16le', {}, { ...base, messages: 18_500, maxRecipients: 3 }, 130],
  ['extended', 'utf-16le', { customData: false }, { ...base, messages: 32_000, maxRecipients: 3 }, 130],
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

async function read(path: string): Promise<Cost> {
  const { stdout } = await promisify(execFile)(process.execPath, [READER, path]);
  return JSON.parse(stdout) as Cost;
}
