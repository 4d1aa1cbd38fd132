/** The commands of these tests are given no secret to tell, so that this runner sees one is seen here. */
import { expect, test } from 'vitest';

import { explain } from '#commands/explain/explain.js';

import { pageOf } from '../render/pages.js';
import { canary } from '../secrets/canary.js';
import { runCommand } from './run-command.js';

test.each(['table', 'markdown'] as const)(
  'a secret in the text of a command fails its test: %s',
  async (format) => {
    const run = await runCommand(explain, [`550 5.7.1 the secret ${canary('secret')} is wrong`]);
    expect(() => run.text(format, pageOf(200))).toThrow(/told a marked secret/u);
  },
);
