import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import process from 'node:process';

import { Failure } from '#failure.js';

const MOST_BYTES = 64 * 1024;
const OTHERS_READ = 0o044;
const OTHERS_WRITE = 0o022;

interface Reading {
  /** As `The secret file`, with which a sentence begins. */
  readonly what: string;
  /** Where somebody else mounts the file, who may read it is not ours to say. */
  readonly mayOthersRead?: boolean;
}

/**
 * The text of a file that holds a secret, without white space around it. What others could have read or changed is
 * refused. The same open file is looked at and read, so that nobody can swap it in between.
 */
export async function readSecretFile(
  path: string,
  { what, mayOthersRead = false }: Reading,
): Promise<string> {
  const refuse = (why: string, remedy: string, cause?: unknown): Failure =>
    new Failure('configuration', `${what} ${path} ${why}.`, {
      remedy,
      ...(cause === undefined ? {} : { cause }),
    });
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw refuse('cannot be read', 'Name a file that exists and that you may read.', cause);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw refuse('is no regular file', 'Name a regular file.');
    if (found.size > MOST_BYTES)
      throw refuse('is larger than 64 KiB', 'Name the file that holds the secret alone.');
    const why = exposureOf(found, mayOthersRead);
    if (why !== null)
      throw refuse(why, `Take their right away, as chmod 600 ${path}, and renew what it holds.`);
    const text = (await handle.readFile('utf8')).replace(/^\uFEFF/, '').trim();
    if (text === '') throw refuse('is empty', 'Put the secret in it, and nothing else.');
    return text;
  } finally {
    await handle.close();
  }
}

/** Null when it is private. Windows has no such modes; its profile folders are private. */
export function exposureOf({ mode, uid }: Stats, mayOthersRead = false): string | null {
  const { getuid } = process;
  if (getuid === undefined) return null;
  if (uid !== getuid() && uid !== 0) return 'belongs to another user';
  if ((mode & OTHERS_WRITE) !== 0) return `can be written by others (mode ${modeOf(mode)})`;
  if (!mayOthersRead && (mode & OTHERS_READ) !== 0) return `can be read by others (mode ${modeOf(mode)})`;
  return null;
}

function modeOf(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0');
}
