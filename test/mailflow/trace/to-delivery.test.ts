import { expect, test } from 'vitest';

import { toDelivery } from '#mailflow/trace/to-delivery.js';

import { event, judgeByWord, NOON, row, verdict } from './rows.js';

const unknownTenant = { ownDomains: null, expirationHours: null };

test('a row without its detail has no verdict, and nothing but its own facts', () => {
  expect(toDelivery(row(), null, unknownTenant)).toEqual({
    messageTraceId: '5f0c3c1e-0000-4000-8000-000000000001',
    messageId: '<a1@contoso.example>',
    sender: 'ana@contoso.example',
    recipient: 'ben@fabrikam.example',
    subject: 'Quarterly figures',
    receivedAt: NOON,
    sizeBytes: 2048,
    fromIp: null,
    toIp: null,
    status: 'Delivered',
    direction: 'unknown',
    directionBasis: null,
    state: 'delivered',
    held: false,
    verdict: null,
    lastAttemptAt: null,
    nextHop: null,
    expiresAt: null,
    expiresAtBasis: null,
  });
});

test('what its events say goes beside what its status says', () => {
  const entry = row({ status: 'Pending' });
  const judgement = judgeByWord([event('Defer', { description: 'mx.fabrikam.example' })], entry.status);
  expect(toDelivery(entry, judgement, unknownTenant)).toMatchObject({
    state: 'pending',
    held: true,
    verdict: verdict(),
    lastAttemptAt: NOON,
    nextHop: 'mx.fabrikam.example',
  });
});

test.each([
  [
    'held, the day that Microsoft gives as default',
    'Pending',
    null,
    '2026-06-03T12:00:00.000Z',
    'assumed-24h',
  ],
  ['held, by the tenant’s own setting', 'gettingStatus', 12, '2026-06-03T00:00:00.000Z', 'transport-config'],
  ['failed mail does not expire', 'Failed', 12, undefined, null],
  ['quarantined mail is not retried', 'Quarantined', null, undefined, null],
])('expiry: %s', (_why, status, expirationHours, expiresAt, basis) => {
  const delivery = toDelivery(row({ status }), null, { ownDomains: null, expirationHours });
  expect([delivery.expiresAt?.toISOString(), delivery.expiresAtBasis]).toEqual([expiresAt, basis]);
});
