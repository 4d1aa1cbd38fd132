/**
 * Why: an outage of a large tenant. 500,000 rows, a fifth of them held or failed, and the real client against the
 * simulated tenant over real sockets, on one virtual clock: nothing lost or doubled, held and failed exact, the true
 * number of each main reason within its interval, and never more than 90 requests in any 300 seconds.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { processLedger } from '#mailflow/quota/process-ledger.js';
import { quotaRules, SERVICE_QUOTA } from '#mailflow/quota/rolling-window.js';
import { createRandom, type Random } from '#mailflow/sampling/random.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { judgeEvents } from '#mailflow/trace/judge-events.js';
import { type Survey, survey } from '#mailflow/trace/survey.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import type { RequestLogLine } from '#simulator/request-log.js';
import { startTenant, type Tenant } from '#simulator/tenant.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { readyToken } from '#sources/sign-in/ready-token.js';

import { type VirtualClock, virtualClock } from '../fakes/virtual-clock.js';
import { delivery, event, numberedId } from '../simulator/population.js';

const ROWS = 500_000;
const START = '2026-06-02T17:00:00Z';
const WINDOW = { from: new Date('2026-06-01T17:00:00Z'), to: new Date('2026-06-02T16:30:00Z') };

interface Trouble {
  readonly reason: string;
  readonly lastError: string;
}

const HELD: readonly Trouble[] = [
  { reason: 'service-error', lastError: '451 4.3.2 Temporary server error. Please try again later' },
  { reason: 'service-error', lastError: '451 4.3.2 Temporary server error. Please try again later' },
  {
    reason: 'connection-failed',
    lastError: '450 4.4.316 Connection refused [Message=Socket error code 10061]',
  },
  { reason: 'dns-failure', lastError: '450 4.4.312 DNS query failed [Message=InfoDomainNonexistent]' },
];
const FAILED: readonly Trouble[] = [
  {
    reason: 'recipient-unknown',
    lastError: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
  },
  { reason: 'mailbox-full', lastError: '552 5.2.2 mailbox full' },
];
const STATUSES = [...Array<string>(8).fill('delivered'), 'pending', 'failed'];

interface Troubled {
  readonly population: readonly SimulatedDelivery[];
  /** Deliveries by `status reason`. */
  readonly truth: ReadonlyMap<string, number>;
}

/** Messages of one to some hundred recipients; `shared`: all recipients of a message share its trouble. */
function troubledTenant(shared: boolean, random: Random): Troubled {
  const population: SimulatedDelivery[] = [];
  const truth = new Map<string, number>();
  for (let message = 0; population.length < ROWS; message += 1) {
    const recipients = Math.min(ROWS - population.length, Math.max(1, Math.floor(1 / (random() + 0.004))));
    const receivedAt = new Date(WINDOW.from.getTime() + Math.floor(random() * 84_000) * 1000);
    const ofMessage = { status: pick(STATUSES, random), trouble: random() };
    for (let recipient = 0; recipient < recipients; recipient += 1) {
      const { status, trouble } = shared ? ofMessage : { status: pick(STATUSES, random), trouble: random() };
      const found = troubleOf(status, trouble);
      if (found !== null)
        truth.set(`${status} ${found.reason}`, (truth.get(`${status} ${found.reason}`) ?? 0) + 1);
      population.push(row(message, recipient, receivedAt, status, found));
    }
  }
  return { population, truth };
}

function troubleOf(status: string, chance: number): Trouble | null {
  if (status === 'delivered') return null;
  const choices = status === 'pending' ? HELD : FAILED;
  return choices[Math.floor(chance * choices.length)] ?? null;
}

function row(
  message: number,
  recipient: number,
  receivedAt: Date,
  status: string,
  trouble: Trouble | null,
): SimulatedDelivery {
  const name = status === 'failed' ? 'Fail' : 'Defer';
  return delivery({
    id: numberedId(message),
    messageId: `<m${message}@mail.fabrikam.example>`,
    recipient: `r${recipient}@d${(message * 7 + recipient) % 400}.example`,
    receivedAt,
    status,
    events: () => [event({ at: receivedAt, event: name, reason: trouble === null ? null : record(trouble) })],
  });
}

