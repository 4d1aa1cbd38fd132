/**
 * All properties again and again, each time by another seed: `npm run test:seeds -- 20`. A seed that fails is printed, and
 * MAILCHECK_TEST_SEED=THAT npm test repeats the run.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';

const rounds = Number(process.argv[2] ?? 10);
const tracked = spawnSync('git', ['ls-files', 'test'], { encoding: 'utf8' }).stdout.split('\n');
const files = tracked.filter(
  (path) => path.endsWith('.test.ts') && readFileSync(path, 'utf8').includes("from 'fast-check'"),
);

const failed = [];
for (let round = 1; round <= rounds; round += 1) {
  const seed = String(randomInt(1, 2 ** 31));
  console.log(`round ${round} of ${rounds}: MAILCHECK_TEST_SEED=${seed}, ${files.length} files`);
  const env = { ...process.env, MAILCHECK_TEST_SEED: seed };
  const { status } = spawnSync('npx', ['vitest', 'run', '--reporter=dot', ...files], {
    env,
    stdio: 'inherit',
  });
  if (status !== 0) failed.push(seed);
}
console.log(failed.length === 0 ? `All held in ${rounds} rounds.` : `Failed by ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
