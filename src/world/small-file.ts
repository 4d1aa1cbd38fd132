import { readFile, stat } from 'node:fs/promises';

import { Failure } from '#failure.js';

const MOST_BYTES = 1_048_576;

/** A regular file whole. Its size is asked first: a device or pipe may never end. */
export async function readSmallFile(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch((cause: unknown) => {
    throw refused(path, 'cannot be read', cause);
  });
  if (!found.isFile()) throw refused(path, 'is no regular file');
  if (found.size > MOST_BYTES) throw refused(path, 'is larger than 1 MiB');
  return readFile(path).catch((cause: unknown) => {
    throw refused(path, 'cannot be read', cause);
  });
}

function refused(path: string, what: string, cause?: unknown): Failure {
  return new Failure('input', `${path} ${what}.`, {
    remedy: 'Name a small file that exists and that you may read.',
    ...(cause === undefined ? {} : { cause }),
  });
}
