/** The way of one message on the screen, as files to read. */
import { expect, test } from 'vitest';

import { traceShow } from '#commands/trace/show.js';
import { widthOf } from '#render/layout.js';

import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { event } from '../../mailflow/trace/rows.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { HELD, minutesAgo, OUTAGE, traceId } from './outage.js';

function showing(id: string, changes: Partial<MemoryTrace> = {}): Promise<CommandRun> {
  const source = memoryTraceSource({ ...OUTAGE, ...changes });
  return runCommand(traceShow, [id], { traces: () => Promise.resolve(source) });
}

test.each([40, 80, 120])('held mail at %i columns', async (width) => {
  const text = (await showing(HELD.messageId ?? '')).text('table', pageOf(width));
  await expect(`${text}\n`).toMatchFileSnapshot(`../golden/show-held-${width}.txt`);
  expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
});

test('with its colours as marks', async () => {
  const text = (await showing(traceId(1))).text('table', pageOf(80, COLOUR_STYLE));
  await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot('../golden/show-held-marks.txt');
});

test('in Markdown', async () => {
  const text = (await showing(traceId(1))).text('markdown', pageOf(80));
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/show-held.md.txt');
});

test('redacted', async () => {
  const text = (await showing(traceId(1))).text('table', pageOf(80), { redact: true });
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/show-redacted.txt');
  expect(text).not.toMatch(/ann1@|bob1@|Quarterly/u);
});

test('delivered mail', async () => {
  const events = [
    event('Deliver', { at: minutesAgo(184), description: 'The message was delivered.' }),
    event('Receive', { at: minutesAgo(185), description: 'Message received.' }),
  ];
  const name = `${traceId(1)} bob1@fabrikam.example`;
  const rows = [{ ...HELD, status: 'delivered' }];
  const text = (await showing(traceId(1), { rows, eventsByDelivery: new Map([[name, events]]) })).text(
    'table',
    pageOf(80),
  );
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/show-delivered.txt');
});

test('an export that has rows only', async () => {
  const source = memoryTraceSource({ rows: OUTAGE.rows, kind: 'file' });
  const run = await runCommand(traceShow, [traceId(1), '--file', 'x.csv'], {
    traces: () => Promise.resolve(source),
  });
  await expect(`${run.text('table', pageOf(80))}\n`).toMatchFileSnapshot('../golden/show-rows-only.txt');
});

test('a message that nobody knows', async () => {
  const text = (await showing('<nobody@contoso.example>')).text('table', pageOf(80));
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/show-nothing.txt');
});
