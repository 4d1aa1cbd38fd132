/** A folder and a file that nobody else can read or change, whatever the umask, also when they were looser before. */
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';

import { Failure } from '#failure.js';

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const OTHERS_WRITE = 0o022;
const EVERYBODY_WRITES = 0o002;
const STICKY = 0o1000;

/** Gives its real path. */
export async function preparePrivateFolder(folder: string): Promise<string> {
  await makeFolder(folder).catch((cause: unknown) => {
    throw unusable(folder, 'cannot be made', cause);
  });
  const real = await realpath(folder);
  // Windows has no such modes; its profile folders are private.
  const { getuid } = process;
  if (getuid === undefined) return real;
  const found = await stat(real);
  if (!found.isDirectory()) throw unusable(folder, 'is no folder', null);
  if (found.uid !== getuid()) throw unusable(folder, 'belongs to another user', null);
  if ((found.mode & OTHERS_WRITE) !== 0) throw writable(folder, real);
  await refuseOpenParents(folder, real);
  // Only ever tighter: whoever took the right to write away meant it.
  if ((found.mode & 0o777 & ~PRIVATE_FOLDER) !== 0) {
    await chmod(real, found.mode & PRIVATE_FOLDER).catch((cause: unknown) => {
      throw unusable(folder, 'cannot be made private', cause);
    });
  }
  return real;
}

/** With those above it. Not Node's own way of doing that, which tries for ever where nothing can be made (/proc). */
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { mode: PRIVATE_FOLDER }).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'EEXIST')) return false;
      if (hasCode(error, 'ENOENT') && dirname(folder) !== folder) return null;
      throw error;
    },
  );
  // Some umasks take our own rights away.
  if (made === true) await chmod(folder, PRIVATE_FOLDER);
  if (made !== null) return;
  await makeFolder(dirname(folder));
  await mkdir(folder, { mode: PRIVATE_FOLDER }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  await chmod(folder, PRIVATE_FOLDER);
}

/** Whoever can write to a folder above can put another one in the place of ours. */
async function refuseOpenParents(folder: string, real: string): Promise<void> {
  for (let above = dirname(real); ; above = dirname(above)) {
    const { mode } = await stat(above);
    if ((mode & EVERYBODY_WRITES) !== 0 && (mode & STICKY) === 0) throw writable(folder, above);
    if (above === dirname(above)) return;
  }
}

/** Never opens one that is there: closing it would drop SQLite's locks on it. */
export async function preparePrivateFile(path: string): Promise<void> {
  const made = await open(path, 'wx', PRIVATE_FILE).catch((cause: unknown) => {
    if (hasCode(cause, 'EEXIST')) return null;
    throw unusable(path, 'cannot be made', cause);
  });
  await made?.close();
  await makeFilePrivate(path);
  // What SQLite puts beside a database takes over its mode, but not when it is there already.
  if (made === null) await Promise.all(['-wal', '-shm'].map((end) => makeFilePrivate(path + end)));
}

async function makeFilePrivate(path: string): Promise<void> {
  const found = await facts(path);
  if (found === null) return;
  if (!found.isFile()) throw unusable(path, 'is no regular file', null);
  if (process.getuid === undefined || (found.mode & 0o777 & ~PRIVATE_FILE) === 0) return;
  await chmod(path, found.mode & PRIVATE_FILE).catch((cause: unknown) => {
    throw unusable(path, 'cannot be made private', cause);
  });
}

/** Null where nothing is. */
async function facts(path: string): Promise<Stats | null> {
  return lstat(path).catch((cause: unknown) => {
    if (hasCode(cause, 'ENOENT')) return null;
    throw unusable(path, 'cannot be looked at', cause);
  });
}

export async function exists(path: string): Promise<boolean> {
  return (await facts(path)) !== null;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function unusable(path: string, what: string, cause: unknown): Failure {
  const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new Failure('configuration', `${path} ${what}${why}.`, {
    remedy: 'Give mailcheck a folder of your own, with MAILCHECK_HOME, as MAILCHECK_HOME=~/mailcheck',
    ...(cause === null ? {} : { cause }),
  });
}

function writable(folder: string, place: string): Failure {
  return new Failure('configuration', `The store in ${folder} is not safe: others can write to ${place}.`, {
    remedy: `Take their right away, as chmod go-w ${place}, or name another folder with MAILCHECK_HOME.`,
  });
}
