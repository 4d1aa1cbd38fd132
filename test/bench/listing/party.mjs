/** One way to list everything, in a process of its own. Prints the rows it saw, its processor time and its peak of memory. */
import { Buffer } from 'node:buffer';
import * as http from 'node:http';
import { performance } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';

const [party, origin, from, to] = process.argv.slice(2);
const LIST = '/v1.0/admin/exchange/tracing/messageTraces';
const window = { from: new Date(Number(from)), to: new Date(Number(to)) };

function get(url, agent) {
  return new Promise((resolve, reject) => {
    const options = { agent, headers: { 'accept-encoding': 'gzip', authorization: 'Bearer x' } };
    const request = http.get(url, options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

/** The least that any program must do. */
async function fetchAndParse() {
  const agent = new http.Agent({ keepAlive: true });
  let rows = 0;
  for (let url = `${origin}${LIST}`; url !== undefined;) {
    const body = JSON.parse(gunzipSync(await get(url, agent)).toString('utf8'));
    rows += body.value.length;
    url = body['@odata.nextLink'];
  }
  agent.destroy();
  return rows;
}

async function openSource() {
  const { openGraphTraceSource } = await import('../../../dist/sources/graph/graph-trace-source.js');
  const { parseGraphUrl } = await import('../../../dist/sources/graph/graph-origin.js');
  const { rollingBudget } = await import('../../../dist/sources/http/request-budget.js');
  const { readyToken } = await import('../../../dist/sources/sign-in/ready-token.js');
  const { setTimeout: sleep } = await import('node:timers/promises');
  const clock = { now: () => new Date(), monotonicMs: () => performance.now(), sleep: (ms) => sleep(ms) };
  return openGraphTraceSource({
    origin: parseGraphUrl(origin),
    tokens: readyToken('x'),
    tenant: 'contoso.example',
    caPem: null,
    env: {},
    clock,
    // The quota of the service would stretch the run to minutes and cost nothing.
    budget: rollingBudget({ limit: 1_000_000, windowMs: 1 }, clock.monotonicMs),
    maxRequests: null,
    deadlineMs: clock.monotonicMs() + 300_000,
    patienceMs: 10_000,
    onNotice: () => undefined,
  });
}

async function readSource() {
  const source = await openSource();
  const query = {
    window,
    senders: [],
    recipients: [],
    subject: null,
    messageIds: [],
    messageTraceIds: [],
    statuses: [],
  };
  let rows = 0;
  for await (const batch of source.deliveries(query, new AbortController().signal))
    rows += batch.entries.length;
  return rows;
}

/** The whole program but for its streams and the quota: what `mailcheck trace` does with these words. */
async function runPipeline() {
  const { runProgram } = await import('../../../dist/cli/program.js');
  const { COMMANDS } = await import('../../../dist/commands/index.js');
  const text = [];
  const sink = { write: async (chunk) => void text.push(chunk), isClosed: () => false };
  const ports = {
    now: () => new Date(),
    random: Math.random,
    signal: new AbortController().signal,
    traces: openSource,
    note: () => undefined,
    progress: () => undefined,
  };
  const world = {
    entries: COMMANDS,
    topics: [],
    now: () => new Date(),
    localTimeZone: 'UTC',
    stdout: sink,
    stderr: sink,
    widthColumns: 80,
    page: () => ({ widthColumns: 80, now: new Date(), timeZone: 'UTC' }),
    openPorts: async () => ({ ports, drill: null, close: async () => undefined }),
  };
  const words = `trace --sample none --limit ${0} --format json --from ${window.from.toISOString()} --to ${window.to.toISOString()}`;
  const exitCode = await runProgram(words.split(' '), world);
  const answer = JSON.parse(text.join(''));
  if (exitCode !== 0)
    throw new Error(`exit ${exitCode}: ${JSON.stringify(answer.incomplete)}${JSON.stringify(answer.error)}`);
  return answer.summary.deliveries;
}

const parties = { fetch: fetchAndParse, source: readSource, pipeline: runPipeline };
const rows = await parties[party]();
const { user, system } = process.cpuUsage();
const rss = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ rows, cpuMs: (user + system) / 1000, rssMiB: rss })}\n`);
