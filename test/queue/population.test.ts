/**
 * Why: an admin acts on the numbers of `queue`. A large tenant of which 12,000 of 200,000 deliveries are held, read by
 * the real client over real sockets: what is counted must be what a count by hand gives, what is estimated must hold it as
 * often as a range of 95 % promises.
 */
import { describe, expect, test } from 'vitest';

import type { Ports } from '#cli/ports.js';
import { queue } from '#commands/queue/queue.js';
import type { AgeTableRow } from '#mailflow/queue/age-table.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';
import type { RequestLedger } from '#mailflow/quota/request-ledger.js';
import { quotaRules, SERVICE_QUOTA } from '#mailflow/quota/rolling-window.js';
import { createRandom, type Random } from '#mailflow/sampling/random.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import { startTenant, type Tenant } from '#simulator/tenant.js';
import { openExchangeExpirationSource } from '#sources/exchange/exchange-expiration-source.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { readyToken } from '#sources/sign-in/ready-token.js';

import { runCommand } from '../commands/run-command.js';
import { type VirtualClock, virtualClock } from '../fakes/virtual-clock.js';
import { delivery, event, numberedId } from '../simulator/population.js';

const IS_WHOLE = process.env['MAILCHECK_QUEUE'] === 'whole';
const ROWS = IS_WHOLE ? 200_000 : 20_000;
const HELD = IS_WHOLE ? 12_000 : 1_200;
/** Held by a status that is stale. */
const STALE = 40;
const START = '2026-06-02T17:00:00Z';
const NOW_MS = Date.parse(START);
const SEED = 20_260_602;
const POPULATIONS = IS_WHOLE ? 20 : 6;

/** What a row is, in the words that this test counts in. */
interface Known {
  readonly minutes: number;
  readonly domain: string;
  readonly sender: string;
  readonly hop: string;
  readonly reason: string;
}

const TROUBLES = [
  ['service-error', '451 4.3.2 Temporary server error. Please try again later'],
  ['connection-failed', '450 4.4.316 Connection refused [Message=Socket error code 10061]'],
  ['dns-failure', '450 4.4.312 DNS query failed [Message=InfoDomainNonexistent]'],
] as const;

/** Young mail is held by the service, old mail by its destinations: ages and reasons go together, as in an outage. */
function heldRow(random: Random): Known {
  const minutes = 1 + Math.floor(random() ** 3 * 1430);
  const number = Math.floor(random() ** 2 * 400);
  const trouble = minutes < 200 && random() < 0.8 ? 0 : 1 + (number % 2);
  return {
    minutes,
    domain: `d${number}.example`,
    sender: `s${Math.floor(random() ** 2 * 150)}@contoso.example`,
    hop: trouble === 0 ? 'mail.contoso.example' : `mx${number % 7}.partner.example`,
    reason: TROUBLES[trouble]?.[0] ?? '',
  };
}

function heldDelivery(known: Known, index: number): SimulatedDelivery {
  const { minutes, domain, sender, hop, reason } = known;
  // Half a minute off every bound, for the listing takes its time.
  const receivedAt = new Date(NOW_MS - minutes * 60_000 - 30_000);
  const lastError = TROUBLES.find(([name]) => name === reason)?.[1] ?? '';
  const record = { lastError, message: '', fqdn: hop, ip: '192.0.2.7', lastRetryAt: null, trailer: '' };
  return delivery({
    ...{ id: numberedId(index), messageId: `<h${index}@contoso.example>`, sender, receivedAt, lagSeconds: 0 },
    recipient: `r${index}@${index % 2 === 0 ? domain : domain.toUpperCase()}`,
    status: index % 5 === 0 ? 'gettingStatus' : 'pending',
    events: () => [event({ at: receivedAt, event: 'Defer', reason: record })],
  });
}

function otherDelivery(index: number): SimulatedDelivery {
  const receivedAt = new Date(NOW_MS - Math.floor((index * 2 * 86_400_000) / ROWS));
  return delivery({
    ...{ id: numberedId(1_000_000 + index), messageId: `<o${index}@contoso.example>`, receivedAt },
    recipient: `o${index}@d${index % 400}.example`,
    status: index % 40 === 0 ? 'failed' : 'delivered',
  });
}

interface Answered {
  readonly total: number;
  readonly pastExpiry: number;
  readonly expiration: object;
  readonly buckets: readonly { readonly held: number }[];
  readonly by: { readonly rows: readonly AgeTableRow[] };
}

/** A tenant, and the client that asks it. */
async function opened(clock: VirtualClock, population: readonly SimulatedDelivery[]) {
  const tenant: Tenant = await startTenant({ population, clock: clock.now, tokenChecks: 'any' });
  const random = createRandom(7);
  const ledger = (): RequestLedger =>
    processLedger({ rules: quotaRules(SERVICE_QUOTA), isAttended: true, monotonicMs: clock.monotonicMs });
  const shared = {
    ...{ clock, env: {}, caPem: null, tenant: tenant.tenantId, tokens: readyToken('x') },
    ...{ maxRequests: null, deadlineMs: null, patienceMs: Infinity, onNotice: () => undefined },
  };
  const ports: Partial<Ports> = {
    now: clock.now,
    random,
    traces: () =>
      Promise.resolve(
        openGraphTraceSource({ ...shared, origin: parseGraphUrl(tenant.graphUrl), ledger: ledger() }),
      ),
    expiration: () =>
      Promise.resolve(
        openExchangeExpirationSource({
          ...{ ...shared, origin: parseExchangeUrl(tenant.exchangeUrl), ledger: ledger() },
          tenantGuid: () => Promise.resolve(tenant.tenantId),
        }),
      ),
  };
  return {
    close: tenant.close,
    ask: async (args: readonly string[]): Promise<Answered> => {
      const context = { now: clock.now(), localTimeZone: 'UTC' };
      const run = await runCommand(queue, args, ports, { context });
      return run.conclusion.summary as Answered;
    },
  };
}

