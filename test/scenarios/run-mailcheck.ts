/** Runs the built program as a user would: its own process, real streams, an environment that names nothing by itself. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/mailcheck.js', import.meta.url));

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
  TMPDIR: process.env['TMPDIR'] ?? '/tmp',
  PATH: process.env['PATH'] ?? '',
  TZ: 'UTC',
  LANG: 'C.UTF-8',
  COLUMNS: '80',
};

const HOMES = mkdtempSync(join(tmpdir(), 'mailcheck-homes-'));
const started = { runs: 0 };
afterAll(() => rm(HOMES, { recursive: true, force: true, maxRetries: 3 }));

/** As on a machine where it never ran before: nothing is kept of other runs, unless the test names a home for both. */
function newHome(): string {
  started.runs += 1;
  return join(HOMES, String(started.runs));
}

export function startMailcheck(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const env = { ...CLEAN, MAILCHECK_HOME: newHome(), ...options.env };
  return spawn(process.execPath, [BIN, ...args], { env, cwd: options.cwd, stdio: 'pipe' });
}

export async function runMailcheck(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = startMailcheck(args, options);
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
