/**
 * The real world behind the frame's ports: standard streams, files, the clock, the network, the simulated tenant. Only
 * `main` uses it; nothing here judges mail, and nothing outside it opens a file or a socket of its own accord.
 */
import type { CommandEntry } from '#cli/arguments.js';
import type { CommonOptions } from '#cli/common-options.js';
import type { ShellWords } from '#cli/shell-words.js';
import type { Topic } from '#cli/topic.js';
import type { OpenPorts, World } from '#cli/world.js';
import { Failure } from '#failure.js';
import type { KeyedHash } from '#render/redact.js';
import type { Page } from '#render/writer.js';
import { canRedraw, CLEAR_SCREEN } from '#terminal/screen.js';
import type { TextSink } from '#terminal/streams.js';
import { createTextSink } from '#terminal/streams.js';
import { colourEnabled, createStyle } from '#terminal/style.js';
import { pageWidth } from '#terminal/width.js';

import { isAttended } from './attended.js';
import { ownZone } from './own-zone.js';

export interface WorldFacts {
  readonly entries: readonly CommandEntry[];
  readonly topics: () => Promise<readonly Topic[]>;
}

export interface BuiltWorld {
  readonly world: World;
  /** Waits until all is written. Gives what kept standard output from taking it, or null. */
  readonly dispose: () => Promise<unknown>;
}

export function buildWorld(facts: WorldFacts): BuiltWorld {
  const stop = listenForStop();
  const stdout = createTextSink(process.stdout, { name: 'standard output', closesStream: false });
  const stderr = openedOnUse(() =>
    createTextSink(process.stderr, { name: 'standard error', closesStream: false }),
  );
  let hash: Promise<KeyedHash> | null = null;
  const world: World = {
    ...facts,
    now: () => new Date(),
    localTimeZone: ownZone,
    stdout,
    stderr,
    widthColumns: widthOf(process.stdout),
    page: pageOf,
    profile: async (asked) => {
      const { profileInForce } = await import('./profiles.js');
      return profileInForce(asked, process.env);
    },
    openPorts: async (options, command): Promise<OpenPorts> => {
      const { openPorts } = await import('./open-ports.js');
      const shellWords = async (): Promise<ShellWords> => {
        const { gatherShellWords } = await import('#cli/gather-shell-words.js');
        return gatherShellWords(facts.entries, await facts.topics());
      };
      return openPorts(options, { command, stderr, signal: stop.signal, shellWords });
    },
    watchedVariables: () => (isAttended(process.env) ? Object.keys(process.env) : null),
    createFile: async (path, readers) => (await import('./whole-file.js')).createWholeFile(path, readers),
    stepFiles: async () => (await import('./step-files.js')).openStepFiles(process.env),
    keyedHash: () => (hash ??= keyedHash()),
  };
  const dispose = async (): Promise<unknown> => {
    stop.forget();
    await stderr.end().catch(() => undefined);
    return stdout.end().then(
      () => null,
      (fault: unknown) => fault,
    );
  };
  return { world, dispose };
}

/** Most answers come without a word on standard error, and to open it takes as long as to read the flags. */
function openedOnUse(open: () => TextSink): TextSink {
  let opened: TextSink | null = null;
  const sink = (): TextSink => (opened ??= open());
  return {
    write: (text) => sink().write(text),
    end: async () => opened?.end(),
    isClosed: () => sink().isClosed(),
  };
}

/** A pipe has no width: nothing is cut there. COLUMNS, when exported, says otherwise. */
async function pageOf(options: CommonOptions): Promise<Page> {
  const isTty = process.stdout.isTTY;
  const coloured = colourEnabled({ choice: options.color, isTty, env: process.env });
  const asked = process.env['COLUMNS'] ?? '';
  return {
    widthColumns: isTty || asked !== '' ? widthOf(process.stdout) : Infinity,
    style: await createStyle(coloured),
    now: new Date(),
    timeZone: options.timeZone,
    ...(canRedraw({ isTty, env: process.env }) ? { redraw: CLEAR_SCREEN } : {}),
  };
}

function widthOf(stream: NodeJS.WriteStream): number {
  return pageWidth({ asked: null, isTty: stream.isTTY, columns: stream.columns, env: process.env });
}

interface Stop {
  readonly signal: AbortSignal;
  readonly forget: () => void;
}

/** The first signal stops the work, which then says so; a second one ends the process at once, as without us. */
function listenForStop(): Stop {
  const controller = new AbortController();
  const interrupted = (): void => {
    controller.abort(
      new Failure('interrupted', 'Interrupted.', {
        remedy: 'What was printed so far is not the whole answer.',
      }),
    );
  };
  const terminated = (): void => {
    controller.abort(
      new Failure('terminated', 'Terminated.', {
        remedy: 'What was printed so far is not the whole answer.',
      }),
    );
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', terminated);
  return {
    signal: controller.signal,
    forget: () => {
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', terminated);
    },
  };
}

/** A new key for each run: a pseudonym cannot be tried against a list of addresses. */
async function keyedHash(): Promise<KeyedHash> {
  const { createHmac, randomBytes } = await import('node:crypto');
  const key = randomBytes(32);
  return (text) => createHmac('sha256', key).update(text).digest('hex');
}
