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
import type { Topic } from '#cli/topic.js';
import { COMMANDS } from '#commands/index.js';
import { pageWidth } from '#terminal/width.js';

export async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv[0] === '--version' || argv[0] === '-V') return print(`${await ownVersion()}\n`);
  return asksForOverview(argv) ? print(await overview()) : runWith(argv);
}

/** A version number and the first page of the help must cost no more than Node itself, so they load next to nothing. */
function asksForOverview(argv: readonly string[]): boolean {
  return argv.length === 0 || (argv.length === 1 && ['help', '--help', '-h'].includes(argv[0] ?? ''));
}

async function overview(): Promise<string> {
  const [{ renderOverview }, { TOPICS }] = await Promise.all([
    import('#cli/overview.js'),
    import('#commands/topics/index.js'),
  ]);
  const { isTTY: isTty, columns } = process.stdout;
  return renderOverview(COMMANDS, TOPICS, pageWidth({ asked: null, isTty, columns, env: process.env }));
}

/** Everything else is loaded here. */
async function runWith(argv: readonly string[]): Promise<number> {
  loadAhead(argv[0]);
  const [{ runProgram }, { buildWorld }] = await Promise.all([
    import('#cli/program.js'),
    import('./world/build-world.js'),
  ]);
  const topics = async (): Promise<readonly Topic[]> => (await import('#commands/topics/index.js')).TOPICS;
  const { world, dispose } = buildWorld({ entries: COMMANDS, topics });
  const code = await runProgram(argv, world).catch(async (bug: unknown) => {
    await dispose();
    throw bug;
  });
  const fault = await dispose();
  // A fault of the last write was not there yet when the answer was given; an earlier one has its code already.
  return fault === null || code !== 0 ? code : cannotPrint(fault);
}

/** The frame and the command are read from the disk at once: nearly always the first word names it. */
function loadAhead(word: string | undefined): void {
  // What is wrong with it is told when it is loaded in earnest.
  void COMMANDS.find(({ words }) => words.length === 1 && words[0] === word)
    ?.load()
    .catch(() => undefined);
}

async function print(text: string): Promise<number> {
  const fault = await new Promise<unknown>((resolve) => {
    process.stdout.once('error', resolve);
    process.stdout.write(text, (error) => resolve(error ?? null));
  });
  return fault === null || isReaderGone(fault) ? 0 : cannotPrint(fault);
}

/** As `head` leaves when it has read enough. */
function isReaderGone(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && (fault.code === 'EPIPE' || fault.code === 'EOF');
}

const ANSWER_NOT_PRINTED = 3;

function cannotPrint(fault: unknown): number {
  process.stderr.once('error', () => undefined);
  process.stderr.write(`mailcheck: ${fault instanceof Error ? fault.message : 'standard output failed'}\n`);
  return ANSWER_NOT_PRINTED;
}

async function ownVersion(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && 'version' in value
    ? String(value.version)
    : 'unknown';
}
