import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { FileSight } from '#mailflow/doctor/doctor-evidence.js';
import { isPlacedThere } from '#sources/sign-in/file-exposure.js';
import { factsOf, ownUid } from '#sources/sign-in/secret-file.js';

const OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o044;

export interface OwnFile {
  readonly path: string;
  readonly role: FileSight['role'];
}

/** Who else may read or change what is ours; what is not there is left out. Windows has no such modes. */
export async function fileSights(files: readonly OwnFile[]): Promise<readonly FileSight[]> {
  const sights = await Promise.all(files.map(sightOf));
  return sights.filter((sight) => sight !== null);
}

export function storeFiles(folder: string): readonly OwnFile[] {
  const stores = ['quota.db', 'traces.db', 'watch.db'].map((name) => join(folder, name));
  return [{ path: folder, role: 'home' }, ...stores.map((path) => ({ path, role: 'store' as const }))];
}

async function sightOf({ path, role }: OwnFile): Promise<FileSight | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  const hasModes = process.platform !== 'win32';
  return {
    ...{ path, role },
    mode: hasModes ? found.mode : null,
    othersWrite: hasModes && (found.mode & OTHERS_WRITE) !== 0,
    othersRead: hasModes && (found.mode & OTHERS_READ) !== 0,
    isPlaced: hasModes && isPlacedThere(await factsOf(path, found), ownUid()),
  };
}
