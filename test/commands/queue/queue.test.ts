/** What `queue` asks, counts, judges and shows. */
import { describe, expect, test } from 'vitest';

import { queue } from '#commands/queue/queue.js';
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';
import { widthOf } from '#render/layout.js';

import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { deliveryName, memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { event, row } from '../../mailflow/trace/rows.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { NOW, runCommand } from '../run-command.js';
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
      [event('Defer', { at: minutesAgo(1), description: `Reason: [{LED=${held[index]?.reply ?? ''}}]` })],
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
const DELIVERED = row({ status: 'delivered' });
const NOTHING: MemoryTrace = { rows: [DELIVERED], eventsByDelivery: new Map(), asOf: NOW };

async function queued(
  memory: MemoryTrace,
  args: readonly string[] = [],
): Promise<CommandRun & { readonly query: TraceQuery | null }> {
  const source = memoryTraceSource(memory);
  const asked: { query: TraceQuery | null } = { query: null };
  const run = await runCommand(queue, args, {
    random: STEADY,
    traces: () =>
      Promise.resolve({
        ...source,
        deliveries: (query, signal) => {
          asked.query = query;
          return source.deliveries(query, signal);
        },
      }),
  });
  return { ...run, query: asked.query };
}

describe('what is asked', () => {
  test('held mail alone, of two days', async () => {
    const { query } = await queued(OUTAGE);
    expect(query).toMatchObject({ statuses: ['pending', 'gettingStatus'], senders: [], recipients: [] });
    expect(query?.window).toEqual({ from: new Date('2026-05-31T17:30:00Z'), to: NOW });
  });

  test('an export is read whole, and only what is held is a row', async () => {
    const run = await queued(
      trace([{ minutes: 40, domain: 'fabrikam.example', reply: FOREST }], [DELIVERED]),
      ['--file', 'trace.csv'],
    );
    expect([run.query?.statuses, run.query?.window]).toEqual([[], null]);
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
      ...{ expiringWithin4h: 0, pastExpiry: 0, knownReasons: { examined: 60, known: 60 } },
    });
    const { domains } = conclusion.summary as { domains: { held: number; heldByBucket: number[] }[] };
    expect(domains.map(({ held }) => held)).toEqual([15, 15, 15, 15]);
    expect(domains.map(({ heldByBucket }) => heldByBucket.reduce((sum, held) => sum + held, 0))).toEqual([
      15, 15, 15, 15,
    ]);
  });

  test.each([
    [1230, { expiringWithin4h: 1, pastExpiry: 0 }, 'three and a half hours left'],
    [1440 + 30, { expiringWithin4h: 0, pastExpiry: 1 }, 'held by a status that is stale'],
    [1190, { expiringWithin4h: 0, pastExpiry: 0 }, 'more than four hours left'],
  ])('held for %i minutes: %j, %s', async (minutes, counts) => {
    const { conclusion } = await queued(trace([{ minutes, domain: 'fabrikam.example', reply: FOREST }]));
    expect(conclusion.summary).toMatchObject(counts);
  });

  test('mail that waits by intent stands apart', async () => {
    const greylisted = trace(
      Array.from({ length: 10 }, () => ({ minutes: 8, domain: 'fabrikam.example', reply: GREYLISTED })),
    );
    const run = await queued(greylisted, ['--sample', 'all']);
    expect(run.conclusion.summary).toMatchObject({ heldInnocent: { estimate: 10, low: 10, high: 10 } });
    expect(run.text('table', pageOf(80)).replace(/\s+/gu, ' ')).toContain(
      'About 10 (10) of all wait by intent',
    );
    expect(run.conclusion.findings.filter(({ level }) => level !== 'info')).toEqual([]);
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