interface Populated {
  readonly known: readonly Known[];
  readonly population: readonly SimulatedDelivery[];
}

function populated(seed: number): Populated {
  const random = createRandom(seed);
  const known = Array.from({ length: HELD }, () => heldRow(random));
  const stale = Array.from({ length: STALE }, (_, index) => ({ ...heldRow(random), minutes: 1500 + index }));
  const others = Array.from({ length: ROWS - HELD - STALE }, (_, index) => otherDelivery(index));
  return { known, population: [...[...known, ...stale].map(heldDelivery), ...others] };
}

/** Each question has a tenant of its own: waiting for the quota of one would make the mail of all others older. */
async function asked(population: readonly SimulatedDelivery[], args: readonly string[]): Promise<Answered> {
  const { ask, close } = await opened(virtualClock(START), population);
  try {
    return await ask(args);
  } finally {
    await close();
  }
}

const BOUNDS = [5, 15, 60, 240, 720, 1440, Infinity];

/** How many of each age. */
function counted(rows: readonly Known[]): readonly number[] {
  const counts = BOUNDS.map(() => 0);
  for (const { minutes } of rows) {
    let bucket = 0;
    while (minutes + 0.5 >= (BOUNDS[bucket] ?? Infinity)) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

function countedBy(known: readonly Known[], key: keyof Known): ReadonlyMap<string, readonly Known[]> {
  const rows = new Map<string, Known[]>();
  for (const each of known) {
    const own = rows.get(String(each[key])) ?? [];
    own.push(each);
    rows.set(String(each[key]), own);
  }
  return rows;
}

describe(`${HELD} of ${ROWS} deliveries are held: what is counted`, () => {
  const { known, population } = populated(SEED);

  test.each([
    ['domain', 'domain'],
    ['sender', 'sender'],
  ] as const)('by %s and age: as counted by hand', async (by, key) => {
    const answer = await asked(population, ['--by', by, '--sample', 'none']);
    expect(answer).toMatchObject({
      ...{ total: HELD, pastExpiry: STALE, expiration: { hours: 24, basis: 'transport-config' } },
    });
    expect(answer.buckets.map(({ held }) => held)).toEqual(counted(known));
    const truth = countedBy(known, key);
    expect(answer.by.rows).toHaveLength(truth.size);
    for (const row of answer.by.rows) {
      const own = truth.get(row.key ?? '') ?? [];
      const isExact = [row.held, ...row.byBucket].every(
        ({ low, estimate, high }) => low === high && low === estimate,
      );
      expect([row.key, isExact, row.held.estimate]).toEqual([row.key, true, own.length]);
      expect(row.byBucket.map(({ estimate }) => estimate)).toEqual(counted(own));
    }
  });

  test('what is older alone: as counted by hand', async () => {
    const answer = await asked(population, ['--by', 'domain', '--sample', 'none', '--older', '4h']);
    const older = known.filter(({ minutes }) => minutes >= 240);
    expect(answer.total).toBe(older.length);
    expect(answer.buckets.map(({ held }) => held)).toEqual(counted(older));
  });
});

/** By how many of its own widths the truth lies outside of a range; 0 within it. */
function widthsOutside(
  { low, high }: { readonly low: number; readonly high: number },
  truth: number,
): number {
  const outside = Math.max(0, low - truth, truth - high);
  return outside === 0 ? 0 : outside / Math.max(1, high - low);
}

describe(`${HELD} of ${ROWS} deliveries are held: what is estimated, over ${POPULATIONS} populations`, () => {
  test.each([
    ['reason', 'reason', '60'],
    ['next-hop', 'hop', '85'],
  ] as const)('by %s and age: 19 of 20 ranges hold the truth, none is far off', async (by, key, sample) => {
    const ofRows: number[] = [];
    const ofCells: number[] = [];
    const widths: number[] = [];
    for (let index = 0; index < POPULATIONS; index += 1) {
      const { known, population } = populated(SEED + index);
      const answer = await asked(population, ['--by', by, '--sample', sample]);
      const truth = countedBy(known, key);
      for (const row of answer.by.rows) {
        const own = truth.get(row.key ?? '') ?? [];
        ofRows.push(widthsOutside(row.held, own.length));
        widths.push(row.held.high - row.held.low);
        for (const [bucket, count] of counted(own).entries())
          ofCells.push(widthsOutside(row.byBucket[bucket] ?? { low: Infinity, high: Infinity }, count));
      }
      const sums = answer.buckets.map((_, bucket) =>
        answer.by.rows.reduce((sum, { byBucket }) => sum + (byBucket[bucket]?.estimate ?? 0), 0),
      );
      expect(sums).toEqual(counted(known));
    }
    for (const outside of [ofRows, ofCells]) {
      expect(shareWithin(outside)).toBeGreaterThanOrEqual(0.95);
      expect(Math.max(...outside)).toBeLessThanOrEqual(0.5);
    }
    // Ranges that hold everything would hold the truth as well.
    expect(widths.toSorted((a, b) => a - b)[widths.length >> 1]).toBeLessThanOrEqual(0.3 * HELD);
  });
});

function shareWithin(widths: readonly number[]): number {
  return widths.filter((outside) => outside === 0).length / widths.length;
}
