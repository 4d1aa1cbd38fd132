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
  return argv[0] === '--version' || argv[0] === '-V' ? printVersion() : runWith(argv);
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
  const code = await runProgram(argv, world).catch(async (bug: unknown) => {
    await dispose();
    throw bug;
  });
  const fault = await dispose();
  // A fault of the last write was not there yet when the answer was given; an earlier one has its code already.
  return fault === null || code !== 0 ? code : cannotPrint(fault);
}

async function printVersion(): Promise<number> {
  const version = await ownVersion();
  const fault = await new Promise<unknown>((resolve) => {
    process.stdout.once('error', resolve);
    process.stdout.write(`${version}\n`, (error) => resolve(error ?? null));
  });
  return fault === null ? 0 : cannotPrint(fault);
}

const ANSWER_NOT_PRINTED = 3;

function cannotPrint(fault: unknown): number {
  process.stderr.once('error', () => undefined);
  process.stderr.write(`mailcheck: ${fault instanceof Error ? fault.message : 'standard output failed'}\n`);
  return ANSWER_NOT_PRINTED;
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && 'version' in value
    ? String(value.version)
    : 'unknown';
}
