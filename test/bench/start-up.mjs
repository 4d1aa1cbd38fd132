/**
 * What `mailcheck --version` costs beside Node itself: medians of alternating runs of whole processes, and their ratio.
 * Run: npm run bench:start-up
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/mailcheck.js', import.meta.url));
const RUNS = 25;

function millisecondsOf(args) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} exited ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const candidates = {
  'node -e 0': ['-e', '0'],
  'mailcheck --version': [BIN, '--version'],
  'mailcheck --help': [BIN, '--help'],
};
const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
for (let run = 0; run < RUNS; run += 1) {
  for (const [name, args] of Object.entries(candidates)) times[name].push(millisecondsOf(args));
}
const bare = median(times['node -e 0']);
for (const [name, values] of Object.entries(times)) {
  console.log(
    `${name.padEnd(20)} ${median(values).toFixed(0).padStart(5)} ms  ${(median(values) / bare).toFixed(2)} x node`,
  );
}
