import { access, constants, open } from 'node:fs/promises';
import process from 'node:process';

import { Failure } from '#failure.js';

import { type Exposure, exposureOf, type FileFacts, isForeign } from './file-exposure.js';

const MOST_BYTES = 64 * 1024;

interface Reading {
  /** As `The secret file`, with which a sentence begins. */
  readonly what: string;
  /** Who may read it beside us; `placed-there` when absent. */
  readonly readers?: Exposure['readers'];
}

/**
 * The text of a file that holds a secret, without white space around it. What others could have changed is refused, and
 * what they can read where that is ours to mend. The same open file is looked at and read, so that nobody can swap it in
 * between.
 */
export async function readSecretFile(
  path: string,
  { what, readers = 'placed-there' }: Reading,
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
    const why = exposureOf(await factsOf(path, found), { own: ownUid(), readers });
    if (why !== null) throw refuse(why, cureOf(found, path));
    const text = (await handle.readFile('utf8')).replace(/^\uFEFF/, '').trim();
    if (text === '') throw refuse('is empty', 'Put the secret in it, and nothing else.');
    return text;
  } finally {
    await handle.close();
  }
}

/** Whoever owns it can give every right back, and nobody else may change its mode. */
function cureOf(file: Pick<FileFacts, 'uid'>, path: string): string {
  return isForeign(file, ownUid())
    ? `Make it yours, as sudo chown "$(id -u)" ${path}, or run mailcheck as its owner, and renew what it holds.`
    : `Take their right away, as chmod 600 ${path}, and renew what it holds.`;
}

/** Null where there are no such owners. */
export function ownUid(): number | null {
  return process.getuid === undefined ? null : process.getuid();
}

export async function factsOf(
  path: string,
  { mode, uid }: Pick<FileFacts, 'mode' | 'uid'>,
): Promise<FileFacts> {
  return { mode, uid, isReadOnly: await isOnReadOnlyMount(path) };
}

/** Told as that only to who could write there otherwise. */
async function isOnReadOnlyMount(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EROFS',
  );
}
