/**
 * One of several processes that write to one store: `node writer.mjs FOLDER DRIVER COUNT`. Each of its transactions
 * reads the last number and writes the next one, so that two at the same time would be seen. Prints how long its
 * longest one took, in milliseconds.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { libsqlDriver } from '#history/driver/libsql.js';
import { nodeSqliteDriver } from '#history/driver/node-sqlite.js';
import { openDatabase } from '#history/driver/open-database.js';

const [folder, name, count] = process.argv.slice(2);
const driver = name === 'libsql' ? await libsqlDriver() : await nodeSqliteDriver();
const schema = {
  applicationId: 0x6d637402,
  migrations: ['CREATE TABLE step (number INTEGER PRIMARY KEY, process INTEGER NOT NULL) STRICT'],
};
const path = join(folder, 'home', 'steps.db');
const onNote = (text) => {
  throw new Error(text);
};
const database = await openDatabase({ path, schema, driver, onNote });
const last = database.prepare('SELECT coalesce(max(number), 0) AS number FROM step');
const insert = database.prepare('INSERT INTO step VALUES (?, ?)');
let longestMs = 0;
for (let n = 0; n < Number(count); n += 1) {
  const startMs = performance.now();
  database.transaction(() => insert.run(last.all()[0].number + 1, process.pid));
  longestMs = Math.max(longestMs, performance.now() - startMs);
}
database.close();
process.stdout.write(`${Math.round(longestMs)}\n`);
