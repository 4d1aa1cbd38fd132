/** How much was searched, over all processes of a test run: a search that looks at nothing finds nothing. */
import { appendFileSync } from 'node:fs';

import { afterAll } from 'vitest';

import { TALLY } from './tally-name.js';

interface Searched {
  readonly runs: number;
  readonly bytes: number;
}

const total = { runs: 0, bytes: 0 };
afterAll(() => {
  const file = process.env[TALLY] ?? '';
  if (file !== '' && total.runs > 0) appendFileSync(file, `${total.runs} ${total.bytes}\n`);
  Object.assign(total, { runs: 0, bytes: 0 });
});

export function tally({ runs, bytes }: Searched): void {
  total.runs += runs;
  total.bytes += bytes;
}
