import { describe, expect, test } from 'vitest';

import type { DrillRequest, RunningDrill } from '#cli/ports.js';
import { drill } from '#commands/drill/drill.js';
import type { DrillRow } from '#commands/drill/drill.view.js';
import { drillViews } from '#commands/drill/drill.view.js';
import { Failure } from '#failure.js';

import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import { runCommand } from '../run-command.js';

const REQUEST: DrillRequest = {
  at: new Date('2026-06-02T17:30:05Z'),
  server: 'graph',
  method: 'GET',
  path: '/v1.0/\u001b[2J::error::x',
  status: 429,
  note: 'token 22b0332a, "\u202e"',
};

interface Started {
  readonly rows: readonly DrillRow[];
  readonly asked: readonly (string | null)[];
  readonly failure: unknown;
}

/** Runs the drill until its requests end, as they do when it is stopped. */
async function drilled(args: readonly string[], reason: unknown): Promise<Started> {
  const asked: (string | null)[] = [];
  const rows: DrillRow[] = [];
  const running: RunningDrill = {
    scenario: 'calm',
    title: 'An ordinary day',
    environment: [['AZURE_CLIENT_SECRET', "a'b"]],
    requests: async function* () {
      await Promise.resolve();
      yield REQUEST;
    },
  };
  const failure: unknown = await runCommand(
    drill,
    args,
    {
      signal: AbortSignal.abort(reason),
      note: () => undefined,
      startDrill: (scenario, at) => {
        asked.push(scenario, at);
        return Promise.resolve(running);
      },
    },
    { onRow: (row) => void rows.push(row as DrillRow) },
  ).catch((error: unknown) => error);
  return { rows, asked, failure };
}

test.each<[string[], (string | null)[]]>([
  [[], [null, null]],
  [['june-2026'], ['june-2026', null]],
  [
    ['june-2026', '--at', '+2h'],
    ['june-2026', '+2h'],
  ],
  [
    ['january-2026', '--at', '14:50'],
    ['january-2026', '14:50'],
  ],
])('%j starts %j', async (args, wanted) => {
  expect((await drilled(args, null)).asked).toEqual(wanted);
});

test('two scenarios are refused', async () => {
  expect((await drilled(['calm', 'june-2026'], null)).failure).toMatchObject({
    kind: 'usage',
    message: 'drill takes one scenario; "calm june-2026" was given.',
  });
});

test.each(['interrupted', 'terminated'] as const)('it ends as what stopped it: %s', async (kind) => {
  const { failure } = await drilled([], new Failure(kind, 'x', { remedy: '' }));
  expect(failure).toMatchObject({
    kind,
    message: 'The drill has ended; its environment lines lead nowhere now.',
  });
});

const HEAD_OF_DRILL = { schema: 'mailcheck.drill/1', drill: null };

describe('the rows', () => {
  const screen = async (args: readonly string[]): Promise<string> =>
    (await drilled(args, null)).rows
      .map((row) => drillViews.line?.(row, pageOf(80, COLOUR_STYLE), HEAD_OF_DRILL) ?? '')
      .map(withVisibleMarks)
      .join('');
  const HEAD = '# DRILL calm: An ordinary day. A simulated tenant; paste these lines into another shell.\n';

  test('can be pasted into a shell', async () => {
    expect(await screen([])).toBe(`${HEAD}export AZURE_CLIENT_SECRET='a'\\''b'\n`);
  });

  test('or into PowerShell', async () => {
    expect(await screen(['--shell', 'powershell'])).toBe(`${HEAD}$env:AZURE_CLIENT_SECRET = 'a''b'\n`);
  });

  test('and show each request, harmless, when asked for', async () => {
    const log = (await screen(['--log'])).split('\n').at(-2);
    expect(log).toBe(
      '# 17:30:05 <bad>429</> graph GET /v1.0/\\u{1b}[2J::error::x  token 22b0332a, "\\u{202e}"',
    );
  });
});
