/**
 * Runs the built program as a user would: its own process, real streams, an environment that names nothing by itself. The
 * one place that starts it, so that each run is searched for secrets.
 */
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll } from 'vitest';

import { expectMarkedSecrets, IDLE_SECRETS } from '../secrets/secret-variables.js';
import { watchRun } from '../secrets/watch-run.js';

export const BIN = fileURLToPath(new URL('../../bin/mailcheck.js', import.meta.url));

export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** Closes standard output after so many lines, as `head` does. */
  readonly linesRead?: number;
}

const CLEAN = {
  PATH: process.env['PATH'] ?? '',
  TZ: 'UTC',
  LANG: 'C.UTF-8',
  COLUMNS: '80',
};

const PLACES = mkdtempSync(join(tmpdir(), 'mailcheck-runs-'));
const started = { runs: 0 };
afterAll(() => rm(PLACES, { recursive: true, force: true, maxRetries: 3 }));

/** As on a machine where it never ran before: nothing is kept of other runs, unless the test names a home for both. */
function newPlaces(): { readonly TMPDIR: string; readonly MAILCHECK_HOME: string } {
  started.runs += 1;
  const place = join(PLACES, String(started.runs));
  mkdirSync(place);
  const temporary = join(place, 'tmp');
  mkdirSync(temporary);
  return { TMPDIR: temporary, MAILCHECK_HOME: join(place, 'home') };
}

export function startMailcheck(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const env = { ...CLEAN, ...IDLE_SECRETS, ...newPlaces(), ...options.env };
  return startProgram(process.execPath, [BIN, ...args], { args, env, cwd: options.cwd });
}

export interface ProgramOptions {
  /** Those of mailcheck itself. */
  readonly args: readonly string[];
  /** All of it: nothing is added. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  readonly stdio?: StdioOptions;
  /** Somebody at the terminal says yes to what is kept. */
  readonly agrees?: boolean;
}

/** For what starts mailcheck in its turn: a shell, a terminal, Node.js with flags of its own. */
export function startProgram(
  command: string,
  words: readonly string[],
  { stdio = 'pipe', ...run }: ProgramOptions,
): ChildProcess {
  expectMarkedSecrets(run.env);
  const child = spawn(command, words, { env: run.env, cwd: run.cwd, stdio });
  watchRun(child, run);
  return child;
}

export async function runProgram(
  command: string,
  words: readonly string[],
  { input = '', ...options }: ProgramOptions & Pick<RunOptions, 'input'>,
): Promise<Run> {
  return ended(startProgram(command, words, options), { input });
}

export async function runMailcheck(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return ended(startMailcheck(args, options), options);
}

async function ended(child: ChildProcess, options: Pick<RunOptions, 'input' | 'linesRead'>): Promise<Run> {
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  const [stdout, stderr, exitCode] = await Promise.all([
    textOf(child.stdout, options.linesRead ?? Infinity),
    textOf(child.stderr, Infinity),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { stdout, stderr, exitCode };
}

async function textOf(stream: NodeJS.ReadableStream | null, mostLines: number): Promise<string> {
  const chunks: Buffer[] = [];
  let lines = 0;
  for await (const chunk of stream ?? []) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    if (mostLines < Infinity) lines += bytes.toString('latin1').split('\n').length - 1;
    // Leaving the loop destroys the stream, and with it our end of the pipe.
    if (lines >= mostLines) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
