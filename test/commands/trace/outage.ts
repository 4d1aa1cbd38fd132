/** A small outage, each row known by hand: what the views are made to show. */
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';

import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { deliveryName } from '../../fakes/memory-trace-source.js';
import { event, row } from '../../mailflow/trace/rows.js';
import { NOW } from '../run-command.js';

export const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
export const traceId = (number: number): string =>
  `5f0c3c1e-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** `seededRandom(1)` and the like are not needed here: every draw is the same. */
export const STEADY = (): number => 0.42;

function sent(number: number, facts: Partial<TraceEntry>): TraceEntry {
  return row({
    messageTraceId: traceId(number),
    messageId: `<m${number}@contoso.example>`,
    sender: `ann${number}@contoso.example`,
    recipient: `bob${number}@fabrikam.example`,
    receivedAt: minutesAgo(60 + number),
    toIp: '192.0.2.10',
    ...facts,
  });
}

const FOREST =
  '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel';
const ABRUPT = '450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError)';

const record = (reply: string, host: string): string =>
  `Reason: [{LED=${reply}};{MSG=};{FQDN=${host}};{IP=192.0.2.10};{LRT=6/2/2026 5:20:00 PM}]. OutboundProxyTargetIP: 192.0.2.10`;

export const HELD = sent(1, { status: 'pending', subject: 'Quarterly figures', receivedAt: minutesAgo(185) });
export const HELD_EVENTS: readonly TraceEvent[] = [
  event('Receive', { at: minutesAgo(185), description: 'Message received by: DM6PR17MB7079.example' }),
  event('Submit', { at: minutesAgo(184.9), description: 'The message was submitted.' }),
  event('Defer', { at: minutesAgo(180), description: record(ABRUPT, 'mx1.fabrikam.example') }),
  event('Defer', { at: minutesAgo(10), description: record(ABRUPT, 'mx1.fabrikam.example') }),
];

const ROWS: readonly (readonly [TraceEntry, readonly TraceEvent[]])[] = [
  [HELD, HELD_EVENTS],
  ...[2, 3, 4, 5].map(
    (number) =>
      [
        sent(number, { status: 'Pending', recipient: `bob${number}@litware.example` }),
        [event('Defer', { at: minutesAgo(20), description: record(FOREST, 'litware.example') })],
      ] as const,
  ),
  [
    sent(6, { status: 'failed', recipient: 'nobody@fabrikam.example', subject: 'Größe der Käfige 会議' }),
    [
      event('Fail', {
        at: minutesAgo(60),
        description: 'Reason: [{LED=550 5.1.1 User unknown};{MSG=};{FQDN=};{IP=};{LRT=}]',
      }),
    ],
  ],
  [
    sent(7, { status: 'failed', sender: '', subject: '\u001b[2J=cmd()|x\u202e' }),
    [event('Fail', { at: minutesAgo(61), description: '550 4.4.7 QUEUE.Expired; message expired' })],
  ],
  [sent(8, { status: 'delivered' }), []],
  [sent(9, { status: 'expanded', recipient: 'all@contoso.example' }), []],
  [sent(10, { status: 'HeldByGnomes' }), []],
  [sent(11, { status: 'filteredAsSpam' }), []],
];

export const OUTAGE: MemoryTrace = {
  rows: ROWS.map(([entry]) => entry),
  eventsByDelivery: new Map(
    ROWS.map(([entry, events]) => [
      deliveryName({ messageTraceId: entry.messageTraceId ?? '', recipient: entry.recipient }),
      events,
    ]),
  ),
  asOf: NOW,
};
