/**
 * mailcheck, from argv to exit code.
 *
 *   argv ─► cli ─► command: parse ─► run(ports) ─► rows and conclusion ─► render ─► terminal
 *                                      │    ▲
 *                                  sources  mailflow (pure: judges, counts, samples)
 *
 * This file alone sees everything: it builds the real world (streams, clock, files, network, the simulated tenant) and
 * hands it to the frame in `cli`. Whatever is thrown and is no Failure leaves through `bin`, as a bug with exit code 70.
 */
import { readFile } from 'node:fs/promises';

import { runProgram } from '#cli/program.js';
import { COMMANDS } from '#commands/index.js';
import { TOPICS } from '#commands/topics/index.js';

import { buildWorld } from './world/build-world.js';

export async function main(): Promise<number> {
  const { world, dispose } = buildWorld({ version: await ownVersion(), entries: COMMANDS, topics: TOPICS });
  try {
    return await runProgram(process.argv.slice(2), world);
  } finally {
    await dispose();
  }
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && 'version' in value ? String(value.version) : 'unknown';
}
