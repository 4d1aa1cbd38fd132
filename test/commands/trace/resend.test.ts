/** `--resend-list`: who must send again, who must not, and that a list that is cut short says so. */
import { describe, expect, test } from 'vitest';

import { trace } from '#commands/trace/trace.js';
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';
import type { ResendRow } from '#mailflow/trace/resend.js';
import { widthOf } from '#render/layout.js';

import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { deliveryName, memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { event, row } from '../../mailflow/trace/rows.js';
import { pageOf } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { minutesAgo, STEADY, traceId } from './outage.js';

const SERVICE_SIDE =
  '550 4.3.2 QUEUE.Expired; 421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit';

interface Mail {
  readonly status: string;
  readonly reply: string;
  readonly sender?: string;
}

const MAILS: readonly Mail[] = [
  { status: 'failed', reply: SERVICE_SIDE },
  { status: 'failed', reply: SERVICE_SIDE },
  { status: 'failed', reply: SERVICE_SIDE, sender: 'Ann1@contoso.example' },
  { status: 'failed', reply: SERVICE_SIDE, sender: '' },
  { status: 'failed', reply: '550 5.1.1 User unknown' },
  {
    status: 'failed',
    reply: '550 5.4.318 Message expired, connection was closed abruptly (SuspiciousRemoteServerError)',
  },
  { status: 'pending', reply: '421 4.3.2 Service not available' },
  { status: 'GettingStatus', reply: '' },
  { status: 'delivered', reply: '' },
];

const ENTRIES: readonly TraceEntry[] = MAILS.map(({ status, sender }, index) =>
  row({
    ...{ messageTraceId: traceId(index + 1), status, subject: `Offer ${index}, please confirm` },
    ...{ sender: sender ?? `ann${index + 1}@contoso.example`, recipient: `bob${index}@fabrikam.example` },
    receivedAt: minutesAgo(60 + index),
  }),
);

const EVENTS = new Map<string, readonly TraceEvent[]>(
  ENTRIES.map((entry, index) => {
    const { status, reply } = MAILS[index]!;
    const key = { messageTraceId: entry.messageTraceId ?? '', recipient: entry.recipient };
    const last = event(status === 'failed' ? 'Fail' : 'Defer', { at: minutesAgo(20), description: reply });
    return [deliveryName(key), [event('Receive', { at: entry.receivedAt }), last]];
  }),
);

function listed(changes: Partial<MemoryTrace> = {}, args: readonly string[] = []): Promise<CommandRun> {
  const source = memoryTraceSource({ rows: ENTRIES, eventsByDelivery: EVENTS, batchSize: 100, ...changes });
  return runCommand(trace, ['--resend-list', ...args], {
    traces: () => Promise.resolve(source),
    random: STEADY,
  });
}

test('the senders of mail that bounced on the service side, and no one else', async () => {
  const { rows, conclusion } = await listed();
  expect(
    (rows as ResendRow[]).map(({ sender, recipient }) => `${sender} to ${recipient}`).toSorted(),
  ).toEqual([
    'Ann1@contoso.example to bob2@fabrikam.example',
    'ann1@contoso.example to bob0@fabrikam.example',
    'ann2@contoso.example to bob1@fabrikam.example',
  ]);
  expect((rows as ResendRow[]).find(({ recipient }) => recipient.startsWith('bob0'))).toMatchObject({
    receivedAt: minutesAgo(60),
    subject: 'Offer 0, please confirm',
    messageTraceId: traceId(1),
  });
  expect(conclusion).toMatchObject({
    summary: {
      ...{ resend: 3, senders: 2, held: 2, failed: 6 },
      ...{ otherSide: 1, sideUnknown: 1, withoutSender: 1, unread: 0 },
    },
    incomplete: [],
    window: { complete: true },
  });
});

test('every failed delivery is read, and no held one', async () => {
  const { conclusion } = await listed();
  // One page, and six details.
  expect(conclusion.source?.requests).toBe(7);
});

describe('a list that is cut short', () => {
  const quota = {
    what: 'one detail',
    reason: 'quota',
    remedy: 'Try again in 200 s.',
    retryAfterSeconds: 200,
  };

  test('by the quota: it says how many are missing, and why', async () => {
    const { rows, conclusion } = await listed({ detailGap: quota });
    expect(rows).toEqual([]);
    expect(conclusion.incomplete).toEqual([
      { ...quota, what: 'the details of 6 of 6 sampled deliveries' },
      { ...quota, what: 'whether 6 of 6 failed deliveries must be sent again: their details were not read' },
    ]);
  });

  test('by a service that has no events', async () => {
    const { conclusion } = await listed({ eventsByDelivery: new Map() });
    expect(conclusion.incomplete).toEqual([expect.objectContaining({ reason: 'no-detail' })]);
  });

  test('by an export without events', async () => {
    const source = memoryTraceSource({ rows: ENTRIES, kind: 'file' });
    const { conclusion } = await runCommand(trace, ['--resend-list', '--file', 'x.csv'], {
      traces: () => Promise.resolve(source),
      random: STEADY,
    });
    expect(conclusion.incomplete).toEqual([expect.objectContaining({ reason: 'no-detail' })]);
  });

  test('on the screen', async () => {
    const text = (await listed({ detailGap: quota })).text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/resend-cut.txt');
  });
});

test.each([40, 80, 120])('the screen at %i columns', async (width) => {
  const text = (await listed()).text('table', pageOf(width));
  await expect(`${text}\n`).toMatchFileSnapshot(`../golden/resend-${width}.txt`);
  expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
});

test('in Markdown, redacted', async () => {
  const text = (await listed()).text('markdown', pageOf(80), { redact: true });
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/resend.md.txt');
  expect(text).not.toMatch(/ann\d|bob\d|Offer/iu);
});

test('nothing held, nothing failed', async () => {
  const text = (await listed({ rows: [] })).text('table', pageOf(80));
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/resend-nothing.txt');
});
