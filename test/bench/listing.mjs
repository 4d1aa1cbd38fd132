/**
 * What listing half a million rows costs beside fetching and parsing the same pages: processor time (user and system) and
 * peak memory of whole processes, start-up included, in alternating runs. The server is a third process.
 * Run: npm run bench:listing
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PAGES = 100;
const ROWS = 5000;
const RUNS = Number(process.argv[2] ?? 5);
const TO = Math.floor(Date.now() / 1000) * 1000 - 60_000;
const FROM = TO - 24 * 3_600_000;
const PARTIES = {
  fetch: 'fetch and JSON.parse',
  source: 'the Graph source alone',
  pipeline: 'mailcheck trace --sample none --limit 0 --format json',
};

const pathOf = (name) => fileURLToPath(new URL(`listing/${name}.mjs`, import.meta.url));
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const server = spawn(process.execPath, [pathOf('server'), PAGES, ROWS, FROM, TO].map(String), {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [line] = await once(server.stdout, 'data');
const { origin, bytes } = JSON.parse(line);
console.log(`${PAGES * ROWS} rows in ${PAGES} pages, ${(bytes / 1e6).toFixed(0)} MB of JSON`);

const measured = Object.fromEntries(Object.keys(PARTIES).map((party) => [party, []]));
for (let run = 0; run < RUNS; run += 1) {
  for (const party of Object.keys(PARTIES)) {
    const words = [pathOf('party'), party, origin, FROM, TO].map(String);
    const result = JSON.parse(execFileSync(process.execPath, words, { timeout: 120_000 }));
    if (result.rows !== PAGES * ROWS) throw new Error(`${party} saw ${result.rows} rows`);
    measured[party].push(result);
  }
}
server.stdin.end();

for (const [party, title] of Object.entries(PARTIES)) {
  const ratios = measured[party].map(({ cpuMs }, run) => cpuMs / measured.fetch[run].cpuMs);
  const cpu = median(measured[party].map(({ cpuMs }) => cpuMs));
  const rss = Math.max(...measured[party].map(({ rssMiB }) => rssMiB));
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(
    `${title.padEnd(54)} ${cpu.toFixed(0).padStart(5)} ms of CPU  ${median(ratios).toFixed(2)} x (${range})  ${rss.toFixed(0).padStart(4)} MiB at most`,
  );
}
