/**
 * What an answer costs beside Node itself: whole processes, each run right after one of `node -e 0`, and the median of
 * the ratios, so that whatever else the machine does weighs on both alike. Each is run once before it counts, so that its
 * files lie in memory as those of Node do. The last one is the time to the first byte that a person sees of a command that
 * asks a service, at a terminal of its own.
 *
 * Run: npm run bench:start-up -- [RUNS]
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/mailcheck.js', import.meta.url));
const RUNS = Number(process.argv[2] ?? 41);
const ROWS = 1000;

const folder = mkdtempSync(join(tmpdir(), 'mailcheck-start-up-'));
const env = {
  ...process.env,
  MAILCHECK_HOME: join(folder, 'home'),
  MAILCHECK_GRAPH_TOKEN: 'none',
  TZ: 'UTC',
};
delete env.CI;

function exportOf(rows) {
  const line = (_, index) => {
    const at = new Date(Date.parse('2026-06-02T12:00:00Z') + index * 1000).toISOString();
    const status = index % 10 === 0 ? 'Pending' : 'Delivered';
    return `${at},ann@contoso.example,u${index % 50}@fabrikam.example,Report ${index},${status},<m${index}@contoso.example>,t${index}`;
  };
  const head = 'Received,SenderAddress,RecipientAddress,Subject,Status,MessageId,MessageTraceId';
  return [head, ...Array.from({ length: rows }, line), ''].join('\n');
}

const exported = join(folder, 'trace.csv');
writeFileSync(exported, exportOf(ROWS));

function wholeRun(args, more = {}) {
  return () => {
    const start = process.hrtime.bigint();
    const { status } = spawnSync(process.execPath, args, {
      stdio: 'ignore',
      env: { ...env, ...more },
      cwd: folder,
    });
    if (status !== 0) throw new Error(`${args.join(' ')} exited ${status}`);
    return Number(process.hrtime.bigint() - start) / 1e6;
  };
}

/** `script` gives it a terminal; nothing listens at the address, so only the start is measured. */
function firstByte(args) {
  return async () => {
    const start = process.hrtime.bigint();
    const command = [process.execPath, ...args].join(' ');
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env,
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    child.kill();
    await new Promise((resolve) => child.once('close', resolve));
    return ms;
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const bare = wholeRun(['-e', '0']);
const asking = [BIN, 'trace', '--graph-url', 'http://127.0.0.1:9', '--timeout', '1s'];
const read = [BIN, 'trace', '--file', exported];
const candidates = [
  ['node -e 0', bare, 1],
  ['mailcheck --version', wholeRun([BIN, '--version']), 1.3],
  ['mailcheck --help', wholeRun([BIN, '--help']), 1.3],
  ['mailcheck explain "451 4.3.2"', wholeRun([BIN, 'explain', '451 4.3.2']), 1.6],
  [`mailcheck trace --file (${ROWS} rows)`, wholeRun(read), 2.5],
  ['  the same in TZ=Europe/Berlin', wholeRun(read, { TZ: 'Europe/Berlin' }), 2.5],
  ['mailcheck trace, first byte', firstByte(asking), 2.5],
];
try {
  console.log(`Node ${process.version}, ${RUNS} pairs; ms as least and median, ratio as median of the pairs`);
  for (const [name, measure, most] of candidates) {
    const times = [];
    const ratios = [];
    await measure();
    for (let run = 0; run < RUNS; run += 1) {
      const beside = bare();
      times.push(await measure());
      ratios.push(times.at(-1) / beside);
    }
    const shown = [Math.min(...times), median(times)].map((ms) => ms.toFixed(0).padStart(5)).join('');
    console.log(`${name.padEnd(34)}${shown} ms  ${median(ratios).toFixed(2)} x node (at most ${most})`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
