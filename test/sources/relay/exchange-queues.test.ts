import { describe, expect, test } from 'vitest';

import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import { exchangeQueues } from '#sources/relay/exchange-queues.js';

import { exchangeFixture, readText } from './read-exchange.js';

test('queues are counted, and no mail is made up for them', () => {
  const { mails, queues, report } = readText(exchangeQueues, exchangeFixture('queues.csv'));
  expect(mails).toEqual([]);
  expect(queues.map(({ queueId, waiting, state }) => [queueId, waiting, state])).toEqual([
    ['MBX01\\17', 1204, 'deferred'],
    ['MBX01\\18', 3, 'on-hold'],
    ['MBX01\\22', 0, 'active'],
    ['MBX01\\Submission', 12, 'active'],
    ['MBX01\\Poison', 1, 'on-hold'],
  ]);
  expect(queues[0]).toMatchObject({
    nextHop: 'fabrikam.example',
    reply: expect.stringContaining('421 4.3.2') as string,
    lastAttemptAt: new Date('2026-06-02T09:14:00Z'),
  });
  expect(report).toMatchObject({ records: 6, broken: 0, newestAt: new Date('2026-06-02T09:14:00Z') });
  expect(report.notes).toContain(
    'Messages of shadow queues, left out because they are copies of what another server holds: 40.',
  );
});

describe('one queue', () => {
  const HEADER = 'Identity,Status,MessageCount,NextHopDomain,LastError,LastRetryTime,DeliveryType\n';

  test.each<[string, Partial<RelayQueueCount>, string]>([
    [
      'M\\1,Retry,5,a.example,451 4.4.0 x,2026-06-02T09:00:00Z,DnsConnectorDelivery',
      { state: 'deferred' },
      'retries',
    ],
    [
      'M\\1,Retry,5,a.example,,,',
      { state: 'deferred', reply: null, lastAttemptAt: null },
      'retries, and tells no reason',
    ],
    ['M\\1,Connecting,5,a.example,451 4.4.0 x,,', { state: 'active' }, 'is trying now'],
    [
      'M\\1,Neu,5,a.example,451 4.4.0 x,,',
      { state: 'deferred' },
      'a status that is not known: the error tells',
    ],
    ['M\\1,Neu,5,a.example,,,', { state: 'active' }, 'a status that is not known, and no error'],
    ['M\\1,Suspended,5,a.example,451 4.4.0 x,,', { state: 'on-hold' }, 'by an admin'],
    ['M\\b.example,Ready,5,,,,', { nextHop: 'b.example' }, 'named after its hop'],
    ['M\\7,Ready,5,,,,', { nextHop: null }, 'named by a number'],
    [',Ready,5,a.example,,,', { queueId: 'a.example' }, 'without a name it goes by its hop'],
    ['M\\1,Ready,0,a.example,,,', { waiting: 0 }, 'empty'],
  ])('%s gives %j: %s', (row, expected) => {
    expect(readText(exchangeQueues, `${HEADER}${row}\n`).queues).toEqual([expect.objectContaining(expected)]);
  });

  test.each([
    ['M\\1,Ready,many,a.example,,,', 'line 2: its MessageCount is no number'],
    ['M\\1,Ready,-5,a.example,,,', 'line 2: its MessageCount is no number'],
    ['M\\1,Ready,1e9,a.example,,,', 'line 2: its MessageCount is no number'],
    [',Ready,5,,,,', 'line 2: it names no queue'],
    ['M\\1,Ready', 'line 2: it is cut short'],
  ])('%s is broken: %s', (row, problem) => {
    const { queues, report } = readText(exchangeQueues, `${HEADER}${row}\n`);
    expect(queues).toEqual([]);
    expect(report.firstBroken).toEqual([problem]);
  });

  test.each(['M\\Shadow\\1,Ready,5,a.example,,,', 'M\\1,Ready,5,a.example,,,ShadowRedundancy'])(
    '%s holds copies',
    (row) => {
      expect(readText(exchangeQueues, `${HEADER}${row}\n`)).toMatchObject({
        queues: [],
        report: { broken: 0 },
      });
    },
  );

  test('a time that may be read in two ways is not read, and the queue counts all the same', () => {
    const row = 'M\\1,Retry,5,a.example,451 4.4.0 x,01/06/2026 09:00:00,';
    const { queues, report } = readText(exchangeQueues, `${HEADER}${row}\n`);
    expect(queues).toEqual([expect.objectContaining({ waiting: 5, lastAttemptAt: null })]);
    expect(report.broken).toBe(1);
  });

  test('more queues than any server has are counted as broken', () => {
    const rows = Array.from({ length: 50_010 }, (_, place) => `M\\${place},Ready,1,a.example,,,\n`).join('');
    const { queues, report } = readText(exchangeQueues, HEADER + rows);
    expect(queues).toHaveLength(50_000);
    expect(report.broken).toBe(10);
  });
});
