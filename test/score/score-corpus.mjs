// Scores `explain` on a labelled set of real mails and replies, which is not part of this project.
// MAILCHECK_CORPUS_DIR names its folder, with score.mjs and a list in it; more words are handed on, as --errors 40.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.MAILCHECK_CORPUS_DIR ?? '';
const scorer = join(folder, 'score.mjs');

if (folder === '') {
  console.log('score: skipped; MAILCHECK_CORPUS_DIR names no folder');
} else if (!existsSync(scorer)) {
  console.error(`score: there is no ${scorer}`);
  process.exitCode = 65;
} else {
  const program = fileURLToPath(new URL('../../bin/mailcheck.js', import.meta.url));
  const command = `"${process.execPath}" "${program}" explain --batch`;
  const run = spawnSync(process.execPath, [scorer, '--cmd', command, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = run.status ?? 70;
}
