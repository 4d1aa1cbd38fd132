/** Says at the end of a test run how many runs of the program were searched for secrets. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TALLY } from './tally-name.js';

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'mailcheck-tally-'));
  const file = join(folder, 'searched');
  writeFileSync(file, '');
  process.env[TALLY] = file;
  return () => {
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    const [runs, bytes] = [0, 1].map((column) => lines.reduce((sum, line) => sum + (line[column] ?? 0), 0));
    rmSync(folder, { recursive: true, force: true });
    if ((runs ?? 0) > 0)
      process.stdout.write(
        `Searched for secrets: ${runs} runs of the program, ${((bytes ?? 0) / 1e6).toFixed(1)} MB.\n`,
      );
  };
}
