/** The same proof through the real client, over sockets, to the simulated tenant, with the store on the disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { Database } from '#history/driver/database.js';
import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';
import type { Gap } from '#mailflow/finding.js';
import { GRAPH_TERMS } from '#mailflow/trace/question.js';
import { rememberingSource } from '#mailflow/trace/remembering-source.js';
import type { TraceHistory } from '#mailflow/trace/trace-history.js';
import { faultScript } from '#simulator/faults.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import { type Random, randomOf } from '#simulator/population/random.js';
import { startTenant, type Tenant } from '#simulator/tenant.js';

import { keptRows } from '../fakes/memory-trace-history.js';
import { type VirtualClock, virtualClock } from '../fakes/virtual-clock.js';
import { openAt, query } from '../sources/graph/opened.js';
import { HOUR_MS, type ModelRow, modelTenant, nameOf, START_MS } from './tenant-model.js';

const SEEDS = 6;
const NEVER = new AbortController().signal;
const FAULTS = [
  '429:41',
  '503',
  '401',
  'html502',
  'reset',
  'cut',
  'refuse-skiptoken',
  'repeat-nextlink',
  '429:900',
] as const;

let folder = '';
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  database = await openTraceStore({ path: join(folder, 'traces.db'), onNote: () => undefined });
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

/** Each row as the simulated tenant holds it; its view of a status lags behind by as much as the row does. */
function populationOf(rows: readonly ModelRow[]): readonly SimulatedDelivery[] {
  return rows.map(({ entry, visibleMs, statuses }) => ({
    id: entry.messageTraceId ?? '',
    messageId: entry.messageId ?? '',
    sender: entry.sender,
    recipient: entry.recipient,
    subject: entry.subject ?? '',
    receivedAt: entry.receivedAt,
    sizeBytes: entry.sizeBytes ?? 0,
    fromIp: entry.fromIp,
    toIp: entry.toIp,
    lagSeconds: (visibleMs - entry.receivedAt.getTime()) / 1000,
    statuses: statuses.map(({ atMs, status }) => ({ at: new Date(atMs), status })),
    events: () => [],
  }));
}

function gapOf(error: unknown): Gap | null {
  return error instanceof Failure && ['throttled', 'unreachable', 'protocol'].includes(error.kind)
    ? { what: 'the rest', reason: error.kind, remedy: error.remedy, retryAfterSeconds: null }
    : null;
}

interface Client {
  readonly tenant: Tenant;
  readonly clock: VirtualClock;
  readonly history: TraceHistory;
}

/** One run; `chance` kills it between two pages. Gives how many pages it saw. */
async function run(
  { tenant, clock, history }: Client,
  fromMs: number,
  chance: Random | null,
): Promise<number> {
  const { source } = openAt(tenant.graphUrl, { clock, patienceMs: 60_000 });
  const remembering = rememberingSource({
    ...{ source, history, terms: GRAPH_TERMS, now: clock.now, gapOf },
    onHistoryTrouble: (error) => {
      throw error;
    },
  });
  const to = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
  const answers = remembering.deliveries(query({ window: { from: new Date(fromMs), to } }), NEVER);
  let pages = 0;
  try {
    for await (const { page } of answers) {
      pages += page === undefined ? 0 : 1;
      if (chance?.chance(0.15) === true) break;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return pages;
}

describe('histories through the Graph client', () => {
  test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
    'seed %i: the store on the disk is the oracle',
    async (seed) => {
      const random = randomOf(seed, 'sockets');
      const rows = modelTenant(seed, {
        rows: 6000,
        hours: 40,
        latestHours: 12,
        // More than a page holds, in one second.
        ties: seed % 2 === 0 ? 5001 : 0,
        seconds: seed % 3 === 0 ? 30 : null,
        openShare: 0.1,
        isOutage: false,
        changesItsMind: true,
      });
      const clock = virtualClock(new Date(START_MS + 2 * HOUR_MS).toISOString());
      const words = Array.from({ length: 12 }, () => random.between(2, 60));
      const script = faultScript(Object.fromEntries(words.map((request) => [request, random.pick(FAULTS)])));
      const options = { tokenChecks: 'any', faults: script, clock: clock.now } as const;
      const tenant = await startTenant({ ...options, population: populationOf(rows) });
      const history = sqliteTraceHistory(() => Promise.resolve(database), `seed ${seed}`);
      const client = { tenant, clock, history };
      let pages = 0;
      for (let turn = 0; turn < 5; turn += 1) {
        clock.advance(random.between(1, 20) * HOUR_MS);
        const hours = random.pick([4, 12, 48, 96]);
        pages += await run(client, clock.now().getTime() - hours * HOUR_MS, random);
      }
      clock.advance(100 * HOUR_MS);
      for (let turn = 0; turn < 3; turn += 1) pages += await run(client, START_MS - HOUR_MS, random);
      clock.advance(HOUR_MS);
      // What was scripted may still be ahead; in the end a run gets through.
      for (let turn = 0; turn < 20; turn += 1) {
        clock.advance(HOUR_MS);
        pages += await run(client, START_MS - HOUR_MS, null);
      }
      const truth = new Map(
        tenant
          .oracle(clock.now())
          .map(({ delivery, status }) => [`${delivery.id} ${delivery.recipient}`, status]),
      );
      await tenant.close();
      const kept = await keptRows(history);
      const wrong = rows.filter((row) => {
        const { messageTraceId, recipient } = row.entry;
        return kept.get(nameOf(row))?.status !== truth.get(`${messageTraceId ?? ''} ${recipient}`);
      });
      expect(wrong.map(nameOf)).toEqual([]);
      expect(kept.size).toBe(rows.length);
      expect(pages).toBeGreaterThan(5);
    },
    180_000,
  );
});
