import { describe, expect, test } from 'vitest';

import { traceShow } from '#commands/trace/show.js';
import { Failure } from '#failure.js';
import type { Journey } from '#mailflow/trace/journey.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { memoryTraceSource } from '../../fakes/memory-trace-source.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { HELD, OUTAGE, traceId } from './outage.js';

async function queryOf(args: readonly string[]): Promise<TraceQuery> {
  const found: TraceQuery[] = [];
  const source = memoryTraceSource({ rows: [] });
  await runCommand(traceShow, args, {
    traces: () =>
      Promise.resolve({
        ...source,
        deliveries: (query, signal) => {
          found.push(query);
          return source.deliveries(query, signal);
        },
      }),
  });
  return found[0]!;
}

describe('what is asked', () => {
  const GUID = '5f0c3c1e-0000-4000-8000-08dddddddd01';
  test.each<[string[], Partial<TraceQuery>, string]>([
    [['<a1@contoso.example>'], { messageIds: ['<a1@contoso.example>'] }, 'a Message-ID'],
    [['a1@contoso.example'], { messageIds: ['a1@contoso.example'] }, 'without its brackets'],
    [[GUID], { messageTraceIds: [GUID], messageIds: [] }, 'a trace id'],
    [[`{${GUID.toUpperCase()}}`], { messageTraceIds: [GUID] }, 'as a GUID of another tool'],
    [[GUID, '--recipient', 'bob@contoso.example'], { recipients: ['bob@contoso.example'] }, 'one recipient'],
    [
      [GUID],
      { window: { from: new Date('2026-05-23T17:30:00Z'), to: new Date('2026-06-02T17:30:00Z') } },
      'ten days, one question',
    ],
    [[GUID, '--file', 'a.csv'], { window: null }, 'exports are read whole'],
  ])('%j: %#: %s', async (args, query) => {
    expect(await queryOf(args)).toMatchObject(query);
  });

  test.each<[string[], string]>([
    [[], 'trace show takes one id; 0 were given.'],
    [['a', 'b'], 'trace show takes one id; 2 were given.'],
    [[' '], 'trace show takes one id; 1 were given.'],
  ])('%j is refused: %s', async (args, message) => {
    const failure: unknown = await runCommand(traceShow, args).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ kind: 'usage', message });
  });
});

describe('what comes of it', () => {
  function shown(args: readonly string[], changes: Partial<MemoryTrace> = {}): Promise<CommandRun> {
    const source = memoryTraceSource({ ...OUTAGE, ...changes });
    return runCommand(traceShow, args, { traces: () => Promise.resolve(source) });
  }

  test('the way of one message, with its tries', async () => {
    const { rows, conclusion } = await shown([traceId(1)]);
    const [journey] = rows as Journey[];
    expect(rows).toHaveLength(1);
    expect(journey).toMatchObject({ attempts: 2, totalDelaySeconds: 175 * 60 });
    expect(journey?.delivery).toMatchObject({
      nextHop: 'mx1.fabrikam.example',
      verdict: { class: 'transient' },
    });
    expect(journey?.steps.map((step) => step.event)).toEqual(['Receive', 'Submit', 'Defer', 'Defer']);
    expect(journey?.steps.map((step) => step.attempt)).toEqual([null, null, 1, 2]);
    expect(conclusion).toMatchObject({ summary: { deliveries: 1, pending: 1 }, incomplete: [] });
  });

  test('of many recipients the first twenty, and a gap that says so', async () => {
    const rows = Array.from({ length: 25 }, (_, index) => ({ ...HELD, recipient: `r${index}@x.example` }));
    const run = await shown([traceId(1)], { rows });
    expect(run.rows).toHaveLength(20);
    expect(run.conclusion.incomplete).toEqual([
      expect.objectContaining({ what: 'the way to 5 more recipients', reason: 'limit' }),
    ]);
  });

  test('details that cannot be had are a gap, and the row is shown all the same', async () => {
    const detailGap = { what: 'the details', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: 9 };
    const run = await shown([traceId(1)], { detailGap });
    expect(run.rows).toHaveLength(1);
    expect(run.conclusion.incomplete).toEqual([detailGap]);
  });

  test('details of many recipients that cannot be had are one gap, and nobody is asked again', async () => {
    const detailGap = { what: 'the details', reason: 'quota', remedy: 'Wait.', retryAfterSeconds: 9 };
    const rows = Array.from({ length: 4 }, (_, index) => ({ ...HELD, recipient: `r${index}@x.example` }));
    const run = await shown([traceId(1)], { rows, detailGap });
    expect(run.rows).toHaveLength(4);
    expect(run.conclusion.incomplete).toEqual([{ ...detailGap, what: 'the details of 4 of 4 recipients' }]);
    // Two pages of the list, and the one detail that was refused.
    expect(run.conclusion.source?.requests).toBe(3);
  });

  test('a row that comes twice is one way', async () => {
    const run = await shown([traceId(1)], { rows: [HELD, HELD, HELD] });
    expect(run.rows).toHaveLength(1);
  });

  test('a message that nobody knows may be on its way into the trace', async () => {
    const run = await shown(['<nobody@contoso.example>']);
    expect(run.rows).toEqual([]);
    expect(run.conclusion.incomplete).toEqual([expect.objectContaining({ reason: 'not-visible-yet' })]);
  });
});
