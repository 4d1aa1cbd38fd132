import { lstat } from 'node:fs/promises';

import { Failure } from '#failure.js';

import { createWholeFile } from './whole-file.js';

/** A file that is there is left alone unless it may be replaced. */
export async function writeFile(
  path: string,
  text: string,
  { mayReplace }: { readonly mayReplace: boolean },
): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isThere && !mayReplace) {
    throw new Failure('usage', `${path} is there already.`, {
      remedy: 'Name another file, or give --force to replace it.',
    });
  }
  const sink = await createWholeFile(path, 'owner');
  try {
    await sink.write(text);
    await sink.commit();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
