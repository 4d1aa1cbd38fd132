/**
 * The whole suite on every Node that is promised, one after the other: `npm run test:nodes`. Words behind `--` go to the
 * test runner, as `npm run test:nodes -- test/cli`; NODES="24 26" chooses some.
 */
import { spawnSync } from 'node:child_process';

import { environmentOf, NODE_VERSIONS, nodeFolder } from './nodes.mjs';

const versions = process.env.NODES?.split(/[ ,]+/).filter((word) => word !== '') ?? NODE_VERSIONS;
const words = process.argv.slice(2);
// Built once, by the Node at hand: the same files must run on all.
const built = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
if (built.status !== 0) process.exit(1);

const failed = versions.filter((version) => {
  const env = environmentOf(nodeFolder(version));
  const { stdout } = spawnSync('node', ['--version'], { env, encoding: 'utf8' });
  console.log(`\n=== Node ${stdout.trim()} ===`);
  return spawnSync('npx', ['vitest', 'run', ...words], { env, stdio: 'inherit' }).status !== 0;
});
console.log(
  failed.length === 0
    ? `\nAll passed on Node ${versions.join(', ')}.`
    : `\nFailed on Node ${failed.join(', ')}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
