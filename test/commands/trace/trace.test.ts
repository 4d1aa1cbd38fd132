import { describe, expect, test } from 'vitest';

import type { TraceRequest } from '#cli/ports.js';
import { trace } from '#commands/trace/trace.js';
import { Failure } from '#failure.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { memoryTraceSource } from '../../fakes/memory-trace-source.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { OUTAGE, STEADY } from './outage.js';

interface Asked {
  readonly request: TraceRequest;
  readonly query: TraceQuery;
}

/** What the command asks of its ports for these flags. */
async function asked(args: readonly string[]): Promise<Asked> {
  const found: Asked[] = [];
  const source = memoryTraceSource({ rows: [] });
  await runCommand(trace, args, {
    random: STEADY,
    traces: (request) =>
      Promise.resolve({
        ...source,
        deliveries: (query, signal) => {
          found.push({ request, query });
          return source.deliveries(query, signal);
        },
      }),
  });
  expect(found).toHaveLength(1);
  return found[0]!;
}

const NOTHING: Asked = {
  request: {
    ...{ files: [], fileTimeZone: null, dateOrder: null, maxRequests: null, waitForQuota: false },
    ...{ quota: null, keepsHistory: true },
  },
  query: {
    window: { from: new Date('2026-06-02T13:30:00Z'), to: new Date('2026-06-02T17:30:00Z') },
    senders: [],
    recipients: [],
    subject: null,
    messageIds: [],
    messageTraceIds: [],
    statuses: [],
  },
};

describe('what is asked', () => {
  test.each<[string[], Partial<TraceQuery>, Partial<TraceRequest>, string]>([
    [[], {}, {}, 'four hours of the service'],
    [
      ['--since', '90m'],
      { window: { from: new Date('2026-06-02T16:00:00Z'), to: new Date('2026-06-02T17:30:00Z') } },
      {},
      'a span back from now',
    ],
    [
      ['--from', '2026-06-01T08:00', '--to', '2026-06-01T09:00', '--time-zone', 'America/Havana'],
      { window: { from: new Date('2026-06-01T12:00:00Z'), to: new Date('2026-06-01T13:00:00Z') } },
      {},
      'wall time of a zone',
    ],
    [
      ['--from', '2026-06-01T08:00Z', '--time-zone', 'America/Havana'],
      { window: { from: new Date('2026-06-01T08:00:00Z'), to: new Date('2026-06-02T17:30:00Z') } },
      {},
      'an offset of its own is stronger, and now is the end',
    ],
    [
      ['--since', '1h', '--to', '2026-06-02T12:00Z'],
      { window: { from: new Date('2026-06-02T11:00:00Z'), to: new Date('2026-06-02T12:00:00Z') } },
      {},
      'a span back from another end',
    ],
    [
      [
        '--sender',
        'Ann@Contoso.example',
        '--sender',
        '*@fabrikam.example',
        '--recipient',
        'bob@litware.example',
      ],
      { senders: ['Ann@contoso.example', '*@fabrikam.example'], recipients: ['bob@litware.example'] },
      {},
      'addresses and domains, as often as wanted',
    ],
    [
      ['--subject', "O'Brien", '--message-id', '<a@b.example>', '--status', 'Failed', '--status', 'pending'],
      { subject: "O'Brien", messageIds: ['<a@b.example>'], statuses: ['Failed', 'pending'] },
      {},
      'the other conditions, in the words they were given in',
    ],
    [
      ['--file', 'a.csv', '--file', '-'],
      { window: null },
      { files: ['a.csv', '-'] },
      'exports are read whole',
    ],
    [
      ['--file', 'a.csv', '--since', '400d', '--file-time-zone', 'Europe/Berlin', '--date-order', 'DMY'],
      { window: { from: new Date('2025-04-28T17:30:00Z'), to: new Date('2026-06-02T17:30:00Z') } },
      { files: ['a.csv'], fileTimeZone: 'Europe/Berlin', dateOrder: 'dmy' },
      'a kept export may be older than what the service keeps',
    ],
    [['--max-requests', '7', '--wait'], {}, { maxRequests: 7, waitForQuota: true }, 'what it may cost'],
    [['--quota', '500'], {}, { quota: 500 }, 'a tenant that has more'],
    [['--no-history'], {}, { keepsHistory: false }, 'a machine that is to keep nothing'],
  ])('%j: %#: %s', async (args, query, request) => {
    expect(await asked(args)).toEqual({
      request: { ...NOTHING.request, ...request },
      query: { ...NOTHING.query, ...query },
    });
  });
});

