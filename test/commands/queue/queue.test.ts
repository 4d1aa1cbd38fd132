/** What `queue` asks, counts, judges and shows. */
import { describe, expect, test } from 'vitest';

import type { Ports } from '#cli/ports.js';
import { queue } from '#commands/queue/queue.js';
import { Failure } from '#failure.js';
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';
import { widthOf } from '#render/layout.js';
import { readPolicyText } from '#sources/policy/read-policy-text.js';

import { memoryExpirationHistory } from '../../fakes/memory-expiration-history.js';
import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { deliveryName, memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { event, numbered, row } from '../../mailflow/trace/rows.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { measuresOf, NOW, runCommand } from '../run-command.js';
import { minutesAgo, STEADY, traceId } from '../trace/outage.js';

const FOREST =
  '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel';
const GREYLISTED = '450 4.7.1 Greylisted, please try again in 300 seconds';
const DOMAINS = ['fabrikam.example', 'litware.example', 'adatum.example', 'northwind.example'];

/** Received so many minutes ago, held for that reply. */
interface Held {
  readonly minutes: number;
  readonly domain: string;
  readonly reply: string;
  /** Its events end with the message in the hands of its moderators. */
  readonly isModerated?: boolean;
}

function trace(held: readonly Held[], others: readonly TraceEntry[] = []): MemoryTrace {
  const entries = held.map(({ minutes, domain }, index) =>
    row({
      messageTraceId: traceId(index),
      messageId: `<q${index}@contoso.example>`,
      sender: `ann${index}@contoso.example`,
      recipient: `bob${index}@${domain}`,
      receivedAt: minutesAgo(minutes),
      status: index % 2 === 0 ? 'Pending' : 'gettingStatus',
      subject: 'Quarterly figures',
    }),
  );
  const eventsByDelivery = new Map<string, readonly TraceEvent[]>(
    entries.map(({ messageTraceId, recipient }, index) => [
      deliveryName({ messageTraceId: messageTraceId ?? '', recipient }),
      [
        held[index]?.isModerated === true
          ? event('Moderate', { at: minutesAgo(1) })
          : event('Defer', { at: minutesAgo(1), description: `Reason: [{LED=${held[index]?.reply ?? ''}}]` }),
      ],
    ]),
  );
  return { rows: [...entries, ...others], eventsByDelivery, asOf: NOW };
}

/** Mail of half a day to four partners, in an outage. */
const OUTAGE = trace(
  Array.from({ length: 60 }, (_, index) => ({
    minutes: 3 + index * 9,
    domain: DOMAINS[index % DOMAINS.length] ?? '',
    reply: FOREST,
  })),
);
const exactly = (count: number) => ({ estimate: count, low: count, high: count });
const DELIVERED = row({ status: 'delivered' });
const NOTHING: MemoryTrace = { rows: [DELIVERED], eventsByDelivery: new Map(), asOf: NOW };

async function queued(
  memory: MemoryTrace,
  args: readonly string[] = [],
  ports: Partial<Ports> = {},
): Promise<CommandRun & { readonly queries: readonly TraceQuery[] }> {
  const source = memoryTraceSource(memory);
  const queries: TraceQuery[] = [];
  const run = await runCommand(queue, args, {
    random: STEADY,
    ...ports,
    traces: () =>
      Promise.resolve({
        ...source,
        deliveries: (query, signal) => {
          queries.push(query);
          return source.deliveries(query, signal);
        },
      }),
  });
  return { ...run, queries };
}

describe('what is asked', () => {
  test('held mail alone, of two days', async () => {
    const {
      queries: [query],
    } = await queued(OUTAGE);
    expect(query).toMatchObject({ statuses: ['pending', 'gettingStatus'], senders: [], recipients: [] });
    expect(query?.window).toEqual({ from: new Date('2026-05-31T17:30:00Z'), to: NOW });
  });

  test('an export is read whole, and only what is held is a row', async () => {
    const run = await queued(
      trace([{ minutes: 40, domain: 'fabrikam.example', reply: FOREST }], [DELIVERED]),
      ['--file', 'trace.csv'],
    );
    expect(run.queries).toMatchObject([{ statuses: [], window: null }]);
    expect(run.rows).toMatchObject([{ state: 'pending' }]);
    expect(run.conclusion.summary).toMatchObject({ total: 1 });
  });
});

describe('the summary', () => {
  test('counts by age, and by destination and age', async () => {
    const { conclusion } = await queued(OUTAGE, ['--sample', 'all']);
    expect(conclusion.summary).toMatchObject({
      total: 60,
      oldest: { recipient: 'bob59@northwind.example', receivedAt: minutesAgo(534) },
      buckets: [
        { fromMinutes: 0, toMinutes: 5, held: 1 },
        { fromMinutes: 5, toMinutes: 15, held: 1 },
        { fromMinutes: 15, toMinutes: 60, held: 5 },
        { fromMinutes: 60, toMinutes: 240, held: 20 },
        { fromMinutes: 240, toMinutes: 720, held: 33 },
        { fromMinutes: 720, toMinutes: 1440, held: 0 },
        { fromMinutes: 1440, toMinutes: null, held: 0 },
      ],
      ...{ expiringWithin4h: 0, pastExpiry: 0, examined: 60, waits: { known: exactly(60) } },
      expiration: { hours: 24, basis: 'assumed-24h' },
      by: { grouping: 'domain', rows: DOMAINS.map(() => ({ held: exactly(15) })) },
    });
  });

  test.each<[string, readonly (readonly [string | null, number])[]]>([
    ['domain', Object.entries({ 'adatum.example': 2, 'fabrikam.example': 1 })],
    [
      'sender',
      Object.entries({ 'ann0@contoso.example': 1, 'ann1@contoso.example': 1, 'ann2@contoso.example': 1 }),
    ],
    ['reason', Object.entries({ 'service-error': 2, throttled: 1 })],
    ['next-hop', [[null, 3]]],
  ])('by %s', async (grouping, expected) => {
    const held = [
      { minutes: 90, domain: 'adatum.example', reply: FOREST },
      { minutes: 40, domain: 'adatum.example', reply: GREYLISTED },
      { minutes: 7, domain: 'fabrikam.example', reply: FOREST },
    ];
    const { conclusion } = await queued(trace(held), ['--by', grouping]);
    expect(conclusion.summary).toMatchObject({
      by: { grouping, rows: expected.map(([key, count]) => ({ key, held: exactly(count) })) },
    });
  });

  test('only what is held so long is shown, and the verdict judges all', async () => {
    const all = await queued(OUTAGE, ['--sample', 'all']);
    const { conclusion, rows } = await queued(OUTAGE, ['--sample', 'all', '--older', '4h']);
    expect(rows).toHaveLength(33);
    expect(conclusion.summary).toMatchObject({ total: 33, olderThanSeconds: 14_400, examined: 33 });
    expect(conclusion.findings).toEqual(all.conclusion.findings);
  });

  test.each([
    ['4h', '33 deliveries are held (4.x) for 4 h or longer, the oldest for 8 h 54 min; 60 are held in all.'],
    ['20h', 'nothing is held in this window for 20 h or longer; 60 are held in all.'],
    ['1s', '60 deliveries are held (4.x) for 1 s or longer, the oldest for 8 h 54 min.'],
  ])('with --older %s the headline says how many are judged: %s', async (older, expected) => {
    const run = await queued(OUTAGE, ['--sample', 'all', '--older', older]);
    expect(run.text('table', pageOf(80)).replace(/\s+/gu, ' ')).toContain(`: ${expected}`);
  });

  test.each(['reason', 'next-hop'])(
    'where nothing was read, by %s is one row without a range',
    async (by) => {
      const run = await queued(OUTAGE, ['--sample', 'none', '--by', by]);
      const lines = run.text('table', pageOf(Infinity)).split('\n');
      expect(lines.filter((line) => line.startsWith('(not read)'))).toHaveLength(1);
      expect(lines.join('\n')).not.toMatch(/95 %|0–60/u);
    },
  );

  test('what is past its expiry is told apart: it is no row, no count, and no alarm', async () => {
    const stale = trace(
      Array.from({ length: 40 }, (_, index) => ({
        minutes: 1500,
        domain: DOMAINS[index % 4] ?? '',
        reply: FOREST,
      })),
    );
    const { conclusion, rows, text } = await queued(stale);
    expect([rows, conclusion.findings]).toEqual([[], []]);
    expect(conclusion.summary).toMatchObject({ total: 0, oldest: null, pastExpiry: 40, by: { rows: [] } });
    expect(text('table', pageOf(80)).replace(/\s+/gu, ' ')).toBe(
      'OK: nothing is held in this window. 40 are past their expiry and not counted: late statuses of the trace, or mail that waits for a person.',
    );
  });

  test.each([
    [1230, { expiringWithin4h: 1, pastExpiry: 0 }, 'three and a half hours left'],
    [1440 + 30, { expiringWithin4h: 0, pastExpiry: 1 }, 'held by a status that is stale'],
    [1190, { expiringWithin4h: 0, pastExpiry: 0 }, 'more than four hours left'],
  ])('held for %i minutes: %j, %s', async (minutes, counts) => {
    const { conclusion } = await queued(trace([{ minutes, domain: 'fabrikam.example', reply: FOREST }]));
    expect(conclusion.summary).toMatchObject(counts);
  });

  test('mail that waits by intent stands apart, each kind by itself', async () => {
    const innocent = trace(
      Array.from({ length: 10 }, (_, index) => ({
        ...{ minutes: 8, domain: 'fabrikam.example', reply: GREYLISTED, isModerated: index < 3 },
      })),
    );
    const run = await queued(innocent, ['--sample', 'all']);
    expect(run.conclusion.summary).toMatchObject({
      ...{ heldInnocent: exactly(10), waits: { greylist: exactly(7), moderator: exactly(3) } },
    });
    expect(run.text('table', pageOf(80))).toContain('Of the rest 7 greylisted, 3 with a moderator.');
    expect(run.conclusion.findings.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});

describe('the limit of the tenant', () => {
  const limited = (hours: () => Promise<number | null>): Partial<Ports> => ({
    expiration: () => Promise.resolve({ requestCount: () => 1, hours }),
  });

  test('is what mail expires by, and costs a request', async () => {
    const alone = await queued(OUTAGE, ['--sample', 'all']);
    const { conclusion, rows, text, notes } = await queued(
      OUTAGE,
      ['--sample', 'all'],
      limited(() => Promise.resolve(12)),
    );
    expect(conclusion.summary).toMatchObject({
      ...{ expiringWithin4h: 7, nextExpiryAt: minutesAgo(534 - 720), pastExpiry: 0 },
      expiration: { hours: 12, basis: 'transport-config' },
    });
    expect(rows[0]).toMatchObject({ expiresAtBasis: 'transport-config' });
    expect(conclusion.source?.requests).toBe((alone.conclusion.source?.requests ?? 0) + 1);
    expect(text('markdown', pageOf(80))).toContain('(12 h after receipt, as your tenant is set).');
    expect(notes.filter((note) => note.includes('assumed'))).toEqual([]);
  });

  test.each<[readonly string[], Date]>([
    [[], minutesAgo(72 * 60)],
    [['--since', '12h'], minutesAgo(12 * 60)],
  ])('longer than two days is how far back to look, unless %j says it', async (args, from) => {
    const kept = memoryExpirationHistory({ hours: 72, seenAt: minutesAgo(60) });
    const { queries } = await queued(OUTAGE, args, { expirationHistory: () => Promise.resolve(kept) });
    expect(queries[0]).toMatchObject({ window: { from, to: NOW } });
  });

  test('is not asked for where nothing is held', async () => {
    const asked: number[] = [];
    const hours = (): Promise<number> => Promise.resolve(asked.push(1));
    await queued(NOTHING, [], limited(hours));
    expect(asked).toEqual([]);
    await queued(OUTAGE, ['--sample', 'none'], limited(hours));
    expect(asked).toEqual([1]);
  });

  test('is assumed where it cannot be had, which is a note and no gap', async () => {
    const refused = new Failure('permission', 'No role.', { remedy: 'Give one.' });
    const { conclusion, notes } = await queued(
      OUTAGE,
      [],
      limited(() => Promise.reject(refused)),
    );
    expect(conclusion.incomplete).toEqual([]);
    expect(notes).toContain('When mail expires is assumed, 24 h after its receipt: No role.');
  });
});

describe('how much mail there is beside the held', () => {
  /** Each for a server of its own that is down. */
  const DEAD = Array.from({ length: 60 }, (_, index) => ({
    ...{ minutes: 100 + index * 20, domain: `dead${index}.example` },
    reply: `450 4.4.316 Connection refused [Message=Socket error code 10061]};{FQDN=mx.dead${index}.example`,
  }));
  /** So many an hour, for two days. */
  const others = (hourly: number): readonly TraceEntry[] =>
    Array.from({ length: hourly * 48 }, (_, index) =>
      numbered(index + 1000, { status: 'Delivered', receivedAt: minutesAgo((index * 60) / hourly) }),
    );

  test.each([
    [10, ['warning'], 'in a small tenant as many that fail alike are an outage'],
    [400, [], 'in a large one they are dead servers of an ordinary day'],
  ])('%i an hour: %j, %s', async (hourly, levels) => {
    const { conclusion } = await queued(trace(DEAD, others(hourly)), ['--sample', 'all']);
    expect(conclusion.findings.map(({ level }) => level).filter((level) => level !== 'info')).toEqual(levels);
  });

  test('an outage of just now is told by its share, though nothing is old', async () => {
    const fresh = Array.from({ length: 40 }, (_, index) => ({
      ...{ minutes: 6 + (index % 20), domain: DOMAINS[index % 4] ?? '', reply: FOREST },
    }));
    const { conclusion } = await queued(trace(fresh, others(200)), ['--sample', 'all']);
    expect(conclusion.findings).toMatchObject([{ id: 'mail-deferred-now', level: 'critical' }]);
  });

  test.each<[number, MemoryTrace, readonly string[], string]>([
    [1, trace(DEAD.slice(0, 4)), [], 'hardly anything is held'],
    [1, OUTAGE, ['--to', '2026-06-02T17:00Z'], 'the window is over'],
    [2, OUTAGE, [], 'the newest page tells the rate of just now'],
    [4, trace(DEAD), [], 'those of earlier keep a quiet hour from being taken for the day'],
  ])('%i listings: %#', async (listings, memory, args) => {
    const { queries } = await queued(memory, args);
    expect(queries).toHaveLength(listings);
    const [, newest] = queries;
    if (newest !== undefined)
      expect(newest).toMatchObject({ statuses: [], window: { from: minutesAgo(120), to: NOW } });
  });
});

describe('limits of a policy', () => {
  const policy = (text: string): Partial<Ports> => ({
    policyFile: () => Promise.resolve(readPolicyText(new TextEncoder().encode(text))),
  });
  const ARGS = ['--sample', 'all', '--policy', 'policy.yaml'];

  test.each([
    ['version: 1', 'warning'],
    ['{version: 1, checks: {held-mail: {warningHeld: 500}}}', undefined],
    ['{"version": 1, "checks": {"held-mail": {"criticalHeld": 20}}}', 'critical'],
  ])('%s: %s', async (text, level) => {
    const { conclusion } = await queued(OUTAGE, ARGS, policy(text));
    expect(conclusion.findings[0]?.level).toBe(level);
  });

  test.each([
    {
      text: 'version: "1"',
      message: 'policy.yaml:1:10: version cannot be "1".',
      remedy: 'Give 1, without quotes, as version: 1',
      details: [],
    },
    {
      text: 'version: 1\nchecks:\n  held-mial: {}\n  held-mail: {warningHeld: many}\n',
      message: 'policy.yaml has 2 faults, so that nothing was judged by it.',
      remedy:
        'Mend them; mailcheck check --list shows what there is to set, mailcheck check init a policy whole.',
      details: [
        'policy.yaml:3:3: checks.held-mial is no key that there is. Give held-mail in its place, as held-mail: {enabled: true}',
        'policy.yaml:4:28: checks.held-mail.warningHeld cannot be "many". Give a whole number from 1, as warningHeld: 20',
      ],
    },
    {
      text: '',
      message: 'policy.yaml: the policy is empty.',
      remedy: '`mailcheck check init -` prints a policy whole.',
      details: [],
    },
  ])('$message', async ({ text, ...expected }) => {
    const failure: unknown = await queued(OUTAGE, ARGS, policy(text)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'input', ...expected });
  });

  test('of a hundred faults ten are told, and how many more there are', async () => {
    const text = `version: 1\n${Array.from({ length: 100 }, (_, index) => `strange${index}: 1\n`).join('')}`;
    const failure: unknown = await queued(OUTAGE, ARGS, policy(text)).catch((error: unknown) => error);
    expect(failure instanceof Failure && failure.details).toHaveLength(11);
    expect(failure instanceof Failure && failure.details.at(-1)).toBe('And 90 more.');
  });
});

describe('the verdict', () => {
  test.each([
    [OUTAGE, ['warning'], 'sixty wait for the service, most for longer than half an hour'],
    [NOTHING, [], 'nothing is held'],
    [trace([{ minutes: 600, domain: 'gone.example', reply: FOREST }]), [], 'one straggler'],
  ])('%# is %j: %s', async (memory, levels) => {
    const { conclusion } = await queued(memory, ['--sample', 'all']);
    expect(conclusion.findings.map(({ level }) => level).filter((level) => level !== 'info')).toEqual(levels);
    expect(conclusion.incomplete).toEqual([]);
  });

  test('what could not be listed is a gap, and no proof that nothing is held', async () => {
    const gap = { what: 'a page', reason: 'throttled', remedy: 'Ask again.', retryAfterSeconds: 60 };
    const run = await queued({ ...NOTHING, gaps: [gap] });
    expect(run.conclusion.incomplete).toEqual([gap]);
    expect(run.text('table', pageOf(80))).toContain('no held mail was found in the part');
  });
});

describe('the screen', () => {
  test.each([40, 80, 120])('at %i columns', async (width) => {
    const text = (await queued(OUTAGE, ['--sample', 'all'])).text('table', pageOf(width), { limit: 5 });
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/queue-outage-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  });

  test.each(['next-hop', 'reason', 'sender'])('by %s', async (by) => {
    const mixed = trace(
      Array.from({ length: 100 }, (_, index) => ({
        minutes: 2 + index * 14,
        domain: DOMAINS[index % DOMAINS.length] ?? '',
        reply: index % 3 === 0 ? GREYLISTED : `${FOREST}};{FQDN=mx${index % 3}.fabrikam.example`,
      })),
    );
    const screens = await Promise.all(
      [40, 80, 120, Infinity].map(async (width) => {
        const run = await queued(mixed, ['--by', by, '--older', '10m', '--top', '3']);
        const text = run.text('table', pageOf(width), { limit: 2 });
        expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
        return `${width} columns\n\n${text}\n`;
      }),
    );
    await expect(screens.join('\n')).toMatchFileSnapshot(`../golden/queue-by-${by}.txt`);
  });

  test('senders are hidden in the table as well', async () => {
    const run = await queued(OUTAGE, ['--sample', 'all', '--by', 'sender']);
    const text = run.text('markdown', pageOf(80), { redact: true, limit: 1 });
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/queue-by-sender-redacted.md.txt');
    expect(text).not.toMatch(/\bann\d|\bbob\d|Quarterly/u);
  });

  test('with its colours as marks', async () => {
    const run = await queued(OUTAGE, ['--sample', 'all']);
    const text = withVisibleMarks(run.text('table', pageOf(80, COLOUR_STYLE), { limit: 5 }));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/queue-outage-marks.txt');
  });

  test('of nothing', async () => {
    const text = (await queued(NOTHING)).text('table', pageOf(80));
    expect(text).toBe('OK: nothing is held in this window.');
  });

  test('in Markdown without a person in it', async () => {
    const run = await queued(OUTAGE, ['--sample', 'all']);
    const text = run.text('markdown', pageOf(80), { redact: true, limit: 5 });
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/queue-outage.md.txt');
    expect(text).not.toMatch(/\bann\d|\bbob\d|Quarterly/u);
  });
});

test.each([
  [['--by', 'host'], '--by cannot be "host".'],
  [['--older', '30'], '--older cannot be "30".'],
  [['--top', '0'], '--top cannot be "0".'],
  [['--sample', 'some'], '--sample cannot be "some".'],
  [['--since', '4'], '--since cannot be "4".'],
  [['--from', '2026-01-01'], /^The window begins at 2026-01-01.*Microsoft keeps traces for 90 days/u],
])('%j is refused: %s', async (args, message) => {
  const failure: unknown = await runCommand(queue, args).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    kind: 'usage',
    message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
  });
});

describe('what monitors are told', () => {
  test('is the first sentence without its level, and numbers of what is held', async () => {
    const run = await queued(OUTAGE, ['--sample', 'all']);
    expect(run.report.headline).toBe('60 deliveries are held (4.x), the oldest for 8 h 54 min.');
    expect(measuresOf(run)).toEqual({
      ...{
        held_deliveries: 60,
        held_oldest_age: 534 * 60,
        expiring_deliveries: 0,
        held_past_expiry: 0,
        held_waiting: 57,
      },
    });
    expect(run.report.cases.slice(0, 2)).toMatchObject([
      { id: 'verdict', level: 'warning' },
      { level: 'warning', says: `${run.conclusion.findings[0]?.title ?? ''} (held mail)` },
    ]);
  });

  test('with --older, of that part, and how much there is in all', async () => {
    const run = await queued(OUTAGE, ['--older', '4h']);
    expect(measuresOf(run)).toMatchObject({ held_deliveries: 33, held_in_all: 60 });
  });

  test('of an empty queue is nothing, and its age too', async () => {
    const run = await queued(NOTHING);
    expect(run.report.headline).toBe('nothing is held in this window.');
    expect(measuresOf(run)).toMatchObject({ held_deliveries: 0, held_oldest_age: 0 });
  });
});
