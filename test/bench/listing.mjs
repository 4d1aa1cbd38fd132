/**
 * What listing half a million rows costs beside fetching and parsing the same pages: processor time (user and system) and
 * peak memory of whole processes, start-up included, in alternating runs. The server is a third process.
 * Run: npm run bench:listing [-- RUNS]
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGES = 100;
const ROWS = 5000;
const RUNS = Number(process.argv[2] ?? 5);
const TO = Math.floor(Date.now() / 1000) * 1000 - 60_000;
const FROM = TO - 24 * 3_600_000;

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const party = (name) => ({
  words: (origin) => [pathOf('listing/party.mjs'), name, origin, FROM, TO],
  rowsOf: Number,
});

/** The quota of the service would stretch a run to minutes, and cost nothing. */
const PROGRAM =
  'trace --sample none --limit 0 --format json --no-history --max-requests 200 --quota 100000'.split(' ');
const PARTIES = {
  'fetch and JSON.parse': party('fetch'),
  'the Graph source alone': party('source'),
  [`mailcheck ${PROGRAM.slice(0, 6).join(' ')}`]: {
    words: () => [
      pathOf('../../bin/mailcheck.js'),
      ...PROGRAM,
      ...['--from', new Date(FROM).toISOString(), '--to', new Date(TO).toISOString()],
    ],
    rowsOf: (stdout) => JSON.parse(stdout).summary.deliveries,
  },
};

const server = spawn(process.execPath, [pathOf('listing/server.mjs'), PAGES, ROWS, FROM, TO].map(String), {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [line] = await once(server.stdout, 'data');
const { origin, bytes } = JSON.parse(line);
const home = mkdtempSync(join(tmpdir(), 'mailcheck-bench-'));
console.log(`${PAGES * ROWS} rows in ${PAGES} pages, ${(bytes / 1e6).toFixed(0)} MB of JSON`);

function costOf({ words, rowsOf }) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', pathOf('listing/probe.cjs'), ...words(origin).map(String)],
    {
      encoding: 'utf8',
      timeout: 120_000,
      env: {
        PATH: process.env.PATH,
        MAILCHECK_HOME: home,
        MAILCHECK_GRAPH_URL: origin,
        MAILCHECK_GRAPH_TOKEN: 'x',
      },
    },
  );
  if (rowsOf(stdout) !== PAGES * ROWS) throw new Error(`too few rows: ${stdout.slice(0, 300)} ${stderr}`);
  return JSON.parse(stderr.split('\n').at(-1));
}

const rounds = Array.from({ length: RUNS }, () => Object.values(PARTIES).map(costOf));
server.stdin.end();
rmSync(home, { recursive: true });
for (const [index, name] of Object.keys(PARTIES).entries()) {
  const costs = rounds.map((round) => round[index]);
  const ratios = rounds.map((round) => round[index].cpuMs / round[0].cpuMs);
  const cpu = median(costs.map(({ cpuMs }) => cpuMs)).toFixed(0);
  const rss = Math.max(...costs.map(({ rssMiB }) => rssMiB)).toFixed(0);
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(
    `${name.padEnd(54)} ${cpu.padStart(5)} ms of CPU  ${median(ratios).toFixed(2)} x (${range})  ${rss.padStart(4)} MiB at most`,
  );
}
