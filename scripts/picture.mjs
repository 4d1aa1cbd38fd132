/** Writes the picture of the README: a real screen of the built program on its simulated tenant. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pictureOf } from './terminal-picture.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORDS = ['status', '--drill=january-2026', '--at', '14:50'];

const screen = execFileSync(
  process.execPath,
  [join(ROOT, 'bin/mailcheck.js'), ...WORDS, '--color', 'always', '--time-zone', 'UTC'],
  { env: { ...process.env, COLUMNS: '80' }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
);
await mkdir(join(ROOT, '.github'), { recursive: true });
await writeFile(
  join(ROOT, '.github/status.svg'),
  pictureOf(`$ mailcheck ${WORDS.join(' ')}\n\n${screen}`, 'mailcheck status in the outage of January 2026'),
);
