/**
 * What `status` costs beside its slowest source alone: whole processes against servers that all answer after 300 ms,
 * medians of alternating runs. What all have in common, the start of the program, is taken off before they are compared.
 * Run: npm run bench:status [RUNS]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/mailcheck.js', import.meta.url));
const SERVER = fileURLToPath(new URL('status/server.mjs', import.meta.url));
const DELAY_MS = 300;
const MOST = 1.3;
const LONGEST_RUN_MS = 60_000;
const RUNS = Number(process.argv[2] ?? 5);

const folder = mkdtempSync(join(tmpdir(), 'mailcheck-bench-'));
const server = spawn(process.execPath, [SERVER, String(DELAY_MS), join(folder, 'ca.pem')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});

async function millisecondsOf(args, env) {
  const start = process.hrtime.bigint();
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, MAILCHECK_HOME: join(folder, 'home'), ...env },
    stdio: 'ignore',
    timeout: LONGEST_RUN_MS,
  });
  const [code] = await once(child, 'exit');
  if (code === null || code > 3) throw new Error(`${args.join(' ')} exited ${code}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** The same window and sample for both; a quota that is never used up, and nothing kept that would answer the next run. */
function candidatesOf(sample) {
  const same = ['--sample', sample, '--no-history', '--quota', '100000', '--format', 'json', '--quiet'];
  return {
    'start-up': ['--version'],
    trace: ['trace', '--since', '4h', ...same],
    health: ['health', '--format', 'json', '--quiet'],
    status: ['status', ...same],
  };
}

async function compare(sample, env) {
  const candidates = candidatesOf(sample);
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, args] of Object.entries(candidates)) times[name].push(await millisecondsOf(args, env));
  }
  const [startUp, trace, health, status] = Object.values(times).map(median);
  const slowest = Math.max(trace, health) - startUp;
  const ratio = (status - startUp) / slowest;
  console.log(`--sample ${sample}, ${RUNS} runs each, everything answers after ${DELAY_MS} ms`);
  for (const [name, ms] of Object.entries({ 'start-up': startUp, trace, health, status })) {
    console.log(`  ${name.padEnd(10)} ${ms.toFixed(0).padStart(6)} ms`);
  }
  console.log(`  status beside its slowest source: ${ratio.toFixed(2)}, at most ${MOST}`);
  return ratio;
}

try {
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  const env = JSON.parse(line);
  const ratios = [await compare('60', env), await compare('none', env)];
  process.exitCode = ratios.every((ratio) => ratio <= MOST) ? 0 : 1;
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
