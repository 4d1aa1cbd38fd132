// What it costs `status` to count the arrivals of earlier weeks in a large store: `node test/bench/arrivals.mjs [rows]` after a build.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';
import { weeksBefore } from '#mailflow/queue/inbound-volume.js';

const ROWS = Number(process.argv[2] ?? 10_000_000);
const DAYS = 90;
const AT_A_TIME = 250_000;
const NEWEST_MS = Date.parse('2026-06-02T17:00:00Z');
const OLDEST_MS = NEWEST_MS - DAYS * 86_400_000;
const ROWS_A_DAY = Math.ceil(ROWS / DAYS);
/** All mail of a day comes within twelve hours, so that the hours that are read are busy ones. */
const STEP_MS = 43_200_000 / ROWS_A_DAY;

const folder = await mkdtemp(join(tmpdir(), 'mailcheck-bench-'));
const path = join(folder, 'traces.db');
const database = await openTraceStore({ path, onNote: console.error });
database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -1500000');
const history = sqliteTraceHistory(() => Promise.resolve(database), 'bench');
await history.arrivals({ fromMs: 0, endMs: 1 }, null);

// Ids are random in front, as those of Exchange: neighbours in time are far apart in that index.
const insert = database.prepare(`
  WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
  INSERT INTO delivery (tenant, message_key, recipient_key, message_trace_id, message_id, sender, recipient, subject,
    received_ms, size_bytes, from_ip, to_ip, direction, status, state, is_open, observed_ms, first_seen_ms)
  SELECT 1, hex(randomblob(8)) || '-' || i, 'r@contoso.example', NULL, '<' || i || '@mail.fabrikam.example>',
    CASE WHEN i % 2 THEN 'sender' || (i % 5000) || '@fabrikam.example' ELSE 'a' || (i % 900) || '@contoso.example' END,
    CASE WHEN i % 2 THEN 'recipient' || (i % 20000) || '@contoso.example' ELSE 'b' || (i % 900) || '@fabrikam.example' END,
    'Order ' || i || ' of your account, with some more words that people write',
    CAST(${OLDEST_MS} + (i / ${ROWS_A_DAY}) * 86400000 + 43200000 + (i % ${ROWS_A_DAY}) * ${STEP_MS} AS INTEGER),
    20000, '192.0.2.10', NULL, NULL, 'delivered', 'delivered', 0, ${NEWEST_MS}, ${NEWEST_MS}
  FROM n`);
const filling = performance.now();
for (let from = 0; from < ROWS; from += AT_A_TIME)
  database.transaction(() => insert.run(from, Math.min(ROWS, from + AT_A_TIME)));
const fillSeconds = (performance.now() - filling) / 1000;
database.close();

const again = await openTraceStore({ path, onNote: console.error });
const kept = sqliteTraceHistory(() => Promise.resolve(again), 'bench');
const ownDomains = new Set(['contoso.example']);
const span = { fromMs: NEWEST_MS - 4 * 3_600_000, endMs: NEWEST_MS };
const { size } = await stat(path);
console.log(
  `${ROWS} rows in ${DAYS} days, ${(size / 2 ** 30).toFixed(1)} GiB, filled in ${fillSeconds.toFixed(0)} s`,
);
for (const name of ['first time', 'again']) {
  const before = process.memoryUsage.rss();
  const started = performance.now();
  const cpu = process.cpuUsage();
  let messages = 0;
  for (const week of weeksBefore(span)) {
    const steps = await kept.arrivals(week, ownDomains);
    messages += steps.reduce((sum, { inbound, others }) => sum + inbound + others, 0);
  }
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const grownMiB = (process.memoryUsage.rss() - before) / 2 ** 20;
  console.log(
    `  8 weeks, ${name}: ${messages} messages in ${ms.toFixed(0)} ms (${((user + system) / 1000).toFixed(0)} ms of processor), memory grew by ${grownMiB.toFixed(0)} MiB`,
  );
}
again.close();
await rm(folder, { recursive: true });