describe('what is refused', () => {
  test.each<[string[], string, string]>([
    [['--since', 'soon'], '--since cannot be "soon".', 'as --since 4h'],
    [['--since', '0h'], '--since cannot be "0h".', 'as --since 4h'],
    [
      ['--since', '4h', '--from', '2026-06-01T08:00'],
      '--since and --from both name the start of the window.',
      'one of them',
    ],
    [['--from', 'noon'], '--from cannot be "noon".', 'as --from 2026-06-02T14:00'],
    [
      ['--from', '2026-06-02T18:00Z'],
      'The window would begin at 2026-06-02T18:00:00.000Z and end at 2026-06-02T17:30:00.000Z.',
      '--from before --to',
    ],
    [['--to', '2026-02-30T12:00'], '--to cannot be "2026-02-30T12:00".', 'a date and time'],
    [
      ['--since', '91d'],
      'The window begins at 2026-03-03T17:30:00.000Z; Microsoft keeps traces for 90 days.',
      'Begin at 2026-03-04T00:00:00.000Z or later',
    ],
    [['--sender', 'ann'], '--sender cannot be "ann".', 'as --sender ann@contoso.example'],
    [['--sender', '*@'], '--sender cannot be "*@".', 'as --sender ann@contoso.example'],
    [
      ['--domain', 'ann@contoso.example'],
      '--domain cannot be "ann@contoso.example".',
      'as --domain contoso.example',
    ],
    [['--sample', 'some'], '--sample cannot be "some".', 'a whole number, all or none'],
    [['--sample', '-1'], '--sample cannot be "-1".', 'a whole number, all or none'],
    [['--max-requests', '0'], '--max-requests cannot be "0".', 'a whole number from 1'],
    [['--quota', '0'], '--quota cannot be "0".', 'a whole number from 1'],
    [['--date-order', 'ydm'], '--date-order cannot be "ydm".', 'dmy, mdy, ymd'],
    [
      ['--file-time-zone', 'CET+1'],
      '--file-time-zone cannot be "CET+1".',
      'as --file-time-zone Europe/Berlin',
    ],
  ])('%j: %s %s', async (args, message, remedy) => {
    const failure: unknown = await runCommand(trace, args).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ kind: 'usage', message });
    expect((failure as Failure).remedy).toContain(remedy);
  });
});

describe('what comes of it', () => {
  function traced(changes: Partial<MemoryTrace>, args: readonly string[] = []): Promise<CommandRun> {
    const source = memoryTraceSource({ ...OUTAGE, ...changes });
    return runCommand(trace, args, { traces: () => Promise.resolve(source), random: STEADY });
  }

  test('rows, their sum, and where they come from', async () => {
    const { rows, conclusion, notes } = await traced({}, ['--sample', 'all', '--domain', 'contoso.example']);
    expect(rows).toHaveLength(11);
    expect(conclusion).toMatchObject({
      summary: {
        ...{ held: 5, failed: 2, deliveries: 11, messages: 11, pending: 5, bounced: 2, unknown: 1 },
        oldestHeldAt: new Date('2026-06-02T14:25:00Z'),
        reasons: { held: { population: 5, examined: 5 }, failed: { population: 2, examined: 2 } },
      },
      tenant: 'contoso.example',
      source: { kind: 'graph', requests: 13 },
      window: { complete: true, settledUntil: new Date('2026-06-02T17:15:00Z') },
      findings: [],
      incomplete: [],
    });
    expect(notes).toEqual(['Window 2026-06-02T13:30:00.000Z to 2026-06-02T17:30:00.000Z']);
    const directions = (rows as Delivery[]).map(
      (row) => `${row.direction} by ${row.directionBasis ?? 'nothing'}`,
    );
    expect(new Set(directions)).toEqual(
      new Set(['outbound by profile', 'internal by profile', 'outbound by ip']),
    );
  });

  test.each<[string[], number]>([
    [['--sample', 'none'], 0],
    [['--sample', '0'], 0],
    [['--sample', '4'], 4],
    [['--sample', 'all'], 7],
    [[], 7],
  ])('%j reads %i details', async (args, details) => {
    const { rows, conclusion } = await traced({}, args);
    expect((rows as Delivery[]).filter((row) => row.verdict !== null)).toHaveLength(details);
    expect(conclusion.source?.requests).toBe(6 + details);
  });

  test('rows that come twice, or that nobody asked for, do not count', async () => {
    const { rows } = await traced({ repeatsRows: true, ignoresConditions: true }, ['--status', 'failed']);
    expect((rows as Delivery[]).map((row) => row.state)).toEqual(['bounced', 'bounced']);
  });

  test('remarks of the source are passed on', async () => {
    const { notes } = await traced({ notes: ['Times are taken as UTC.'] });
    expect(notes).toContain('Times are taken as UTC.');
  });

  test('a gap is named, and the window is not whole', async () => {
    const gap = { what: 'page 2', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: 300 };
    const { conclusion } = await traced({ gaps: [gap] });
    expect(conclusion).toMatchObject({ incomplete: [gap], window: { complete: false } });
  });

  test('a source that cannot be asked is a failure', async () => {
    const failure = new Failure('sign-in', 'No credentials.', { remedy: 'Set them.' });
    expect(await traced({ failure }).catch((error: unknown) => error)).toBe(failure);
  });
});
