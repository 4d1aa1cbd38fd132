/** One way to list everything without the frame of the program, in a process of its own. Prints the rows it saw. */
import { Buffer } from 'node:buffer';
import * as http from 'node:http';
import { performance } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';

const [party, origin, from, to] = process.argv.slice(2);
const LIST = '/v1.0/admin/exchange/tracing/messageTraces';

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

async function readSource() {
  const { openGraphTraceSource } = await import('../../../dist/sources/graph/graph-trace-source.js');
  const { parseGraphUrl } = await import('../../../dist/sources/graph/graph-origin.js');
  const { processLedger } = await import('../../../dist/mailflow/quota/process-ledger.js');
  const { readyToken } = await import('../../../dist/sources/sign-in/ready-token.js');
  const monotonicMs = () => performance.now();
  const rules = { limit: 1_000_000, reserve: 0, windowMs: 1, wayMs: 0 };
  const source = openGraphTraceSource({
    origin: parseGraphUrl(origin),
    tokens: readyToken('x'),
    tenant: 'contoso.example',
    caPem: null,
    env: {},
    clock: {
      now: () => new Date(),
      monotonicMs,
      sleep: () => Promise.reject(new Error('nothing to wait for')),
    },
    ledger: processLedger({ rules, isAttended: true, monotonicMs }),
    maxRequests: null,
    deadlineMs: null,
    patienceMs: 0,
    onNotice: () => undefined,
  });
  const query = {
    senders: [],
    recipients: [],
    subject: null,
    messageIds: [],
    messageTraceIds: [],
    statuses: [],
  };
  const window = { from: new Date(Number(from)), to: new Date(Number(to)) };
  let rows = 0;
  for await (const batch of source.deliveries({ ...query, window }, new AbortController().signal))
    rows += batch.entries.length;
  return rows;
}

const parties = { fetch: fetchAndParse, source: readSource };
process.stdout.write(String(await parties[party]()));
