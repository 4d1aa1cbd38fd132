/** The way of one message on the screen, as files to read. */
import { describe, expect, test } from 'vitest';

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

describe('a way with many tries', () => {
  const record = (host: string): string =>
    `Reason: [{LED=450 4.4.316 Connection refused};{MSG=};{FQDN=${host}};{IP=192.0.2.10};{LRT=}]`;
  const tries = Array.from({ length: 40 }, (_, index) =>
    event('Defer', { at: minutesAgo(180 - index * 4), description: record('mx1.fabrikam.example') }),
  );
  const refused = [
    event('Receive', { at: minutesAgo(185) }),
    ...tries,
    event('Defer', { at: minutesAgo(8), description: record('mx2.fabrikam.example') }),
  ];
  const name = `${traceId(1)} bob1@fabrikam.example`;

  test.each([40, 80, 120])('folds those that were answered alike at %i columns', async (width) => {
    const run = await showing(traceId(1), { eventsByDelivery: new Map([[name, refused]]) });
    const text = run.text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/show-tries-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
    const [, drawing = ''] = text.split('\n\n');
    expect(drawing).toMatch(/^[\x20-\x7e\n]+$/u);
  });

  test('ends with the failure', async () => {
    const failed = event('Fail', {
      at: minutesAgo(2),
      description: '550 4.4.7 QUEUE.Expired; message expired',
    });
    const rows = [{ ...HELD, status: 'failed' }];
    const events = new Map([[name, [...refused, failed]]]);
    const text = (await showing(traceId(1), { rows, eventsByDelivery: events })).text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/show-failed.txt');
  });

  test('past its expiry', async () => {
    const rows = [{ ...HELD, receivedAt: minutesAgo(25 * 60) }];
    const events = new Map([[name, [event('Receive', { at: minutesAgo(25 * 60) }), ...tries.slice(-2)]]]);
    const text = (await showing(traceId(1), { rows, eventsByDelivery: events })).text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/show-past-expiry.txt');
  });
});

function fateOf(index: number): 'failed' | 'pending' | 'delivered' {
  if (index < 3) return 'failed';
  return index < 12 ? 'pending' : 'delivered';
}

describe('a message to a group', () => {
  const recipients = Array.from({ length: 30 }, (_, index) => `member${index}@fabrikam.example`);
  const rows = recipients.map((recipient, index) => ({
    ...HELD,
    recipient,
    status: fateOf(index),
  }));
  const lastEvents = {
    failed: event('Fail', { at: minutesAgo(184), description: '550 5.1.1 User unknown' }),
    pending: event('Defer', { at: minutesAgo(10), description: '450 4.4.316 Connection refused' }),
    delivered: event('Deliver', { at: minutesAgo(183), description: 'Delivered.' }),
  };
  const eventsByDelivery = new Map(
    recipients.map((recipient, index) => [
      `${traceId(1)} ${recipient}`,
      [event('Receive', { at: minutesAgo(185) }), lastEvents[fateOf(index)]],
    ]),
  );

  test('is shown once for each fate, trouble first', async () => {
    const run = await showing(traceId(1), { rows, eventsByDelivery });
    const text = run.text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/show-group.txt');
    expect(run.rows).toHaveLength(20);
    expect(text.match(/^to /gmu)).toHaveLength(3);
    expect(run.conclusion.summary).toEqual({ deliveries: 30, bounced: 3, pending: 9, delivered: 18 });
  });

  test('in Markdown too', async () => {
    const text = (await showing(traceId(1), { rows, eventsByDelivery })).text('markdown', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/show-group.md.txt');
  });
});
