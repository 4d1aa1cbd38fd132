// What keeping 500,000 rows costs, and reading them again: `npm run bench:history [rows]`.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { libsqlDriver } from '#history/driver/libsql.js';
import { nodeSqliteDriver } from '#history/driver/node-sqlite.js';
import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';

const ROWS = Number(process.argv[2] ?? 500_000);
const PAGE = 5000;
const NEWEST_MS = Date.parse('2026-06-20T12:00:00Z');
const ROWS_PER_SECOND = 7;
const ALWAYS = { fromMs: 0, endMs: Number.MAX_SAFE_INTEGER };
const ANYTHING = {
  window: null,
  senders: [],
  recipients: [],
  subject: null,
  messageIds: [],
  messageTraceIds: [],
  statuses: [],
};

/** Ids as Exchange writes them: random in front, so that neighbours in time are far apart in an index. */
function row(n, status) {
  const mixed = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const hex = mixed.toString(16).padStart(8, '0');
  return {
    messageTraceId: `${hex}-${hex.slice(4)}-4${hex.slice(5)}-8${hex.slice(0, 3)}-08de${hex}`,
    messageId: `<${hex}.${n}@mail.fabrikam.example>`,
    sender: `sender${n % 5000}@fabrikam.example`,
    recipient: `recipient${n % 20_000}@contoso.example`,
    subject: `Order ${n} of your account, with some more words that people write`,
    receivedAt: new Date(NEWEST_MS - Math.floor(n / ROWS_PER_SECOND) * 1000),
    sizeBytes: 1024 + (n % 100_000),
    fromIp: '192.0.2.10',
    toIp: null,
    status: status ?? (n % 50 === 0 ? 'pending' : 'delivered'),
    directionHint: null,
    events: null,
  };
}

async function keepAll(history, seenAt, status) {
  const started = performance.now();
  for (let from = 0; from < ROWS; from += PAGE) {
    const entries = Array.from({ length: Math.min(PAGE, ROWS - from) }, (_, index) =>
      row(from + index, status),
    );
    const proven = [
      {
        fromMs: entries.at(-1).receivedAt.getTime() + 1000,
        endMs: NEWEST_MS + 1,
        observedAtMs: seenAt.getTime(),
        state: 'complete',
      },
    ];
    await history.keepPage({ shape: '', entries, seenAt, proven });
  }
  return performance.now() - started;
}

async function timed(work) {
  const started = performance.now();
  const result = await work();
  return [performance.now() - started, result];
}

async function measure(name, driver) {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-bench-'));
  const path = join(folder, 'traces.db');
  const database = await openTraceStore({ path, onNote: console.error, driver });
  const history = sqliteTraceHistory(() => Promise.resolve(database), 'bench');
  const rate = (ms) => `${Math.round((ROWS / ms) * 1000).toLocaleString('en')} rows/s`;
  const insertMs = await keepAll(history, new Date(NEWEST_MS + 60_000));
  const againMs = await keepAll(history, new Date(NEWEST_MS + 120_000));
  const changedMs = await keepAll(history, new Date(NEWEST_MS + 180_000), 'expanded');
  const before = process.memoryUsage.rss();
  let most = before;
  const [readMs, rows] = await timed(async () => {
    let count = 0;
    for await (const portion of history.rows(ANYTHING, [ALWAYS])) {
      count += portion.length;
      most = Math.max(most, process.memoryUsage.rss());
    }
    return count;
  });
  const day = { fromMs: NEWEST_MS - 86_400_000, endMs: NEWEST_MS };
  const [rollUpMs] = await timed(() => history.rollUps(day, 86_400_000));
  const { size } = await stat(path);
  database.close();
  await rm(folder, { recursive: true });
  console.log(`${name}, Node ${process.versions.node}, ${ROWS} rows`);
  console.log(`  new rows           ${rate(insertMs)}`);
  console.log(`  seen again         ${rate(againMs)}`);
  console.log(`  with a new status  ${rate(changedMs)}`);
  console.log(
    `  read               ${rate(readMs)} (${rows}), memory grew by ${((most - before) / 2 ** 20).toFixed(0)} MiB`,
  );
  console.log(`  a day's summary    ${rollUpMs.toFixed(1)} ms; file ${(size / 2 ** 20).toFixed(0)} MiB`);
}

const drivers = [
  ['libsql', await libsqlDriver()],
  ['node:sqlite', await nodeSqliteDriver()],
];
for (const [name, driver] of drivers) if (driver !== null) await measure(name, driver);
