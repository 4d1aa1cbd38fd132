/**
 * mailcheck, from argv to exit code.
 *
 *   argv ─► cli ─► command: parse ─► run(ports) ─► rows and conclusion ─► render ─► terminal
 *                                      │    ▲
 *                                  sources  mailflow (pure: judges, counts, samples)
 *
 * This file and `world/` alone see everything: they build the real world (streams, clock, files, network, the simulated
 * tenant) and hand it to the frame in `cli`. Whatever is thrown and is no Failure leaves through `bin`, as a bug with
 * exit code 70.
 */
import { readFile } from 'node:fs/promises';

export async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv[0] === '--version' || argv[0] === '-V') {
    process.stdout.write(`${await ownVersion()}\n`);
    return 0;
  }
  return runWith(argv);
}

/** Everything else is loaded here: a version number must cost no more than Node itself. */
async function runWith(argv: readonly string[]): Promise<number> {
  const [{ runProgram }, { COMMANDS }, { TOPICS }, { buildWorld }] = await Promise.all([
    import('#cli/program.js'),
    import('#commands/index.js'),
    import('#commands/topics/index.js'),
    import('./world/build-world.js'),
  ]);
  const { world, dispose } = buildWorld({ entries: COMMANDS, topics: TOPICS });
  try {
    return await runProgram(argv, world);
  } finally {
    await dispose();
  }
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && 'version' in value
    ? String(value.version)
    : 'unknown';
}
