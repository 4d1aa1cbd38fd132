import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseReasonRecord } from '#mailflow/smtp/reason-record.js';

const WHOLE =
  'Reason: [{LED=450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedIP=192.0.2.10:25]};{MSG=};{FQDN=mx.fabrikam.example};{IP=192.0.2.10};{LRT=6/2/2026 5:04:10 PM}]';

test('a whole record', () => {
  expect(parseReasonRecord(WHOLE)).toEqual({
    lastError:
      '450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedIP=192.0.2.10:25]',
    detail: '',
    host: 'mx.fabrikam.example',
    address: '192.0.2.10',
    lastTryAt: new Date('2026-06-02T17:04:10Z'),
  });
});

describe('records that are not whole', () => {
  test.each<[text: string, expected: object, why: string]>([
    [
      '[{LRT=1/31/2026 12:00:01 AM};{IP=192.0.2.10};{LED=451 4.4.0 DNS query failed}]',
      {
        lastError: '451 4.4.0 DNS query failed',
        address: '192.0.2.10',
        lastTryAt: new Date('2026-01-31T00:00:01Z'),
      },
      'another order',
    ],
    [
      '[{LED=451 4.4.0 DNS query failed}]',
      { detail: '', host: null, address: null, lastTryAt: null },
      'one key',
    ],
    [
      '[{MSG=SubjectMismatch};{FQDN=};{IP=}]',
      { lastError: '', detail: 'SubjectMismatch', host: null, address: null },
      'empty values',
    ],
    [
      '[{LED=550 5.7.1 a;b {c} d;{e};f};{MSG=x};{IP=192.0.2.1}]',
      { lastError: '550 5.7.1 a;b {c} d;{e};f', detail: 'x' },
      'semicolons and braces inside',
    ],
    [
      '[{LED=550 5.7.1 said {IP=203.0.113.9} here};{IP=192.0.2.1}]',
      { lastError: '550 5.7.1 said {IP=203.0.113.9} here', address: '192.0.2.1' },
      'a field-like text inside',
    ],
    ['[{LED=450 4.4.316 Connection ref', { lastError: '450 4.4.316 Connection ref' }, 'cut inside LED'],
    [
      '[{LED=450 4.4.316 x};{MSG=};{FQDN=mx.fabri',
      { lastError: '450 4.4.316 x', host: 'mx.fabri' },
      'cut inside FQDN',
    ],
    ['[{LED=450 4.4.316 x};{LRT=6/2/2026 5:0', { lastTryAt: null }, 'cut inside the time'],
    ['[{LED=450 x};{LRT=13/40/2026 5:04:10 PM}]', { lastTryAt: null }, 'a time that does not exist'],
    [
      '[{LED=450 x};{IP=192.0.2.1}]. OutboundProxyTargetIP: 192.0.2.7. OutboundProxyTargetHostName: mx',
      { lastError: '450 x', address: '192.0.2.1' },
      'text after the record',
    ],
  ])('%s', (text, expected) => {
    expect(parseReasonRecord(text)).toMatchObject(expected);
  });
});

test.each([
  ['', 'nothing'],
  ['550 5.1.1 No such user', 'a reply'],
  ['LED=450', 'no braces'],
])('%s is no record', (text) => {
  expect(parseReasonRecord(text)).toBeNull();
});

test('midnight and noon of the US clock', () => {
  const hourOf = (time: string): number | undefined =>
    parseReasonRecord(`[{LED=450 x};{LRT=6/2/2026 ${time}}]`)?.lastTryAt?.getUTCHours();
  expect([hourOf('12:00:00 AM'), hourOf('12:00:00 PM'), hourOf('1:00:00 PM')]).toEqual([0, 12, 13]);
});

test('cut anywhere, the record keeps what came before', () => {
  fc.assert(
    fc.property(fc.integer({ min: WHOLE.indexOf('450'), max: WHOLE.length }), (end) => {
      expect(
        parseReasonRecord(WHOLE.slice(0, end))?.lastError.startsWith(
          '450 4.4.316 Connection'.slice(0, Math.max(0, end - WHOLE.indexOf('450'))).trim(),
        ),
      ).toBe(true);
    }),
  );
});