function record({ lastError }: Trouble) {
  return {
    lastError,
    message: '',
    fqdn: 'mx.fabrikam.example',
    ip: '192.0.2.7',
    lastRetryAt: null,
    trailer: '',
  };
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)]!;
}

interface Answer {
  readonly survey: Survey;
  readonly keys: ReadonlySet<string>;
  readonly rows: number;
}

async function ask(tenant: Tenant, clock: VirtualClock, seed: number): Promise<Answer> {
  const source = openGraphTraceSource({
    origin: parseGraphUrl(tenant.graphUrl),
    tokens: readyToken('x'),
    tenant: tenant.tenantId,
    caPem: null,
    env: {},
    clock,
    ledger: processLedger({
      rules: quotaRules(SERVICE_QUOTA),
      isAttended: true,
      monotonicMs: clock.monotonicMs,
    }),
    maxRequests: null,
    deadlineMs: null,
    patienceMs: Infinity,
    onNotice: () => undefined,
  });
  const answer = survey(
    source,
    {
      query: {
        window: WINDOW,
        senders: [],
        recipients: [],
        subject: null,
        messageIds: [],
        messageTraceIds: [],
        statuses: [],
      },
      judge: judgeEvents,
      sample: 60,
      ownDomains: null,
      expirationHours: null,
      chance: () => createRandom(seed),
      hashSeed: seed,
      now: clock.now(),
    },
    new AbortController().signal,
  );
  const keys = new Set<string>();
  let rows = 0;
  for (;;) {
    const step: IteratorResult<readonly Delivery[], Survey> = await answer.next();
    if (step.done === true) return { survey: step.value, keys, rows };
    rows += step.value.length;
    for (const row of step.value) keys.add(`${row.messageTraceId} ${row.recipient}`);
  }
}

/** The most requests within any 300 s, both ends included. */
function busiest(lines: readonly RequestLogLine[]): number {
  const times = lines.filter(({ server }) => server === 'graph').map(({ at }) => at.getTime());
  return Math.max(...times.map((end) => times.filter((at) => at <= end && end - at <= 300_000).length));
}

describe.each([
  ['mixed: each delivery has its own fate', false],
  ['clustered: the recipients of a message share its fate', true],
])('%s', (_name, shared) => {
  const lines: RequestLogLine[] = [];
  const clock = virtualClock(START);
  const troubled = troubledTenant(shared, createRandom(11));
  let tenant: Tenant | null = null;
  let answer: Answer | null = null;
  beforeAll(async () => {
    tenant = await startTenant({
      population: troubled.population,
      clock: clock.now,
      tokenChecks: 'any',
      log: (line) => lines.push(line),
    });
    answer = await ask(tenant, clock, 3);
  });
  afterAll(() => tenant?.close());

  const countOf = (status: string): number =>
    troubled.population.filter((row) => row.statuses[0]?.status === status).length;

  test('held and failed are exact', () => {
    expect(answer?.survey).toMatchObject({
      held: countOf('pending'),
      failed: countOf('failed'),
      isListedWhole: true,
    });
  });

  test('each row of the tenant once, and no other', () => {
    const wanted = new Set(troubled.population.map(({ id, recipient }) => `${id} ${recipient}`));
    expect(answer?.rows).toBe(wanted.size);
    expect([...(answer?.keys ?? [])].filter((key) => !wanted.has(key))).toEqual([]);
  });

  test('the true number of each main reason is within its interval', () => {
    const { held, failed } = answer!.survey.reasons;
    const shares = { pending: held, failed };
    for (const [name, share] of Object.entries(shares)) {
      const main = [...troubled.truth].filter(
        ([key, count]) => key.startsWith(name) && count > share.population / 5,
      );
      expect(main.length).toBeGreaterThanOrEqual(2);
      for (const [key, count] of main) {
        const found = share.by.find(({ reason }) => `${name} ${reason}` === key);
        expect(found?.low, key).toBeLessThanOrEqual(count);
        expect(found?.high, key).toBeGreaterThanOrEqual(count);
      }
    }
  });

  test('never more than 90 requests in 300 s, and none refused', () => {
    expect(busiest(lines)).toBeLessThanOrEqual(90);
    expect(lines.filter(({ status }) => status !== 200)).toEqual([]);
    console.log({
      requests: lines.length,
      virtualMinutes: clock.monotonicMs() / 60_000,
      busiest: busiest(lines),
    });
  });
});
