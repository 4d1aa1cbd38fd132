/** Small files that nobody else may read: written whole or not at all, by one process at a time. */
import { link, lstat, mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Failure } from '#failure.js';
import { preparePrivateFolder } from '#history/driver/private-place.js';
import { exposureOf } from '#sources/sign-in/file-exposure.js';
import { ownUid } from '#sources/sign-in/secret-file.js';

const MOST_BYTES = 4 * 1024 * 1024;

export type PrivateText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  /** It is there, and is not to be trusted or cannot be read. */
  | { readonly kind: 'unusable'; readonly why: string };

/** The same open file is looked at and read, so that nobody can swap it in between. */
export async function readPrivateFile(
  path: string,
  readers: 'nobody' | 'everybody' = 'nobody',
): Promise<PrivateText> {
  const opened = await open(path, 'r').then(
    (handle) => ({ handle }),
    (error: unknown) => ({ code: codeOf(error) }),
  );
  if ('code' in opened)
    return opened.code === 'ENOENT' || opened.code === 'ENOTDIR'
      ? { kind: 'absent' }
      : { kind: 'unusable', why: `cannot be read (${opened.code})` };
  const { handle } = opened;
  try {
    const found = await handle.stat();
    if (!found.isFile()) return { kind: 'unusable', why: 'is no regular file' };
    if (found.size > MOST_BYTES) return { kind: 'unusable', why: 'is larger than 4 MiB' };
    const { mode, uid } = found;
    const why = exposureOf({ mode, uid, isReadOnly: false }, { own: ownUid(), readers });
    return why === null ? { kind: 'text', text: await handle.readFile('utf8') } : { kind: 'unusable', why };
  } finally {
    await handle.close();
  }
}

/** The old text stays until the new one is whole on the disk. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  const folder = await preparePrivateFolder(dirname(path));
  const target = join(folder, basename(path));
  const draft = join(folder, `.${basename(path)}.${await someWord()}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.chmod(0o600);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new Failure('configuration', `${path} cannot be written (${codeOf(cause)}).`, {
      remedy: 'Make room on the disk, or name a folder that you may write to with MAILCHECK_HOME.',
      cause,
    });
  }
}

/** With what a killed process left of writing it: under its lock. False where nothing was. */
export async function destroyPrivateFile(path: string): Promise<boolean> {
  const destroyed = await Promise.all([path, ...(await draftsOf(path))].map(destroyOne));
  return destroyed.includes(true);
}

/** What `replacePrivateFile` had begun of it. */
export async function draftsOf(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter((name) => name.startsWith(`.${basename(path)}.`))
    .map((name) => join(dirname(path), name));
}

/** Overwritten before it goes, for what little that is worth on today's disks. */
async function destroyOne(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return false;
  if (found.isFile()) {
    const handle = await open(path, 'r+').catch(() => null);
    try {
      await handle?.write(Buffer.alloc(found.size));
      await handle?.sync();
    } finally {
      await handle?.close();
    }
  }
  await unlink(path).catch((cause: unknown) => {
    throw new Failure('configuration', `${path} cannot be removed (${codeOf(cause)}).`, {
      remedy: `Remove it yourself, as rm ${path}`,
      cause,
    });
  });
  return true;
}

const LOCK_PATIENCE_MS = 10_000;
const NAP_MS = 25;

/**
 * Does the work while no other process does. The lock names its holder, so that one of a process that was killed is not in
 * the way for ever; it is made by `link`, so that it never stands there without its name.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const lock = `${path}.lock`;
  await takeLock(lock);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<void> {
  const own = `${lock}.${await someWord()}`;
  const handle = await open(own, 'wx', 0o600);
  await handle.writeFile(String(process.pid));
  await handle.close();
  const untilMs = performance.now() + LOCK_PATIENCE_MS;
  try {
    while (!(await isLinked(own, lock))) {
      await breakDeadLock(lock);
      if (performance.now() > untilMs) throw held(lock);
      await sleep(NAP_MS);
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function isLinked(own: string, lock: string): Promise<boolean> {
  return link(own, lock).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );
}

/** Taken aside before it is removed: whoever is second to see it must not remove the lock of the first. */
async function breakDeadLock(lock: string): Promise<void> {
  const holder = await holderOf(lock);
  if (holder === null || isAlive(holder)) return;
  // One that ended in good order has taken its lock away before: what stands there since is another's.
  if ((await holderOf(lock)) !== holder) return;
  const aside = `${lock}.${await someWord()}`;
  if (
    !(await rename(lock, aside).then(
      () => true,
      () => false,
    ))
  )
    return;
  const taken = await holderOf(aside);
  if (taken !== null && isAlive(taken)) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

/** As it is written there; null where no lock is. */
function holderOf(lock: string): Promise<string | null> {
  return readFile(lock, 'utf8').catch(() => null);
}

function isAlive(holder: string): boolean {
  const pid = Number(holder);
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function held(lock: string): Failure {
  return new Failure('configuration', `Another mailcheck holds ${lock}.`, {
    remedy: `End it, or remove ${lock} when none runs.`,
  });
}

/** Every start reads a file here, hardly any writes one: chance is loaded for those. */
async function someWord(): Promise<string> {
  const { randomUUID } = await import('node:crypto');
  return randomUUID().slice(0, 8);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
