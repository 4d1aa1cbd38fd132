/** What `status` asks, and what becomes of it when a source fails, is late or is not there. */
import { describe, expect, test } from 'vitest';

import { outcomeOfAnswer } from '#cli/exit-code.js';
import type { Ports } from '#cli/ports.js';
import type { SignalRow } from '#commands/status/signal-row.js';
import { status } from '#commands/status/status.js';
import type { FailureKind } from '#failure.js';
import { Failure } from '#failure.js';
import { type KeptSetUp, setUpToKeep } from '#mailflow/connector/kept-set-up.js';
import type { KeptHealth } from '#mailflow/health/health-source.js';
import type { ServiceIssue } from '#mailflow/health/service-issue.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import type { InboundHistory } from '#mailflow/trace/inbound-history.js';

import { memoryConnectorSource, type MemorySetUp } from '../../fakes/memory-connector-source.js';
import type { MemoryHealth } from '../../fakes/memory-health-source.js';
import { memoryHealthHistory, memoryHealthSource } from '../../fakes/memory-health-source.js';
import { memoryLookHistory } from '../../fakes/memory-look-history.js';
import { memorySetUpHistory } from '../../fakes/memory-set-up-history.js';
import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { issue } from '../../mailflow/health/issues.js';
import { row } from '../../mailflow/trace/rows.js';
import { pageOf } from '../../render/pages.js';
import { IN_ORDER, NEGLECTED } from '../connectors/set-ups.js';
import type { CommandRun } from '../run-command.js';
import { measuresOf, NOW, runCommand } from '../run-command.js';
import { minutesAgo, STEADY } from '../trace/outage.js';
import { CALM_SURROUNDINGS, REACHED } from './drilled.js';

const TRACE: MemoryTrace = {
  rows: Array.from({ length: 60 }, (_, index) =>
    row({
      messageTraceId: `trace-${index}`,
      recipient: `r${index}@fabrikam.example`,
      receivedAt: minutesAgo(6 + 3 * index),
    }),
  ),
  eventsByDelivery: new Map(),
  asOf: NOW,
};
const HEALTH: MemoryHealth = {
  services: [{ id: 'Exchange', service: 'Exchange Online', status: 'serviceOperational' }],
  asOf: NOW,
};
const GAP = { what: 'a page', reason: 'throttled', remedy: 'Ask again.', retryAfterSeconds: 60 };

interface World {
  readonly trace?: Partial<MemoryTrace>;
  readonly health?: Partial<MemoryHealth>;
  readonly ports?: Partial<Ports>;
  readonly args?: readonly string[];
}

function looked({ trace, health, ports, args = [] }: World = {}): Promise<CommandRun> {
  const traceSource = memoryTraceSource({ ...TRACE, ...trace });
  const healthSource = memoryHealthSource({ ...HEALTH, ...health });
  return runCommand(status, args, {
    ...CALM_SURROUNDINGS,
    random: STEADY,
    traces: () => Promise.resolve(traceSource),
    health: () => Promise.resolve(healthSource),
    ...ports,
  });
}

