import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { FileSink } from '#cli/world.js';
import { Failure } from '#failure.js';
import { createTextSink } from '#terminal/streams.js';

/** A private file (0600) that takes its name by rename when it is whole; until then, and after a failure, the old one stays. */
export function createWholeFile(path: string): FileSink {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}`);
  const sink = createTextSink(createWriteStream(draft, { mode: 0o600, flags: 'wx' }), {
    name: path,
    closesStream: true,
  });
  return {
    write: sink.write,
    isClosed: sink.isClosed,
    commit: async () => {
      await sink.end();
      await rename(draft, path).catch(async (cause: unknown) => {
        await rm(draft, { force: true });
        throw new Failure('input', `Cannot write ${path}.`, {
          remedy: 'Name a file in a folder that exists and can be written.',
          cause,
        });
      });
    },
    discard: async () => {
      await sink.end().catch(() => undefined);
      await rm(draft, { force: true });
    },
  };
}
