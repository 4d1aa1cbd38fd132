/**
 * One of several runs that watch one tenant at once: `node look-keeper.mjs FOLDER DRIVER COUNT`. Each keeps so many
 * looks, answers of service health and runs of the checks, and reads between them what the others have kept. Prints how many it saw last.
 */
import { join } from 'node:path';

import { libsqlDriver } from '#history/driver/libsql.js';
import { nodeSqliteDriver } from '#history/driver/node-sqlite.js';
import { guardWatch } from '#history/watch/guarded-watch.js';
import { openWatchStore } from '#history/watch/open-watch-store.js';
import { sqliteCheckRunHistory } from '#history/watch/sqlite-check-run-history.js';
import { sqliteHealthHistory } from '#history/watch/sqlite-health-history.js';
import { sqliteLookHistory } from '#history/watch/sqlite-look-history.js';

const [folder, name, count] = process.argv.slice(2);
const driver = name === 'libsql' ? await libsqlDriver() : await nodeSqliteDriver();
const path = join(folder, 'home', 'watch.db');
const refuse = (trouble) => {
  throw new Error(trouble.message ?? trouble);
};
const database = await openWatchStore({ path, driver, onNote: refuse });
const open = () => Promise.resolve(database);
const { health, looks, checkRuns } = guardWatch(
  {
    health: sqliteHealthHistory(open, 'one'),
    looks: sqliteLookHistory({ open, scope: 'one' }),
    checkRuns: (policy) => sqliteCheckRunHistory({ open, scope: 'one', policy }),
  },
  { path, onTrouble: refuse },
);
const runs = checkRuns('usual');
const EVER = new Date(0);
const START_MS = Date.parse('2026-06-02T12:00:00Z');
for (let n = 0; n < Number(count); n += 1) {
  const at = new Date(START_MS + n * 1000);
  await looks.keep({ at, level: 'ok', badSignals: [], counts: null });
  const services = [{ id: String(process.pid), service: 'Exchange Online', status: String(n) }];
  await runs.keep({ at, seenById: new Map([['held-mail', 'ok']]) });
  await health.keep({ answer: { services, issues: [] }, seenAt: at });
  const last = await health.last();
  if (last === null || last.seenAt < at) throw new Error('An earlier answer replaced a later one.');
  const ownRuns = (await runs.since(at)).filter((run) => run.at.getTime() === at.getTime());
  if (ownRuns.length === 0) throw new Error('A run of the checks is not there.');
}
const seen = await looks.since(EVER);
database.close();
process.stdout.write(`${seen.length}\n`);
