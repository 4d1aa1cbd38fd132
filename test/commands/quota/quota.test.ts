/** Options, the values that scripts read, and the screen as files to read. */
import { describe, expect, test } from 'vitest';

import { quota } from '#commands/quota/quota.js';
import type { LedgerEntry, QuotaUse } from '#mailflow/quota/quota-use.js';
import { quotaUseOf } from '#mailflow/quota/quota-use.js';
import { widthOf } from '#render/layout.js';

import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { NOW, runCommand } from '../run-command.js';

const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

function entries(count: number, changes: Partial<LedgerEntry> = {}): readonly LedgerEntry[] {
  const entry = { run: 'a', processId: 41_233, command: 'trace', attended: false, serviceQuota: 100 };
  return Array.from({ length: count }, (_, n) => ({ at: secondsAgo(120 + n), ...entry, ...changes }));
}

function useOf(all: readonly LedgerEntry[], pausedSeconds = 0, tenant = 'contoso.example'): QuotaUse {
  const scope = { origin: 'https://graph.microsoft.com', tenant };
  const pause = { setAtMs: NOW.getTime(), untilMs: NOW.getTime() + pausedSeconds * 1000 };
  return quotaUseOf({ scope, entries: all, pause, serviceQuota: null, defaultQuota: 100 }, NOW);
}

const BUSY = useOf([
  ...entries(75),
  ...entries(9, { run: 'b', processId: 807, command: 'trace show', attended: true, at: secondsAgo(31) }),
]);
const PAUSED = useOf([], 315, '5f0c3c1e-0000-4000-8000-00000000beef');

function showing(uses: readonly QuotaUse[], args: readonly string[] = []): Promise<CommandRun> {
  return runCommand(quota, args, { quotaUses: () => Promise.resolve(uses) });
}

test.each<[string[], number | null]>([
  [[], null],
  [['--quota', '500'], 500],
])('%j asks for a limit of %s', async (args, expected) => {
  const asked: (number | null)[] = [];
  await runCommand(quota, args, {
    quotaUses: (serviceQuota) => {
      asked.push(serviceQuota);
      return Promise.resolve([]);
    },
  });
  expect(asked).toEqual([expected]);
});

test.each<[string[], string]>([
  [['--quota', '0'], '--quota cannot be "0".'],
  [['--quota', 'many'], '--quota cannot be "many".'],
  [['contoso.example'], 'quota takes no word; "contoso.example" was given.'],
])('%j is refused', async (args, message) => {
  await expect(showing([], args)).rejects.toMatchObject({ kind: 'usage', message });
});

test('every quota is a row, and the summary counts them', async () => {
  const { rows, conclusion } = await showing([BUSY, PAUSED]);
  expect(rows).toEqual([BUSY, PAUSED]);
  expect(conclusion).toMatchObject({ summary: { quotas: 2, used: 84 }, incomplete: [], findings: [] });
});

describe('the screen', () => {
  test.each([40, 80, 120])('at %i columns', async (width) => {
    const text = (await showing([BUSY, PAUSED])).text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/quota-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  });

  test('with its colours as marks, in another zone', async () => {
    const text = (await showing([BUSY])).text('table', pageOf(80, COLOUR_STYLE, 'Asia/Kathmandu'));
    await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot('../golden/quota-marks.txt');
  });

  test('in Markdown', async () => {
    const text = (await showing([BUSY, PAUSED])).text('markdown', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/quota.md.txt');
  });

  test('when nobody asked', async () => {
    const text = (await showing([])).text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/quota-unused.txt');
  });
});
