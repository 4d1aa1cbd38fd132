/** A program that an admin named, started without a shell, its output read as it comes and its time bounded. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { Failure } from '#failure.js';

export interface CommandOptions {
  /** Aborted when the user stops the program; its reason is a Failure. */
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
  /** All of the environment that it gets. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StartedCommand {
  /** Ends early when the time is up; rejects with the reason of the signal when the user stops the program. */
  readonly output: AsyncIterable<Uint8Array>;
  /** To be asked when the output is over. Where it did not end well, the signal tells by then whether the user stopped it. */
  readonly end: () => Promise<CommandEnd>;
  /** Ends it, whatever it is doing. */
  readonly close: () => Promise<void>;
}

export interface CommandEnd {
  /** `timeout` when it was stopped because its time was up. */
  readonly how: 'exit' | 'signal' | 'timeout';
  /** Of `exit` its number, of `signal` the name of the signal. */
  readonly word: string;
  /** The beginning of what it said on stderr. Remote text. */
  readonly said: string;
}

/** Rejects with a configuration failure when there is no such program, or it may not be started. */
export async function startCommand(
  [program = '', ...args]: readonly string[],
  options: CommandOptions,
): Promise<StartedCommand> {
  const { signal, timeoutSeconds, env } = options;
  signal.throwIfAborted();
  const child = spawn(program, args, {
    ...{ env, shell: false, windowsHide: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const over = endOf(child);
  const said = collect(child.stderr);
  await once(child, 'spawn').catch((cause: unknown) => {
    throw notStarted(program, cause);
  });
  const state = { isLate: false };
  const stop = (): void => {
    child.kill('SIGTERM');
    // Our end is shut at once: a grandchild may hold the other one for ever.
    child.stdout.destroy();
    child.stderr.destroy();
    setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
  };
  const timer = setTimeout(() => {
    state.isLate = true;
    stop();
  }, timeoutSeconds * 1000);
  signal.addEventListener('abort', stop, { once: true });
  void over.then(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  });
  return {
    output: outputOf(child.stdout, () => {
      signal.throwIfAborted();
      return state.isLate;
    }),
    end: async () => {
      const { how, word } = await over;
      if (how !== 'exit' || word !== '0')
        await delay(OWN_SIGNAL_MS, undefined, { signal }).catch(() => undefined);
      return { how: state.isLate ? 'timeout' : how, word, said: said() };
    },
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) stop();
      await over;
    },
  };
}

const KILL_AFTER_MS = 2_000;
/** Ctrl-C reaches the program and us; which of both is told first is a matter of luck. */
const OWN_SIGNAL_MS = 250;
const MOST_SAID = 4_096;

async function* outputOf(stdout: Readable, isStopped: () => boolean): AsyncGenerator<Uint8Array> {
  try {
    for await (const block of stdout) if (block instanceof Uint8Array) yield block;
  } catch (error) {
    if (!isStopped()) throw error;
  }
  isStopped();
}

/** Resolves when the process is gone, also when it never was there. */
function endOf(child: ChildProcess): Promise<Pick<CommandEnd, 'word'> & { how: 'exit' | 'signal' }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signalName) => {
      if (code === null) resolve({ how: 'signal', word: signalName ?? 'a signal' });
      else resolve({ how: 'exit', word: String(code) });
    });
    child.once('error', () => {
      resolve({ how: 'exit', word: 'none' });
    });
  });
}

/** All is read, so that the program is not held up; the beginning is kept. */
function collect(stream: Readable): () => string {
  const kept: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (block: Buffer) => {
    if (bytes < MOST_SAID) kept.push(block.subarray(0, MOST_SAID - bytes));
    bytes += block.length;
  });
  stream.on('error', () => undefined);
  return () => Buffer.concat(kept).toString('utf8').trim();
}

function notStarted(program: string, cause: unknown): Failure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  if (code === 'ENOENT') {
    return new Failure('configuration', `There is no program "${program}" on this machine.`, {
      remedy:
        "Give its whole path, as --run '/usr/sbin/postqueue -j', or run it there and read its output with --file.",
      cause,
    });
  }
  return new Failure('configuration', `"${program}" could not be started (${code}).`, {
    remedy: 'Check that this user may run it, or run it as another and read its output with --file.',
    cause,
  });
}
