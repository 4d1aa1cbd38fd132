/**
 * Why: "8,000 left since noon" is acted on. A large tenant whose queue moves for half an hour, looked at twice by the real
 * client over real sockets, with the store of looks on the disk: the difference must be what a count by hand gives.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { Ports } from '#cli/ports.js';
import { queue } from '#commands/queue/queue.js';
import { openWatchStore } from '#history/watch/open-watch-store.js';
import { sqliteQueueLookHistory } from '#history/watch/sqlite-queue-look-history.js';
import type { LeftCounts, QueueDiff } from '#mailflow/queue/queue-diff.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';
import { quotaRules, SERVICE_QUOTA } from '#mailflow/quota/rolling-window.js';
import { createRandom } from '#mailflow/sampling/random.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import { startTenant } from '#simulator/tenant.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { readyToken } from '#sources/sign-in/ready-token.js';

import { runCommand } from '../commands/run-command.js';
import { virtualClock } from '../fakes/virtual-clock.js';
import { delivery, numberedId } from '../simulator/population.js';

const IS_WHOLE = process.env['MAILCHECK_QUEUE'] === 'whole';
const ROWS = IS_WHOLE ? 200_000 : 20_000;
const HELD = IS_WHOLE ? 12_000 : 1_200;
const NEW = HELD / 8;
const START = '2026-06-02T17:00:00Z';
const START_MS = Date.parse(START);
const APART_MINUTES = 30;

/** What becomes of held mail between the looks; null: it stays. Words as the service writes them. */
const FATES = [
  ['delivered', 'delivered'],
  ['failed', 'bounced'],
  ['expanded', 'expanded'],
  ['quarantined', 'quarantined'],
  ['filteredAsSpam', 'filtered'],
  ['recalled', 'recalled'],
  ['awaitingPolicy', 'unknown'],
  null,
  null,
  null,
] as const;

interface Held {
  readonly index: number;
  readonly minutes: number;
  readonly fate: (typeof FATES)[number];
}

function heldMail(): readonly Held[] {
  const random = createRandom(20_260_602);
  return Array.from({ length: HELD }, (_, index) => ({
    index,
    minutes: 1 + Math.floor(random() ** 2 * 1435),
    // Most is delivered, of each other fate there is some.
    fate: FATES[random() < 0.5 ? 0 : Math.floor(random() * FATES.length)] ?? null,
  }));
}

function heldDelivery({ index, minutes, fate }: Held): SimulatedDelivery {
  const receivedAt = new Date(START_MS - minutes * 60_000 - 30_000);
  const changedAt = new Date(START_MS + (5 + (index % 20)) * 60_000);
  return delivery({
    ...{ id: numberedId(index), messageId: `<h${index}@contoso.example>`, receivedAt, lagSeconds: 0 },
    ...{ sender: `s${index % 150}@contoso.example`, recipient: `r${index}@d${index % 40}.example` },
    statuses: [
      { at: receivedAt, status: index % 5 === 0 ? 'gettingStatus' : 'pending' },
      ...(fate === null ? [] : [{ at: changedAt, status: fate[0] }]),
    ],
  });
}

function newDelivery(_: unknown, index: number): SimulatedDelivery {
  const receivedAt = new Date(START_MS + (5 + (index % 20)) * 60_000);
  return delivery({
    ...{
      id: numberedId(500_000 + index),
      messageId: `<n${index}@contoso.example>`,
      receivedAt,
      lagSeconds: 0,
    },
    ...{ recipient: `n${index}@d${index % 40}.example`, status: 'pending' },
  });
}

function otherDelivery(_: unknown, index: number): SimulatedDelivery {
  const receivedAt = new Date(START_MS - Math.floor((index * 2 * 86_400_000) / ROWS));
  return delivery({
    ...{ id: numberedId(1_000_000 + index), messageId: `<o${index}@contoso.example>`, receivedAt },
    recipient: `o${index}@d${index % 400}.example`,
    status: index % 40 === 0 ? 'failed' : 'delivered',
  });
}

/** What is past its expiry is in no queue any more, and nobody has seen what became of it. */
function expected(held: readonly Held[]): Pick<QueueDiff, 'before' | 'new' | 'left' | 'after'> {
  const hasExpired = ({ minutes }: Held): boolean => minutes + 0.5 + APART_MINUTES >= 1440;
  const count = (outcome: keyof LeftCounts): number =>
    held.filter(({ fate }) => fate?.[1] === outcome).length;
  const left = {
    ...{ delivered: count('delivered'), bounced: count('bounced'), expanded: count('expanded') },
    ...{ quarantined: count('quarantined'), filtered: count('filtered'), recalled: count('recalled') },
    unknown: count('unknown') + held.filter((each) => each.fate === null && hasExpired(each)).length,
  };
  const stayed = held.filter((each) => each.fate === null && !hasExpired(each)).length;
  return { before: HELD, new: NEW, left, after: stayed + NEW };
}

test(`of ${HELD} held among ${ROWS}, what left and what came is as counted by hand`, async () => {
  const held = heldMail();
  const clock = virtualClock(START);
  const tenant = await startTenant({
    ...{ clock: clock.now, tokenChecks: 'any' },
    population: [
      ...held.map(heldDelivery),
      ...Array.from({ length: NEW }, newDelivery),
      ...Array.from({ length: ROWS - HELD - NEW }, otherDelivery),
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  const path = join(folder, 'watch.db');
  const random = createRandom(7);
  const ledger = processLedger({
    ...{ rules: quotaRules(SERVICE_QUOTA), isAttended: true, monotonicMs: clock.monotonicMs },
  });
  /** Each run opens the store anew, as two runs of the program do. */
  const look = async (args: readonly string[]) => {
    const database = await openWatchStore({ path, onNote: () => undefined });
    const ports: Partial<Ports> = {
      ...{ now: clock.now, random },
      queueLooks: () =>
        Promise.resolve(sqliteQueueLookHistory({ open: () => Promise.resolve(database), scope: 'contoso' })),
      traces: () =>
        Promise.resolve(
          openGraphTraceSource({
            ...{ clock, env: {}, caPem: null, tenant: tenant.tenantId, tokens: readyToken('x'), ledger },
            ...{ maxRequests: null, deadlineMs: null, patienceMs: Infinity, onNotice: () => undefined },
            origin: parseGraphUrl(tenant.graphUrl),
          }),
        ),
    };
    const context = { now: clock.now(), localTimeZone: 'UTC' };
    const run = await runCommand(queue, ['--sample', 'none', ...args], ports, { context });
    database.close();
    return run.conclusion;
  };
  try {
    expect((await look([])).summary).toMatchObject({ total: HELD });
    clock.advance(START_MS + APART_MINUTES * 60_000 - clock.now().getTime());
    const { summary, incomplete } = await look(['--diff']);
    const { diff } = summary as { readonly diff: QueueDiff };
    expect(incomplete).toEqual([]);
    expect(diff).toMatchObject({ ...expected(held), isWhole: true });
    const left = Object.values(diff.left).reduce((sum, count) => sum + count, 0);
    expect(diff.before + diff.new - left).toBe(diff.after);
    // Two sets of 16 bytes a key, and what else the tables take.
    expect((await stat(path)).size).toBeLessThan(2 * HELD * 16 * 1.5 + 200_000);
  } finally {
    await tenant.close();
    await rm(folder, { recursive: true, force: true });
  }
});
