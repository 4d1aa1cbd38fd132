/** Runs the built program as a user would: its own process, real streams, an environment that names nothing by itself. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
}

const CLEAN = { PATH: process.env['PATH'] ?? '', TZ: 'UTC', LANG: 'C.UTF-8', COLUMNS: '80' };

export function startMailcheck(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const env = { ...CLEAN, ...options.env };
  return spawn(process.execPath, [BIN, ...args], { env, cwd: options.cwd, stdio: 'pipe' });
}

export async function runMailcheck(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = startMailcheck(args, options);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  const [stdout, stderr, exitCode] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { stdout, stderr, exitCode };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
