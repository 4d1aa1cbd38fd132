/** When the sources were last changed: SOURCE_DATE_EPOCH, else the last commit; null where neither can be had. */
import { spawnSync } from 'node:child_process';

export function dateOfSources(root) {
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch !== undefined) return new Date(Number(epoch) * 1000);
  const { stdout } = spawnSync('git', ['log', '-1', '--format=%cI'], { cwd: root, encoding: 'utf8' });
  return stdout ? new Date(stdout.trim()) : null;
}
