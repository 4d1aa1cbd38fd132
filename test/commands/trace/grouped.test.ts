/** `--by`: what is asked, what the groups say, and their screens. */
import { describe, expect, test } from 'vitest';

import { trace } from '#commands/trace/trace.js';
import { traceViews } from '#commands/trace/trace.view.js';
import type { TraceAnswer } from '#commands/trace/trace-answer.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';
import { createCsvWriter } from '#render/csv.js';
import { widthOf } from '#render/layout.js';

import { memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand, tailOf } from '../run-command.js';
import { OUTAGE, STEADY } from './outage.js';

const GROUPINGS = ['domain', 'reason', 'party', 'sender', 'hour'] as const;

async function traced(args: readonly string[]): Promise<CommandRun & { readonly query: TraceQuery | null }> {
  const source = memoryTraceSource(OUTAGE);
  const asked: { query: TraceQuery | null } = { query: null };
  const run = await runCommand(trace, args, {
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

test.each(GROUPINGS.flatMap((grouping) => [40, 80, 120].map((width) => [grouping, width] as const)))(
  'the screen of --by %s at %i columns',
  async (grouping, width) => {
    const text = (await traced(['--by', grouping])).text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/trace-by-${grouping}-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  },
);

test.each([
  [['--sample', 'all'], 'Read: 5 of 5 held and 2 of 2 failed. Numbers are exact.', 'all is known'],
  [['--sample', '4'], 'failed. Numbers are estimates with their 95 % range.', 'a part is known'],
  [['--sample', 'none'], 'The reasons of 5 held and 2 failed were not read.', 'nothing is known'],
  [['--status', 'delivered'], 'No held or failed mail is among what was asked for.', 'nothing to know'],
  [['--status', 'failed'], 'Read: 2 of 2 failed. Numbers are exact.', 'held mail was not asked for'],
])('what was read stands over the groups, %j: %s (%s)', async (args, words) => {
  const text = (await traced(['--by', 'party', ...args])).text('table', pageOf(120));
  expect(text.replace(/\s+/gu, ' ')).toContain(words);
});

test('a line under a table of Markdown is no row of it', async () => {
  for (const args of [[], ['--by', 'sender']]) {
    const { text } = await traced([...args, '--limit', '1']);
    const lines = text('markdown', pageOf(80), { limit: 1 }).split('\n');
    const after = lines.filter((line, index) => lines[index - 1]?.startsWith('|') && !line.startsWith('|'));
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter((line) => line !== '')).toEqual([]);
  }
});

test('with its colours as marks', async () => {
  const text = (await traced(['--by', 'domain'])).text('table', pageOf(80, COLOUR_STYLE));
  await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot('../golden/trace-by-domain-marks.txt');
});

test('in Markdown', async () => {
  const text = (await traced(['--by', 'reason'])).text('markdown', pageOf(80));
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/trace-by-reason.md.txt');
});

describe('what is asked', () => {
  const TROUBLE = ['failed', 'pending', 'gettingStatus'];
  test.each<[string[], readonly string[], string]>([
    [['--by', 'domain'], [], 'all mail: shares need it'],
    [['--by', 'hour'], [], 'all mail'],
    [['--by', 'reason'], TROUBLE, 'held and failed only'],
    [['--by', 'party'], TROUBLE, 'held and failed only'],
    [['--by', 'party', '--status', 'failed'], ['failed'], 'what the user says'],
    [['--by', 'party', '--file', 'x.csv'], [], 'an export is read anyway'],
    [['--resend-list'], TROUBLE, 'held and failed only'],
  ])('%j: %j: %s', async (args, statuses) => {
    const { query } = await traced(args);
    expect(query?.statuses).toEqual(statuses);
  });
});

describe('the summary', () => {
  test('counts in full what the list tells', async () => {
    const { conclusion, rows } = await traced(['--by', 'domain', '--sample', 'all']);
    expect(rows).toHaveLength(11);
    expect(conclusion.summary).toMatchObject({
      groupedBy: 'domain',
      by: [
        {
          ...{ domain: 'litware.example', held: 4, failed: 0, deliveries: 4 },
          oldestHeldAt: new Date('2026-06-02T16:25:00Z'),
          mostly: { reason: 'service-error', party: 'service', share: 1, examined: 4 },
        },
        { domain: 'fabrikam.example', held: 1, failed: 2, deliveries: 6, mostly: null },
        { domain: 'contoso.example', held: 0, failed: 0, deliveries: 1, oldestHeldAt: null, mostly: null },
      ],
    });
    expect(conclusion.summary).not.toHaveProperty('statusesAsked');
  });

  test('estimates what only details tell, and says what was not asked', async () => {
    const { conclusion } = await traced(['--by', 'party', '--sample', 'all']);
    const exactly = (estimate: number): object => ({ estimate, low: estimate, high: estimate });
    expect(conclusion.summary).toMatchObject({
      statusesAsked: ['failed', 'pending', 'gettingStatus'],
      groupedBy: 'party',
      by: [
        { party: 'service', held: exactly(4), failed: exactly(0) },
        { party: 'unknown', held: exactly(1), failed: exactly(0) },
        { party: 'network', held: exactly(0), failed: exactly(1) },
        { party: 'recipient', held: exactly(0), failed: exactly(1) },
      ],
    });
  });

  test('where nothing was read, nothing is estimated', async () => {
    const { conclusion } = await traced(['--by', 'reason', '--sample', 'none']);
    expect(conclusion.summary).toMatchObject({ by: [], heldInnocent: null });
  });
});

describe('CSV', () => {
  async function csvOf(args: readonly string[]): Promise<readonly string[]> {
    const { rows, conclusion } = await traced(args);
    const result = conclusion.result as TraceAnswer;
    const writer = createCsvWriter<unknown, TraceAnswer>({ columns: [], groups: traceViews.groups! });
    const before = rows.map((row) => writer.row(row)).join('');
    return (before + writer.end(tailOf({ ...conclusion, result }))).split('\r\n');
  }

  test('holds the groups in place of the rows', async () => {
    expect(await csvOf(['--by', 'domain', '--sample', 'all'])).toEqual([
      'domain,held,failed,deliveries,oldestHeldAt,mostlyReason,mostlyParty,mostlyShare,mostlyExamined',
      'litware.example,4,0,4,2026-06-02T16:25:00.000Z,service-error,service,1,4',
      'fabrikam.example,1,2,6,2026-06-02T14:25:00.000Z,,,,',
      'contoso.example,0,0,1,,,,,',
      '',
    ]);
  });

  test('estimates with their ends', async () => {
    const [head, first] = await csvOf(['--by', 'reason', '--sample', 'all']);
    expect([head, first]).toEqual([
      'reason,held,heldLow,heldHigh,failed,failedLow,failedHigh',
      'service-error,4,4,4,0,0,0',
    ]);
  });
});

test('--limit shortens the groups that a person is shown, and says so', async () => {
  const text = (await traced(['--by', 'sender', '--limit', '2'])).text('table', pageOf(80));
  expect(text).toMatch(/\n9 more: --limit, or all with --format csv$/u);
});

test.each([
  [['--by', 'colour'], '--by cannot be "colour".'],
  [['--resend-list', '--sample', '5'], /^--resend-list and --sample do not go together/u],
  [['--resend-list', '--by', 'domain'], /^--resend-list and --by do not go together/u],
  [['--resend-list', '--status', 'failed'], /^--resend-list and --status do not go together/u],
])('%j is refused: %s', async (args, message) => {
  const failure: unknown = await runCommand(trace, args).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    kind: 'usage',
    message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
  });
});
