// Keeps pages until it is killed: `node keep-pages.mjs STORE GENERATION NOW_MS`. Says each page that is kept, and the end.
import { writeSync } from 'node:fs';
import { argv } from 'node:process';

import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';
import { createMatcher } from '#mailflow/trace/matches.js';
import { GRAPH_TERMS } from '#mailflow/trace/question.js';
import { rememberingSource } from '#mailflow/trace/remembering-source.js';

import { NEWEST_MS, receivedMs, rowOf, ROWS, ROWS_PER_PAGE } from './formula.mjs';

const [, , path, generationText, nowText] = argv;
const generation = Number(generationText);
const nowMs = Number(nowText);
let requests = 0;

async function* deliveries(question) {
  const { window } = question;
  const matches = createMatcher(question);
  const found = [];
  for (let number = 0; number < ROWS; number += 1) {
    const row = rowOf(number, generation);
    if (matches(row)) found.push(row);
  }
  const beganAt = new Date(nowMs + requests * 1000);
  for (let from = 0; from === 0 || from < found.length; from += ROWS_PER_PAGE) {
    await Promise.resolve();
    requests += 1;
    const entries = found.slice(from, from + ROWS_PER_PAGE);
    const isLast = from + ROWS_PER_PAGE >= found.length;
    const page = { window, beganAt, seenAt: new Date(nowMs + requests * 1000), isLast };
    yield { entries, gaps: [], notes: [], page };
  }
}

const source = rememberingSource({
  source: { kind: 'graph', tenant: null, requestCount: () => requests, asOf: () => null, deliveries },
  history: sqliteTraceHistory(() => openTraceStore({ path, onNote: tell }), 'killed'),
  terms: { ...GRAPH_TERMS, rowsPerPage: ROWS_PER_PAGE },
  now: () => new Date(nowMs),
  gapOf: () => null,
  onHistoryTrouble: (error) => {
    throw error;
  },
});

const everything = {
  window: { from: new Date(receivedMs(ROWS)), to: new Date(NEWEST_MS) },
  senders: [],
  recipients: [],
  subject: null,
  messageIds: [],
  messageTraceIds: [],
  statuses: [],
};
tell('opened');
for await (const { entries, page } of source.deliveries(everything, null)) {
  if (page === undefined) continue;
  const numbers = entries.map(({ sizeBytes }) => sizeBytes - 1000);
  tell(`kept ${page.seenAt.getTime()} ${numbers.join(',')}`);
}
tell(`ended ${requests}`);

/** At once: what is written by a stream could be lost with the process. */
function tell(line) {
  writeSync(1, `${line}\n`);
}
