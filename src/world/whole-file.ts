import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { FileSink, Readers } from '#cli/world.js';
import { Failure } from '#failure.js';
import { createTextSink } from '#terminal/streams.js';

/** Who may read it, as far as the umask of the process lets them. */
const MODES: Readonly<Record<Readers, number>> = { owner: 0o600, everyone: 0o644 };

/**
 * A file, private (0600) unless it is meant for everyone, that takes its name by rename when it is whole; until then, and
 * after a failure, the old one stays. A path that cannot be written is told before anything is asked. A device or a pipe
 * is written as it is.
 */
export async function createWholeFile(path: string, readers: Readers): Promise<FileSink> {
  const target = await realpath(path).catch(() => path);
  const kind = await kindOf(target);
  if (kind === 'folder') throw cannotWrite(path, null);
  if (kind === 'device') return writeThrough(path, target);
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}`);
  const handle = await open(draft, 'wx', MODES[readers]).catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
  const sink = createTextSink(handle.createWriteStream(), { name: path, closesStream: true });
  const forget = (): Promise<void> => rm(draft, { force: true });
  return {
    write: sink.write,
    isClosed: sink.isClosed,
    commit: async () => {
      await sink.end();
      await rename(draft, target).catch(async (cause: unknown) => {
        await forget();
        throw cannotWrite(path, cause);
      });
    },
    discard: async () => {
      await sink.end().catch(() => undefined);
      await forget();
    },
  };
}

async function kindOf(path: string): Promise<'folder' | 'device' | 'file'> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return 'folder';
  return found === null || found.isFile() ? 'file' : 'device';
}

async function writeThrough(path: string, target: string): Promise<FileSink> {
  const handle = await open(target, constants.O_WRONLY).catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
  const sink = createTextSink(handle.createWriteStream(), { name: path, closesStream: true });
  return {
    write: sink.write,
    isClosed: sink.isClosed,
    commit: sink.end,
    discard: () => sink.end().catch(() => undefined),
  };
}

function cannotWrite(path: string, cause: unknown): Failure {
  return new Failure('usage', `${path} cannot be written.`, {
    remedy: 'Name a file in a folder that exists and that you may write to.',
    cause,
  });
}
