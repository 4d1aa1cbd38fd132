// Requests of a trace that is repeated each hour, with a history and without: `npm run bench:repeated`. A tenant of 24,000
// deliveries an hour, at one twentieth of its size and of the service's pages.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';
import { createMatcher } from '#mailflow/trace/matches.js';
import { questionsOf } from '#mailflow/trace/plan-questions.js';
import { GRAPH_TERMS } from '#mailflow/trace/question.js';
import { rememberingSource } from '#mailflow/trace/remembering-source.js';

const TERMS = { ...GRAPH_TERMS, rowsPerPage: 250 };
const ROWS_PER_HOUR = 1200;
const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-06-20T00:00:00Z');
const RUNS = 6;
const NOTHING = {
  senders: [],
  recipients: [],
  subject: null,
  messageIds: [],
  messageTraceIds: [],
  statuses: [],
};

/** One delivery of `strugglers` is held for up to a day. */
function rowAt(number, nowMs, strugglers) {
  const receivedMs = START_MS + Math.floor((number * HOUR_MS) / ROWS_PER_HOUR / 1000) * 1000;
  const heldMs = number % strugglers === 0 ? ((number / strugglers) % 25) * HOUR_MS : 0;
  return {
    messageTraceId: `trace-${number}`,
    messageId: null,
    sender: '',
    recipient: `r${number}@contoso.example`,
    subject: null,
    receivedAt: new Date(receivedMs),
    sizeBytes: null,
    fromIp: null,
    toIp: null,
    status: nowMs - receivedMs < heldMs ? 'pending' : 'delivered',
    directionHint: null,
    events: null,
  };
}

function serviceAt(nowMs, strugglers) {
  let requests = 0;
  async function* deliveries(query) {
    for (const question of questionsOf(query, query.window, new Date(nowMs), TERMS)) {
      const { window } = question;
      const matches = createMatcher(question);
      const first = Math.floor(((window.to.getTime() - START_MS) / HOUR_MS) * ROWS_PER_HOUR) + 1;
      const last = Math.floor(((window.from.getTime() - START_MS) / HOUR_MS) * ROWS_PER_HOUR) - 1;
      const found = [];
      for (let number = first; number >= Math.max(0, last); number -= 1) {
        const row = rowAt(number, nowMs, strugglers);
        if (matches(row)) found.push(row);
      }
      const seenAt = new Date(nowMs);
      for (let from = 0; from === 0 || from < found.length; from += TERMS.rowsPerPage) {
        await Promise.resolve();
        requests += 1;
        const isLast = from + TERMS.rowsPerPage >= found.length;
        const page = { window, beganAt: seenAt, seenAt, isLast };
        yield { entries: found.slice(from, from + TERMS.rowsPerPage), gaps: [], notes: [], page };
      }
    }
  }
  return { kind: 'graph', tenant: null, requestCount: () => requests, asOf: () => null, deliveries };
}

async function drained(source, query) {
  for await (const batch of source.deliveries(query, null)) if (batch.gaps.length > 0) throw new Error('gap');
  return source.requestCount();
}

const folder = await mkdtemp(join(tmpdir(), 'mailcheck-bench-'));
const database = await openTraceStore({ path: join(folder, 'traces.db'), onNote: console.error });
for (const strugglers of [100_000, 1000, 100]) {
  for (const hours of [4, 24, 72, 168]) {
    const history = sqliteTraceHistory(() => Promise.resolve(database), `${hours} ${strugglers}`);
    const counts = [];
    for (let run = 0; run < RUNS; run += 1) {
      const nowMs = START_MS + (200 + run) * HOUR_MS;
      const window = { from: new Date(nowMs - hours * HOUR_MS), to: new Date(nowMs) };
      const source = serviceAt(nowMs, strugglers);
      const remembering = rememberingSource({
        ...{ source, history, terms: TERMS, now: () => new Date(nowMs), gapOf: () => null },
        onHistoryTrouble: (error) => {
          throw error;
        },
      });
      const query = { ...NOTHING, window };
      const anew = await drained(serviceAt(nowMs, strugglers), query);
      counts.push(`${await drained(remembering, query)}/${anew}`);
    }
    console.log(
      `1 of ${strugglers} held, --since ${hours}h, each hour, with history/without: ${counts.join(' ')}`,
    );
  }
}
database.close();
await rm(folder, { recursive: true });
