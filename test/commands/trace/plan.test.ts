/** `--plan`: what it says, and that nobody is asked. */
import { describe, expect, test } from 'vitest';

import type { Command } from '#cli/command.js';
import type { Ports } from '#cli/ports.js';
import { traceShow } from '#commands/trace/show.js';
import { trace } from '#commands/trace/trace.js';
import { Failure } from '#failure.js';
import type { QuotaUse } from '#mailflow/quota/quota-use.js';
import type { PlannedStep } from '#mailflow/trace/cost-plan.js';
import { widthOf } from '#render/layout.js';

import { pageOf } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { NOW, runCommand } from '../run-command.js';

/** A source that may be opened and never asked. */
function silentSource(used?: number): Pick<Ports, 'traces' | 'quotaUses'> {
  const asked = (): never => {
    throw new Error('the plan asked the service');
  };
  return {
    traces: () =>
      Promise.resolve({
        ...{ kind: 'graph', tenant: 'contoso.example', requestCount: () => 0, asOf: () => null },
        ...{ deliveries: asked, details: asked },
        ...(used === undefined ? {} : { quotaLeft: () => 90 }),
      }),
    quotaUses: () => Promise.resolve(used === undefined ? [] : [useOf('contoso.example', used)]),
  };
}

function useOf(tenant: string, used: number, pausedUntil: Date | null = null): QuotaUse {
  return {
    ...{
      origin: 'https://graph.microsoft.com',
      tenant,
      limit: 90,
      used,
      free: 90 - used,
      freeUnattended: 75 - used,
    },
    ...{ nextFreeAt: null, nextFreeUnattendedAt: null, allFreeAt: null, pausedUntil, usedBy: [] },
  };
}

function planned(args: readonly string[], command: Command = trace, used?: number): Promise<CommandRun> {
  return runCommand(command, [...args, '--plan'], silentSource(used));
}

const MANY = [
  ...['--since', '25d', '--sender', 'ann@contoso.example', '--sender', 'ben@contoso.example'],
  ...['--recipient', 'x@fabrikam.example', '--recipient', 'y@fabrikam.example'],
  ...['--recipient', "o'neill@litware.example", '--status', 'failed', '--subject', 'offer\u001b[2J'],
];

test.each<[string, readonly string[], number | undefined]>([
  ['usual', [], undefined],
  ['many', MANY, 53],
  ['capped', [...MANY, '--max-requests', '3'], 53],
  ['all', ['--sample', 'all', '--since', '24h'], 90],
  ['resend', ['--resend-list'], undefined],
])('the screen: %s', async (name, args, used) => {
  const run = await planned(args, trace, used);
  for (const width of [40, 80, 120]) {
    const text = run.text('table', pageOf(width), { limit: 100 });
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/plan-${name}-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  }
});

test('in Markdown', async () => {
  const text = (await planned([...MANY, '--max-requests', '3'])).text('markdown', pageOf(80));
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/plan-capped.md.txt');
});

test('of one message', async () => {
  const text = (await planned(['<a1@contoso.example>', '--since', '15d'], traceShow)).text(
    'table',
    pageOf(80),
  );
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/plan-show-80.txt');
});

describe('the summary', () => {
  test('tells requests and waiting from both ends', async () => {
    const { conclusion, rows, notes } = await planned(['<a1@contoso.example>'], traceShow, 75);
    expect(rows).toHaveLength(2);
    expect(conclusion).toMatchObject({
      summary: {
        requests: { atLeast: 1, atMost: 21 },
        waitSeconds: { atLeast: 0, atMost: 300 },
        listRequests: { atLeast: 1, atMost: 1 },
        detailRequests: { atLeast: 0, atMost: 20 },
        quota: { requests: 90, seconds: 300, forThisRun: 90, left: 15 },
        rowsPerPage: 5000,
        maxRequests: null,
      },
      source: { kind: 'graph', asOf: null, requests: 0 },
      incomplete: [],
    });
    expect(notes).toEqual(['Window 2026-05-23T17:30:00.000Z to 2026-06-02T17:30:00.000Z']);
  });

  test('what the cap cuts is missing', async () => {
    const { conclusion, rows } = await planned(['--max-requests', '3', '--since', '4h']);
    expect((rows as PlannedStep[]).map(({ withinCap }) => withinCap)).toEqual(['all', 'part']);
    expect(conclusion.summary).toMatchObject({ requests: { atLeast: 1, atMost: 3 }, maxRequests: 3 });
    expect(conclusion.incomplete).toEqual([
      {
        what: 'up to 58 of 60 details, behind the cap of 3 requests',
        reason: 'quota',
        remedy: expect.stringContaining('--max-requests') as string,
        retryAfterSeconds: null,
      },
    ]);
  });
});

test.each<[readonly string[], number | null, string]>([
  [[], 60, 'the usual sample'],
  [['--sample', '7'], 7, 'a smaller one'],
  [['--sample', 'all'], null, 'one for each that is held or failed'],
  [['--sample', 'none'], 0, 'none'],
  [['--resend-list'], null, 'one for each that failed'],
])('%j: %j details: %s', async (args, atMost) => {
  expect((await planned(args)).conclusion.summary).toMatchObject({ detailRequests: { atLeast: 0, atMost } });
});

test.each<[readonly QuotaUse[], readonly string[], number, string]>([
  [[], [], 90, 'nobody has asked lately'],
  [[useOf('contoso.example', 20), useOf('other.example', 80)], [], 70, 'the account of its own tenant'],
  [[useOf('a-guid', 20), useOf('other.example', 80)], [], 10, 'none by its name: the fullest'],
  [[useOf('contoso.example', 20, NOW)], [], 0, 'the service asked for silence'],
  [[useOf('contoso.example', 20)], ['--no-history'], 90, 'the run would count for itself alone'],
])('%#: %j: %i left: %s', async (uses, args, left) => {
  const ports = { ...silentSource(0), quotaUses: () => Promise.resolve(uses) };
  const { conclusion } = await runCommand(trace, [...args, '--plan'], ports);
  expect(conclusion.summary).toMatchObject({ quota: { requests: 90, left } });
});

test.each<[readonly string[], number, string]>([
  [[], 2, 'Graph takes one sender a question'],
  [['--via', 'exchange'], 1, 'Exchange takes a list'],
  [['--cloud', 'gcc-high'], 1, 'where Graph has no trace, Exchange is asked'],
])('%j: %i lists for two senders: %s', async (args, lists) => {
  const senders = ['--sender', 'ann@contoso.example', '--sender', 'ben@contoso.example'];
  const { conclusion } = await planned([...args, ...senders]);
  expect(conclusion.summary).toMatchObject({ listRequests: { atLeast: lists } });
});

test('credentials that are missing do not stand in the way of a plan', async () => {
  const refused = (): Promise<never> =>
    Promise.reject(new Failure('sign-in', 'No credentials.', { remedy: 'Set them.' }));
  const { conclusion } = await runCommand(trace, ['--plan'], { traces: refused });
  expect(conclusion.summary).toMatchObject({ requests: { atLeast: 1 }, quota: { left: null } });
});

test('exports ask nobody, and are not even opened', async () => {
  const run = await runCommand(trace, ['--plan', '--file', 'missing.csv']);
  expect(run.conclusion).toMatchObject({
    summary: { requests: { atLeast: 0, atMost: 0 } },
    source: { kind: 'file', requests: 0 },
  });
  expect(run.text('table', pageOf(80))).toMatch(/^The plan: no request at all\./u);
});