function failure(kind: FailureKind, retryAfterSeconds?: number): Failure {
  return new Failure(kind, `It was ${kind}.`, {
    remedy: `Mend ${kind}.`,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function rowNamed({ rows }: CommandRun, name: SignalRow['name']): SignalRow {
  const found = (rows as readonly SignalRow[]).find((each) => each.name === name);
  return found ?? expect.fail(`no row ${name}`);
}

const levelOf = ({ conclusion }: CommandRun): string =>
  outcomeOfAnswer(conclusion.findings, conclusion.incomplete, 'warning').level;

describe('a calm look', () => {
  test('is a row for each signal, in words and with its age', async () => {
    const run = await looked();
    expect(run.rows).toEqual([
      {
        ...{ name: 'trace', quality: 'fresh', observedAt: NOW, sourceTime: NOW, ageSeconds: 0, reason: null },
        says: '0 held (4.x), 0 failed (5.x) of 60 deliveries in 4 h.',
      },
      expect.objectContaining({
        ...{ name: 'inbound', quality: 'missing', reason: 'not-kept', ageSeconds: null },
        says: 'needs 3 weeks of kept history, and nothing is kept',
      }),
      expect.objectContaining({
        ...{ name: 'health', quality: 'fresh', reason: null },
        says: 'No incident of Exchange, suite or identity',
      }),
      expect.objectContaining({ name: 'sign-in', quality: 'fresh', says: 'Signed in within 84 ms.' }),
      expect.objectContaining({ name: 'reach', quality: 'fresh', reason: null }),
      expect.objectContaining({
        ...{ name: 'connectors', quality: 'fresh', reason: null },
        says: '2 out; none off that mail needs.',
      }),
      expect.objectContaining({ name: 'status-page', quality: 'fresh' }),
      expect.objectContaining({ name: 'looks', quality: 'missing', reason: 'not-kept', ageSeconds: null }),
    ]);
    expect(levelOf(run)).toBe('ok');
    expect(run.conclusion.incomplete).toEqual([]);
  });

  test('sums up for scripts, and counts the requests of both services', async () => {
    const { conclusion } = await looked();
    expect(conclusion.summary).toMatchObject({
      ...{ level: 'ok', held: 0, failed: 0, deliveries: 60, messages: 60, oldestHeldAt: null },
      ...{ expiringWithin4h: 0, issues: [], cause: null, badSignals: [] },
      reasons: { held: { population: 0 }, failed: { population: 0 } },
      layers: expect.arrayContaining([
        expect.objectContaining({ layer: 'mail-flow', state: 'ok' }),
      ]) as object,
    });
    expect(conclusion.source).toEqual({ kind: 'graph', asOf: NOW, requests: 30 + 1 + 3 });
    expect(conclusion.window).toMatchObject({ from: minutesAgo(240), to: NOW, complete: true });
  });
});

describe('what is asked', () => {
  test('all of it at once: none waits for the answer of another', async () => {
    const asked = new Set<string>();
    const gate: { open: () => void } = { open: () => undefined };
    const all = new Promise<void>((resolve) => (gate.open = resolve));
    const arrive = async (name: string): Promise<void> => {
      asked.add(name);
      if (asked.size === 6) gate.open();
      await all;
    };
    const trace = memoryTraceSource(TRACE);
    const health = memoryHealthSource(HEALTH);
    const connectors = memoryConnectorSource({ inventory: IN_ORDER });
    const run = await looked({
      ports: {
        traces: () =>
          Promise.resolve({
            ...trace,
            deliveries: async function* (query, signal) {
              await arrive('trace');
              yield* trace.deliveries(query, signal);
            },
          }),
        health: () =>
          Promise.resolve({
            ...health,
            health: async (query, signal) => {
              await arrive('health');
              return health.health(query, signal);
            },
          }),
        connectors: () =>
          Promise.resolve({
            ...connectors,
            inventory: async (signal, wish) => {
              await arrive('connectors');
              return connectors.inventory(signal, wish);
            },
          }),
        statusPage: () =>
          Promise.resolve({
            read: async () => {
              await arrive('status-page');
              return { kind: 'unreadable', why: 'html' };
            },
          }),
        reach: () =>
          Promise.resolve({
            probe: async () => {
              await arrive('reach');
              return REACHED;
            },
            signIn: async () => {
              await arrive('sign-in');
              return { kind: 'not-attempted' };
            },
          }),
      },
    });
    expect(run.rows).toHaveLength(8);
  });

  test.each<[readonly string[], object]>([
    [[], { traces: { timeoutSeconds: 30, keepsHistory: true, waitForQuota: false, maxRequests: null } }],
    [['--no-history'], { traces: { keepsHistory: false }, history: [false, false] }],
    [['--max-requests', '9', '--quota', '200'], { traces: { maxRequests: 9, quota: 200 } }],
    [['--domain', 'contoso.example'], { reach: { timeoutSeconds: 30, ownDomains: ['contoso.example'] } }],
    [[], { connectors: { timeoutSeconds: 10, isBeside: true, keepsHistory: true, waitForQuota: false } }],
    [['--no-history'], { connectors: { keepsHistory: false } }],
    [[], { health: { timeoutSeconds: 30 }, page: { timeoutSeconds: 30 }, history: [true, true] }],
  ])('%j: %j', async (args, wanted) => {
    const asked: Record<string, unknown> = {};
    const history: boolean[] = [];
    await looked({
      args,
      ports: {
        traces: (request) => {
          asked['traces'] = request;
          return Promise.resolve(memoryTraceSource(TRACE));
        },
        health: (request) => {
          asked['health'] = request;
          return Promise.resolve(memoryHealthSource(HEALTH));
        },
        connectors: (request) => {
          asked['connectors'] = request;
          return CALM_SURROUNDINGS.connectors(request);
        },
        statusPage: (request) => {
          asked['page'] = request;
          return CALM_SURROUNDINGS.statusPage(request);
        },
        reach: (request) => {
          asked['reach'] = request;
          return CALM_SURROUNDINGS.reach(request);
        },
        healthHistory: (keeps) => {
          history.push(keeps);
          return Promise.resolve(null);
        },
        looks: (keeps) => {
          history.push(keeps);
          return Promise.resolve(null);
        },
      },
    });
    expect({ ...asked, history }).toMatchObject(wanted);
  });
});

describe('connectors inform', () => {
  const withSetUp = (setUp: MemorySetUp, args: readonly string[] = []): Promise<CommandRun> =>
    looked({ args, ports: { connectors: () => Promise.resolve(memoryConnectorSource(setUp)) } });

  test('a neglected set-up is counted and named, and leaves the verdict alone', async () => {
    const run = await withSetUp({ inventory: NEGLECTED });
    expect([levelOf(run), run.conclusion.incomplete]).toEqual(['ok', []]);
    expect(rowNamed(run, 'connectors').says).toBe(
      '3 out; 2 off that mail needs: Outbound to our servers, Encrypted mail; 1 domain stopped: old.contoso.example; 4 warnings.',
    );
    expect(run.conclusion.findings.map(({ id, level, subject }) => [id, level, subject])).toEqual([
      ['relay-domain-connector-off', 'info', 'Outbound to our servers'],
      ['rule-to-connector-off', 'info', 'Encrypted mail'],
      ['domain-stopped', 'info', 'old.contoso.example'],
    ]);
    expect(run.conclusion.summary).toMatchObject({
      connectors: { outbound: 3, inbound: null, heldAt: [] },
      layers: expect.arrayContaining([
        expect.objectContaining({ layer: 'connector', state: 'degraded' }),
      ]) as object,
    });
  });

  test('a default domain that is stopped surely turns mail away', async () => {
    const domains = IN_ORDER.domains.map((each) => ({ ...each, sendingToStopped: each.isDefault }));
    const run = await withSetUp({ inventory: { ...IN_ORDER, domains } });
    expect(levelOf(run)).toBe('critical');
    expect(run.conclusion.findings).toMatchObject([{ id: 'default-domain-stopped' }]);
  });

  test.each<[FailureKind, string]>([
    ['permission', 'error'],
    ['unreachable', 'error'],
    ['timeout', 'error'],
    ['throttled', 'error'],
    ['configuration', 'missing'],
  ])('that they cannot be asked (%s) changes nothing but their line', async (kind, quality) => {
    const run = await withSetUp({ inventory: IN_ORDER, failure: failure(kind) });
    expect([levelOf(run), run.conclusion.incomplete]).toEqual(['ok', []]);
    expect(rowNamed(run, 'connectors')).toMatchObject({ quality, says: `It was ${kind}` });
    expect(run.conclusion.summary).toMatchObject({ connectors: null });
    expect(run.text('table', pageOf(80))).toMatch(/^Connectors {2}Not (?:seen|asked)/mu);
  });

  test('a part that is refused is said in their line', async () => {
    const run = await withSetUp({ inventory: IN_ORDER, refused: { rules: { ...GAP, reason: 'refused' } } });
    expect([levelOf(run), run.conclusion.incomplete]).toEqual(['ok', []]);
    expect(rowNamed(run, 'connectors')).toMatchObject({ quality: 'partial', reason: 'refused' });
    expect(run.text('table', pageOf(80))).toContain('none off that mail needs. Not all was seen (refused).');
  });

  test.each<[readonly string[], string]>([
    [['--max-requests', '9'], '--max-requests is kept for the trace'],
    [['--file', 'trace.csv'], 'exports are read'],
  ])('%j: not asked', async (args, why) => {
    const run = await looked({ args, ports: { connectors: () => Promise.reject(new Error('asked')) } });
    expect(rowNamed(run, 'connectors')).toMatchObject({ quality: 'missing', reason: 'not-asked', says: why });
    expect(levelOf(run)).toBe('ok');
  });
});

describe('connectors as they were told to an earlier run', () => {
  const keptAt = (minutes: number, inventory = IN_ORDER): KeptSetUp => ({
    ...(setUpToKeep(inventory, inventory.asOf) ?? expect.fail()),
    seenAt: minutesAgo(minutes),
  });

  interface KeptRun {
    readonly run: CommandRun;
    readonly requests: number;
    readonly kept: KeptSetUp | null;
  }

  async function withKept(
    first: KeptSetUp | null,
    { inventory = IN_ORDER, ...more }: Partial<MemorySetUp> = {},
    args: readonly string[] = [],
  ): Promise<KeptRun> {
    const history = memorySetUpHistory(first);
    const source = memoryConnectorSource({ inventory, ...more });
    const run = await looked({
      args,
      ports: {
        connectors: () => Promise.resolve(source),
        setUpHistory: (keeps) => Promise.resolve(keeps ? history : null),
      },
    });
    return { run, requests: source.requestCount(), kept: await history.last() };
  }

  test('are not asked for again within a quarter of an hour, and are as old as they are', async () => {
    const asked = await withKept(null, { inventory: NEGLECTED });
    const again = await withKept(keptAt(12, NEGLECTED), { inventory: IN_ORDER });
    expect([asked.requests, again.requests]).toEqual([3, 0]);
    expect(rowNamed(again.run, 'connectors')).toEqual({
      ...rowNamed(asked.run, 'connectors'),
      ...{ sourceTime: minutesAgo(12), ageSeconds: 720 },
    });
    expect(again.run.conclusion.findings).toEqual(asked.run.conclusion.findings);
    expect(again.run.conclusion.summary).toEqual(asked.run.conclusion.summary);
    expect(again.kept).toEqual(keptAt(12, NEGLECTED));
    for (const width of [80, 120]) {
      const text = again.run.text('table', pageOf(width));
      expect(text).toContain('connectors 12 min');
      expect(text.replace(', connectors 12 min', '')).toBe(
        asked.run.text('table', pageOf(width)).replace(', connectors now', ''),
      );
    }
  });

  test.each([15.5, 600, 2000])('%d minutes ago: are asked for again, and kept', async (minutes) => {
    const { run, requests, kept } = await withKept(keptAt(minutes, NEGLECTED));
    expect([requests, rowNamed(run, 'connectors').ageSeconds]).toEqual([3, 0]);
    expect(rowNamed(run, 'connectors').says).toBe('2 out; none off that mail needs.');
    expect(kept).toEqual(keptAt(0));
  });

  test.each<FailureKind>(['timeout', 'permission', 'throttled'])(
    'stand in for an answer that does not come (%s), and say so',
    async (kind) => {
      const { run, kept } = await withKept(keptAt(180, NEGLECTED), { failure: failure(kind) });
      const reason = kind === 'permission' ? 'refused' : kind;
      expect(rowNamed(run, 'connectors')).toMatchObject({
        ...{ quality: 'stale', reason, ageSeconds: 3 * 3600, sourceTime: minutesAgo(180) },
        says: expect.stringContaining('3 out; 2 off that mail needs') as string,
      });
      expect(run.text('table', pageOf(80))).toMatch(
        new RegExp(`^Connectors {2}Then: 3 out; 2 off [^]* STALE \\(${reason}\\)\\.`, 'mu'),
      );
      expect(run.text('table', pageOf(80))).toContain('connectors 3 h');
      expect([levelOf(run), run.conclusion.incomplete]).toEqual(['ok', []]);
      expect(kept).toEqual(keptAt(180, NEGLECTED));
    },
  );

  test('what surely turns mail away counts while it is new, and not when it is old', async () => {
    const domains = IN_ORDER.domains.map((each) => ({ ...each, sendingToStopped: each.isDefault }));
    const stopped = { ...IN_ORDER, domains };
    expect(levelOf((await withKept(keptAt(14, stopped))).run)).toBe('critical');
    expect(levelOf((await withKept(keptAt(60, stopped), { failure: failure('timeout') })).run)).toBe('ok');
  });

  test.each<[string, KeptSetUp | null, readonly string[]]>([
    ['of more than a day ago', keptAt(24 * 60 + 1), []],
    ['of which nothing may be kept', keptAt(1), ['--no-history']],
    ['of the future', keptAt(-30), []],
  ])('%s: stand in for nothing', async (_what, first, args) => {
    const { run } = await withKept(first, { failure: failure('timeout') }, args);
    expect(rowNamed(run, 'connectors')).toMatchObject({ quality: 'error', reason: 'timeout' });
  });

  test('with --no-history are asked, and not kept', async () => {
    const { requests, kept } = await withKept(keptAt(1, NEGLECTED), {}, ['--no-history']);
    expect([requests, kept]).toEqual([3, keptAt(1, NEGLECTED)]);
  });

  test('of which a part was refused are not kept', async () => {
    const refused = { rules: { ...GAP, reason: 'refused' } };
    expect((await withKept(null, { refused })).kept).toBeNull();
  });

  test('have no place where Exchange is not to be asked', async () => {
    const refuse = () => Promise.reject(failure('configuration'));
    const history = memorySetUpHistory(keptAt(1));
    const run = await looked({
      ports: { connectors: refuse, setUpHistory: () => Promise.resolve(history) },
    });
    expect(rowNamed(run, 'connectors')).toMatchObject({ quality: 'missing', reason: 'not-asked' });
  });

  test('that cannot be had, or kept, withhold nothing', async () => {
    const broken = () => Promise.reject(failure('configuration'));
    for (const setUpHistory of [broken, () => Promise.resolve({ last: broken, keep: broken })]) {
      const run = await looked({ ports: { setUpHistory } });
      expect(rowNamed(run, 'connectors')).toMatchObject({ quality: 'fresh', ageSeconds: 0 });
    }
  });
});

describe('a source that fails becomes a gap, and the others are told all the same', () => {
  test.each<[FailureKind, string]>([
    ['sign-in', 'refused'],
    ['permission', 'refused'],
    ['configuration', 'refused'],
    ['unreachable', 'unreachable'],
    ['timeout', 'timeout'],
    ['throttled', 'throttled'],
    ['protocol', 'protocol'],
  ])('%s is %s', async (kind, reason) => {
    const withoutTrace = await looked({ trace: { failure: failure(kind, 41) } });
    const withoutHealth = await looked({ health: { failure: failure(kind, 41) } });
    for (const [run, name] of [
      [withoutTrace, 'trace'],
      [withoutHealth, 'health'],
    ] as const) {
      expect(rowNamed(run, name)).toMatchObject({ quality: 'error', reason, says: `It was ${kind}` });
      expect(run.conclusion.incomplete).toMatchObject([
        { reason, remedy: `Mend ${kind}.`, retryAfterSeconds: 41 },
      ]);
      expect(levelOf(run)).toBe('unknown');
      const text = run.text('table', pageOf(80)).replace(/\s+/gu, ' ');
      expect(text).toContain(`NOT SEEN (${reason}): It was ${kind}. Mend ${kind}.`);
    }
    expect(withoutTrace.conclusion.summary).toMatchObject({ held: null, reasons: null, buckets: null });
    expect(withoutHealth.conclusion.summary).toMatchObject({ held: 0, issues: null });
  });

  test('one that cannot even be opened', async () => {
    const run = await looked({ ports: { health: () => Promise.reject(failure('configuration')) } });
    expect(rowNamed(run, 'health')).toMatchObject({ quality: 'error', reason: 'refused' });
    expect(run.conclusion.tenant).toBe('contoso.example');
  });

  test('what only informs makes no verdict', async () => {
    const run = await looked({
      ports: {
        statusPage: () => Promise.reject(failure('unreachable')),
        reach: () => Promise.reject(failure('timeout')),
        looks: () => Promise.reject(failure('configuration')),
        healthHistory: () => Promise.reject(failure('configuration')),
      },
    });
    expect(levelOf(run)).toBe('ok');
    expect(rowNamed(run, 'reach')).toMatchObject({ quality: 'error', reason: 'timeout' });
    expect(run.text('table', pageOf(80))).toContain('No answer on reach (timeout).');
  });

  test('what cannot be reached is told in words', async () => {
    const outcome = { kind: 'failed', step: 'connect', reason: 'no-such-name', text: 'ENOTFOUND' } as const;
    const readings = REACHED.map((reading) =>
      reading.target === 'graph' ? { ...reading, outcome } : reading,
    );
    const run = await looked({
      ports: {
        reach: async (request) => ({
          ...(await CALM_SURROUNDINGS.reach(request)),
          probe: () => Promise.resolve(readings),
        }),
      },
    });
    expect(rowNamed(run, 'reach').says).toMatch(/NOT reached: Graph \(\S+: no such name\)\./u);
  });

  test('a trace that came in part is no proof that all is well', async () => {
    const run = await looked({ trace: { gaps: [GAP] } });
    expect(rowNamed(run, 'trace')).toMatchObject({ quality: 'partial', reason: 'throttled' });
    expect(levelOf(run)).toBe('unknown');
    expect(run.text('table', pageOf(80))).toContain('ONLY IN PART (throttled)');
  });
});

describe('a clock of ours that is wrong', () => {
  const theirNow = minutesAgo(20);
  const issueOf = (minutes: number): ServiceIssue =>
    issue({ startedAt: new Date(theirNow.getTime() - minutes * 60_000), feature: 'Transport' });
  const ask = (): Promise<CommandRun> =>
    looked({ health: { asOf: theirNow, clockAheadMs: 1_200_000, issues: [issueOf(90)] } });

  test('tells no age, for it would be wrong by as much', async () => {
    expect(rowNamed(await ask(), 'health')).toMatchObject({ reason: 'clock', ageSeconds: null });
    expect((await ask()).text('table', pageOf(80))).toContain('health of unknown age');
  });

  test('leaves the reckoning to the clock of the service', async () => {
    expect((await ask()).text('table', pageOf(80))).toContain('open for 1 h 30 min');
  });
});

describe('a calm that was seen in part', () => {
  test('says so', async () => {
    const run = await looked({ health: { gaps: [GAP] } });
    expect(rowNamed(run, 'health').says).toBe('No incident of Exchange, suite or identity in what was read');
    expect(run.text('table', pageOf(80))).toContain('suite or identity in what was read');
  });
});

describe('nobody may ask', () => {
  test.each<[FailureKind, FailureKind]>([
    ['sign-in', 'sign-in'],
    ['permission', 'configuration'],
  ])('trace %s and health %s is a failure with the cure of the trace', async (ofTrace, ofHealth) => {
    const run = looked({ trace: { failure: failure(ofTrace) }, health: { failure: failure(ofHealth) } });
    await expect(run).rejects.toMatchObject({ kind: ofTrace, remedy: `Mend ${ofTrace}.` });
  });

  test.each<[FailureKind, FailureKind]>([
    ['sign-in', 'unreachable'],
    ['timeout', 'permission'],
    ['unreachable', 'timeout'],
  ])('trace %s and health %s could be another time, and is unknown', async (ofTrace, ofHealth) => {
    const run = await looked({
      trace: { failure: failure(ofTrace) },
      health: { failure: failure(ofHealth) },
    });
    expect(levelOf(run)).toBe('unknown');
    expect(run.conclusion.incomplete).toHaveLength(2);
  });

  test.each<[FailureKind]>([['usage'], ['input'], ['interrupted'], ['terminated']])(
    '%s is about the run, not about a source',
    async (kind) => {
      await expect(looked({ trace: { failure: failure(kind) } })).rejects.toMatchObject({ kind });
      await expect(looked({ health: { failure: failure(kind) } })).rejects.toMatchObject({ kind });
    },
  );
});

describe('what is kept', () => {
  const KEPT: KeptHealth = {
    answer: { services: HEALTH.services ?? [], issues: [] },
    seenAt: minutesAgo(125),
  };

  test('the last answer of health stands in for one that cannot be had, as stale as it is', async () => {
    const run = await looked({
      health: { failure: failure('unreachable') },
      ports: { healthHistory: () => Promise.resolve(memoryHealthHistory(KEPT)) },
    });
    expect(rowNamed(run, 'health')).toMatchObject({
      ...{ quality: 'stale', reason: 'unreachable', sourceTime: minutesAgo(125), ageSeconds: 7500 },
    });
    expect(levelOf(run)).toBe('unknown');
    const text = run.text('table', pageOf(80)).replace(/\s+/gu, ' ');
    expect(text).toContain('STALE (unreachable): It was unreachable. Mend unreachable.');
    expect(text).toContain('health 2 h 5 min');
  });

  test('and the screen says what is stale, and what was not seen', async () => {
    const run = await looked({
      trace: { failure: failure('timeout') },
      health: { failure: failure('unreachable') },
      ports: { healthHistory: () => Promise.resolve(memoryHealthHistory(KEPT)) },
    });
    const text = run.text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/status-blind-80.txt');
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('even when it is only a minute old: it is not of now', async () => {
    const run = await looked({
      health: { failure: failure('timeout') },
      ports: {
        healthHistory: () => Promise.resolve(memoryHealthHistory({ ...KEPT, seenAt: minutesAgo(1) })),
      },
    });
    expect(rowNamed(run, 'health')).toMatchObject({ quality: 'stale', reason: 'timeout', ageSeconds: 60 });
  });

  test('a whole answer and the look are kept for the next time', async () => {
    const health = memoryHealthHistory();
    const looks = memoryLookHistory();
    await looked({
      ports: { healthHistory: () => Promise.resolve(health), looks: () => Promise.resolve(looks) },
    });
    expect(health.kept()).toEqual({ answer: { services: HEALTH.services, issues: [] }, seenAt: NOW });
    expect(await looks.since(minutesAgo(1))).toMatchObject([
      { at: NOW, level: 'ok', badSignals: [], counts: { deliveries: 60, held: 0, windowMinutes: 240 } },
    ]);
  });

  test('an answer with holes is not', async () => {
    const health = memoryHealthHistory(KEPT);
    await looked({
      health: { gaps: [GAP] },
      ports: { healthHistory: () => Promise.resolve(health) },
    });
    expect(health.kept()).toBe(KEPT);
  });
});

test.each([
  [['--since', '4'], '--since cannot be "4".'],
  [['--sample', 'few'], '--sample cannot be "few".'],
  [['--domain', 'not a domain'], '--domain cannot be "not a domain".'],
  [['--file', 'x.csv', '--drill'], '--file reads your own export; --drill asks a simulated tenant.'],
])('%j is refused: %s', async (args, message) => {
  const refused: unknown = await runCommand(status, args).catch((error: unknown) => error);
  expect(refused).toMatchObject({ kind: 'usage', message });
});

describe('inbound mail beside earlier weeks', () => {
  const STEP_MS = 300_000;
  const perStep = (inbound: number, others: number) => ({ inbound, others });

  /** What is kept of each week; the window itself is listed with `perStep` messages. */
  function keptWeeks(count: number, { inbound, others }: ReturnType<typeof perStep>): InboundHistory {
    const oldestMs = NOW.getTime() - (count + 0.5) * 7 * 86_400_000;
    return {
      latenessMs: () => Promise.resolve(null),
      arrivals: ({ span: { fromMs, endMs } }) =>
        Promise.resolve(
          fromMs < oldestMs
            ? null
            : Array.from({ length: (endMs - fromMs) / STEP_MS }, (_, index) => ({
                ...{ fromMs: fromMs + index * STEP_MS, inbound, others },
              })),
        ),
    };
  }

  /** Four hours of mail; inbound comes at another pace in the last hour. */
  function listed(before: number, lastHour: number, others: number): readonly TraceEntry[] {
    return Array.from({ length: 46 }, (_, step) => {
      const receivedAt = minutesAgo(6 + 5 * step);
      const inbound = step < 14 ? lastHour : before;
      return Array.from({ length: inbound + others }, (__, index) =>
        row({
          ...{ messageTraceId: `trace-${step}-${index}`, receivedAt },
          ...(index < inbound ? { fromIp: '192.0.2.7' } : { toIp: '192.0.2.9' }),
        }),
      );
    }).flat();
  }

  const lookedBeside = (
    rows: readonly TraceEntry[],
    history: InboundHistory | null,
    args: readonly string[] = [],
  ): Promise<CommandRun> => {
    const source = memoryTraceSource({ ...TRACE, rows, batchSize: 500 });
    return looked({ args, ports: { traces: () => Promise.resolve({ ...source, inbound: () => history }) } });
  };

  test('a dip is a warning, a row, a part of the summary and a line on the screen', async () => {
    const run = await lookedBeside(listed(10, 4, 15), keptWeeks(4, perStep(10, 15)));
    expect(levelOf(run)).toBe('warning');
    expect(run.conclusion.findings.map(({ id }) => id)).toEqual(['inbound-dip']);
    expect(rowNamed(run, 'inbound')).toMatchObject({ quality: 'fresh' });
    expect(rowNamed(run, 'inbound').says).toMatch(/^Below its usual: \d+ came in, \d+ are usual/u);
    expect(run.conclusion.summary).toMatchObject({ inbound: { kind: 'dip', weeks: 4 } });
    expect(run.text('table', pageOf(120))).toMatch(
      /Inbound +Below its usual since about [^]*\n +Mail that Microsoft defers at its edge is in no trace/u,
    );
  });

  test('what is as usual is told to those who ask, and takes no line', async () => {
    const history = keptWeeks(3, perStep(10, 15));
    const run = await lookedBeside(listed(10, 10, 15), history, ['--verbose']);
    expect(levelOf(run)).toBe('ok');
    expect(rowNamed(run, 'inbound').says).toMatch(/^As usual: /u);
    expect(run.notes.filter((note) => note.startsWith('Inbound mail: As usual'))).toHaveLength(1);
    expect(run.text('table', pageOf(120))).not.toContain('Inbound ');
    const quiet = await lookedBeside(listed(10, 10, 15), history);
    expect(quiet.notes.filter((note) => note.startsWith('Inbound mail'))).toEqual([]);
  });

  test.each<[string, InboundHistory | null, readonly string[], RegExp]>([
    ['two weeks', keptWeeks(2, perStep(10, 15)), [], /needs 3 weeks of kept history .* there are 2$/u],
    ['nothing kept', null, [], /^needs 3 weeks of kept history, and nothing is kept$/u],
    [
      'a short window',
      keptWeeks(4, perStep(10, 15)),
      ['--since', '20m'],
      /^the window holds less than 15 min/u,
    ],
  ])('%s: nothing is found, and it is said why', async (_what, history, args, says) => {
    const run = await lookedBeside(listed(10, 0, 15), history, args);
    expect(rowNamed(run, 'inbound')).toMatchObject({ quality: 'missing', ageSeconds: null });
    expect(rowNamed(run, 'inbound').says).toMatch(says);
    expect(run.conclusion.findings.map(({ id }) => id)).not.toContain('inbound-dip');
    expect(levelOf(run)).toBe('ok');
  });

  test('a list that is not whole is compared with nothing', async () => {
    const source = memoryTraceSource({ ...TRACE, rows: listed(10, 0, 15), gaps: [GAP], batchSize: 500 });
    const inbound = (): InboundHistory => keptWeeks(4, perStep(10, 15));
    const run = await looked({ ports: { traces: () => Promise.resolve({ ...source, inbound }) } });
    expect(rowNamed(run, 'inbound')).toMatchObject({ quality: 'missing', reason: 'trace-unseen' });
  });
});

describe('what monitors are told', () => {
  test('is the verdict sentence without its level, and the numbers of the screen', async () => {
    const run = await looked({});
    const { sentence } = run.conclusion.summary as { readonly sentence: string };
    expect(`OK: ${run.report.headline}`).toBe(sentence);
    expect(measuresOf(run)).toMatchObject({
      ...{ held_deliveries: 0, held_oldest_age: 0, failed_deliveries: 0, seen: 60, newest_row_age: 360 },
      ...{ health_issues_telling: 0, health_issues_other: 0, inbound_seen: null },
    });
  });

  test('of what could not be seen is no number', async () => {
    const run = await looked({ ports: { traces: () => Promise.reject(failure('timeout')) } });
    expect(measuresOf(run)).toMatchObject({
      held_deliveries: null,
      held_oldest_age: null,
      failed_deliveries: null,
      seen: null,
    });
    expect(run.report.cases[0]).toMatchObject({ id: 'verdict', level: 'unknown' });
  });
});
