import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import { forceFlag } from '#cli/policy-flags.js';
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { CHECK_IDS } from '#mailflow/check/check-settings.js';
import { writeUsualPolicy } from '#mailflow/check/write-policy.js';

import { initViews, type WrittenPolicy } from './init.view.js';

interface InitOptions {
  /** Null: standard output. */
  readonly path: string | null;
  readonly mayReplace: boolean;
}

const USUAL_NAME = 'mailcheck-policy.yaml';

export const checkInit = defineCommand<InitOptions, never, WrittenPolicy>({
  words: ['check', 'init'],
  summary: 'Write a policy with all defaults, each with what it does, as a file to change',
  positional: '[FILE|-]',
  permissions: [],
  examples: [
    { does: 'On the screen', line: 'check init -' },
    { does: `As ${USUAL_NAME} in this folder`, line: 'check init' },
    { does: 'Anew, in place of one that is there', line: 'check init limits.yaml --force' },
  ],
  about: `Without a name the file is ${USUAL_NAME}, in this folder. A file that is there is left alone unless --force is given. It is YAML; a policy may be JSON as well. What a policy does not say is as usual, so a short one is enough: version: 1, and the settings that are to differ. All that is wrong in a policy is told at once, with file, line, column, key and the right one (code 65); tags, aliases, merge keys, doubled keys and second documents are refused.`,
  flags: [forceFlag],
  commonFlags: flags.PRINT_FLAGS,
  judges: false,
  schema: 'mailcheck.check-init/1',
  habits: () => ({ asksNoTenant: true }),
  parse: parseInit,
  run: writePolicy,
  views: initViews,
});

function parseInit(raw: RawArguments, context: ParseContext): InitOptions {
  const [given = USUAL_NAME, ...rest] = raw.positionals;
  if (rest.length > 0) {
    throw new Failure('usage', `check init takes one name; ${raw.positionals.length} were given.`, {
      remedy: `Give one, as mailcheck check init ${USUAL_NAME}`,
    });
  }
  if (given.toLowerCase().endsWith('.json')) {
    throw new Failure('usage', `${given} would not be JSON: check init writes YAML, which has comments.`, {
      remedy: `Name a file that ends in .yaml, as mailcheck check init ${USUAL_NAME}`,
    });
  }
  return { path: given === '-' ? null : given, mayReplace: readFlag(raw, forceFlag, context) };
}

// eslint-disable-next-line require-yield -- An answer without rows.
async function* writePolicy({ path, mayReplace }: InitOptions, ports: Ports): Answer<never, WrittenPolicy> {
  const text = writeUsualPolicy();
  if (path !== null) await ports.writeFile(path, text, { mayReplace });
  return {
    result: { path, text },
    summary: path === null ? { path, text } : { path, checks: CHECK_IDS.length },
    ...{ tenant: null, source: null, window: null, findings: [], incomplete: [] },
  };
}
