/**
 * The frame: argv → command → options → rows → writers → exit code. It knows no command, no source and no stream; it is
 * the one place that turns failures into words and numbers.
 */
import { Failure } from '#failure.js';
import { failureText } from '#render/failure-text.js';
import type { Format } from '#render/formats.js';
import type { ErrorNote } from '#render/writer.js';

import type { Request } from './arguments.js';
import { parseArguments } from './arguments.js';
import type { Command } from './command.js';
import { readCommonOptions, refuseIdleDrillFlags, wishedFormat, wishesRedaction } from './common-options.js';
import { outcomeOfFailure, pluginCode } from './exit-code.js';
import { firstRunHint } from './first-run.js';
import { type RawArguments, readFlag } from './flag.js';
import { COMMON_FLAGS, drillFlag, tenantFlag } from './flags.js';
import { profileFlag } from './login-flags.js';
import { errorEnvelope, errorNoteOf, openDrain } from './output.js';
import type { ParseContext } from './parse-context.js';
import type { Topic } from './topic.js';
import type { FoundProfile, World } from './world.js';

export async function runProgram(argv: readonly string[], world: World): Promise<number> {
  const format = wishedFormat(argv);
  const hides = wishesRedaction(argv, format);
  // A plugin says it on standard output, once; some monitors read standard error as part of the answer.
  const report =
    format === 'nagios' ? outcomeCode : (failure: Failure) => reportFailure(failure, { world, hides });
  const code = await runRequest(argv, world, report).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    const text = await failureAnswer(error, format, { world, hides });
    await world.stdout.write(text).catch(() => undefined);
    return report(error);
  });
  return format === 'nagios' ? pluginCode(code) : code;
}

type Report = (failure: Failure) => Promise<number>;

function outcomeCode(failure: Failure): Promise<number> {
  return Promise.resolve(outcomeOfFailure(failure.kind).exitCode);
}

interface Telling {
  readonly world: World;
  /** Addresses are withheld. */
  readonly hides: boolean;
}

/** A failure repeats what was given, and what a service answered; the log of a build is read by as many as its verdict. */
async function noteOf(failure: Failure, { world, hides }: Telling): Promise<ErrorNote> {
  const note = errorNoteOf(failure);
  if (!hides) return note;
  const { createRedactor } = await import('#render/redact.js');
  return createRedactor(await world.keyedHash()).value(note);
}

/** What standard output gets where no command could be asked. */
async function failureAnswer(failure: Failure, format: Format | null, telling: Telling): Promise<string> {
  if (format !== 'json' && format !== 'nagios') return '';
  const note = await noteOf(failure, telling);
  if (format === 'json') return errorEnvelope(failure, note, telling.world.now());
  const { nagiosFailure } = await import('#render/nagios.js');
  return nagiosFailure(note.message, note.remedy);
}

async function runRequest(argv: readonly string[], world: World, report: Report): Promise<number> {
  const request = await parseArguments(argv, world.entries);
  return answer(request, world, report);
}

async function answer(request: Request, world: World, report: Report): Promise<number> {
  switch (request.kind) {
    case 'help':
      await world.stdout.write(await helpText(request.words, world));
      return 0;
    case 'command':
      return runCommand(request, world, report);
  }
}

async function runCommand(
  request: Extract<Request, { kind: 'command' }>,
  world: World,
  report: Report,
): Promise<number> {
  const { command, raw: given } = request;
  const context: ParseContext = { now: world.now(), localTimeZone: world.localTimeZone };
  const profile = await profileOf(request, context, world);
  const raw = profile === null ? given : await withProfile(command, given, profile);
  const common = readCommonOptions(raw, context, command, profile?.named ?? null);
  if (!command.words.includes('drill')) refuseIdleDrillFlags(common);
  const work = command.prepare(raw, context);
  const open = await world.openPorts(common, command.words.join(' '));
  try {
    const drain = openDrain({ command, common, world, drill: open.drill, report });
    return await work(open.ports, drain);
  } finally {
    await open.close();
  }
}

/** Only whoever asks a service needs one; a drill is a tenant of its own. */
async function profileOf(
  { command, raw }: Extract<Request, { kind: 'command' }>,
  context: ParseContext,
  world: World,
): Promise<FoundProfile | null> {
  const asksServices = (command.commonFlags ?? COMMON_FLAGS).includes(profileFlag);
  const isDrill = readFlag(raw, drillFlag, context) !== null;
  if (!asksServices || isDrill || command.managesProfiles === true) return null;
  return world.profile({
    name: readFlag(raw, profileFlag, context),
    tenant: readFlag(raw, tenantFlag, context),
  });
}

async function withProfile(
  command: Command,
  raw: RawArguments,
  profile: FoundProfile,
): Promise<RawArguments> {
  const { addFlagsOfProfile } = await import('./profile-flags.js');
  return addFlagsOfProfile(command, raw, profile);
}

async function reportFailure(failure: Failure, telling: Telling): Promise<number> {
  const { world } = telling;
  // Where stderr is full there is nobody left to tell; the exit code still says it.
  const hint = firstRunHint({ failure, entries: world.entries, variables: world.watchedVariables() }) ?? '';
  const text = failureText(await noteOf(failure, telling), world.widthColumns) + hint;
  await world.stderr.write(text).catch(() => undefined);
  return outcomeOfFailure(failure.kind).exitCode;
}

/** Pages are read by who asks for one. */
async function helpText(words: readonly string[], world: World): Promise<string> {
  const [topics, { renderOverview }, { renderCommandHelp, renderTopic }] = await Promise.all([
    world.topics(),
    import('./overview.js'),
    import('./help.js'),
  ]);
  if (words.length === 0) return renderOverview(world.entries, topics, world.widthColumns);
  const topic = topics.find((candidate) => candidate.name === words.join('-'));
  if (topic !== undefined) return renderTopic(topic, world.widthColumns);
  const entry = world.entries.find((candidate) => candidate.words.join(' ') === words.join(' '));
  if (entry === undefined) throw unknownPage(words, topics);
  const command: Command = await entry.load();
  return renderCommandHelp(command, world.widthColumns);
}

function unknownPage(words: readonly string[], topics: readonly Topic[]): Failure {
  const names = topics.map((topic) => topic.name).join(', ');
  return new Failure('usage', `There is no help page "${words.join(' ')}".`, {
    remedy: `Give a command or one of ${names}, as mailcheck help outage`,
  });
}
