/** The two files by which a step of GitHub Actions tells its page and the steps after it what it found. */
import { appendFile, lstat } from 'node:fs/promises';

import type { FileSink, StepFiles } from '#cli/world.js';
import { Failure } from '#failure.js';
import type { Environment } from '#settings/service-settings.js';

/** None where the environment names none. A path that leads elsewhere than to a file is refused before anything is asked. */
export async function openStepFiles(env: Environment): Promise<StepFiles> {
  const [summary, outputs] = await Promise.all([
    addingFile('GITHUB_STEP_SUMMARY', env),
    addingFile('GITHUB_OUTPUT', env),
  ]);
  return { summary, outputs };
}

/** The file holds what earlier commands of the step wrote: text is added, in one go, when all of it is there. */
async function addingFile(name: string, env: Environment): Promise<FileSink | null> {
  const path = env[name] ?? '';
  if (path === '') return null;
  const found = await lstat(path).catch(() => null);
  if (found !== null && !found.isFile()) throw cannotAdd(name, null);
  let kept = '';
  return {
    write: (text) => {
      kept += text;
      return Promise.resolve();
    },
    isClosed: () => false,
    commit: async () => {
      await appendFile(path, kept, { mode: 0o600 }).catch((cause: unknown) => {
        throw cannotAdd(name, cause);
      });
    },
    discard: () => Promise.resolve(),
  };
}

function cannotAdd(name: string, cause: unknown): Failure {
  return new Failure('configuration', `What ${name} names cannot be written.`, {
    remedy: `Let ${name} name a file, as the runner of GitHub does, or unset it.`,
    cause,
  });
}
