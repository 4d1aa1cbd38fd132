import { expect, test } from 'vitest';

import { parseDeliveryStatus } from '#mailflow/bounce/notice/delivery-status.js';

const TO = 'Final-Recipient: rfc822; bob@fabrikam.example\n';

test.each<[string, object, string]>([
  [`${TO}Action: failed\nStatus: 5.1.1\n`, { action: 'failed', status: '5.1.1' }, 'the common form'],
  [
    `${TO}Action: FAILED (bad luck)\nStatus: 5.1.1 (no such user)\n`,
    { action: 'failed', statusComment: 'no such user' },
    'comments',
  ],
  [
    `${TO}Action: delayed\nStatus: 4.4.1\nWill-Retry-Until: tomorrow\n`,
    { action: 'delayed', willRetry: true },
    'still tried',
  ],
  [
    `${TO}Action: expired\nStatus:\n`,
    { action: 'failed', saysExpired: true, status: null },
    'a word of some programs',
  ],
  [`${TO}Action: pondered\nStatus: 5.0.0\n`, { action: null, status: '5.0.0' }, 'a word of nobody'],
  [`${TO}Action: failed\nStatus: 05.01.001\n`, { status: '5.1.1' }, 'leading zeros'],
  [`${TO}Action: failed\nStatus: 9.1.1\n`, { status: null }, 'a class that does not exist'],
  [`${TO}Action: failed\nDiagnostic-Code: smtp;550 no\n`, { diagnosticCode: '550 no' }, 'the type goes'],
  [`${TO}Action: failed\nDiagnostic-Code: 550 no; really\n`, { diagnosticCode: '550 no; really' }, 'no type'],
  [`${TO}Action: failed\nDiagnostic-Code: SMTP; \n`, { diagnosticCode: null }, 'a type only'],
  [
    `${TO}Action: failed\nDiagnostic-Code: smtp; 550\n\tno\n  really\n`,
    { diagnosticCode: '550\nno\nreally' },
    'folded',
  ],
  [
    `${TO}Action: failed\nDiagnostic-Code: smtp; a\nDiagnostic-Code: smtp; b\n`,
    { diagnosticCode: 'a' },
    'the first of two',
  ],
  [
    `${TO}Action: failed\nRemote-MTA: dns; mx.fabrikam.example\n`,
    { remoteMta: 'mx.fabrikam.example' },
    'the remote server',
  ],
  [
    `${TO}\nAction: failed\nStatus: 5.1.1\n`,
    { recipient: 'bob@fabrikam.example', action: 'failed' },
    'torn by a blank line',
  ],
  [
    'Final-Recipient: <bob@fabrikam.example>\nAction: failed\n',
    { recipient: 'bob@fabrikam.example' },
    'brackets, no type',
  ],
  [
    'Original-Recipient: rfc822;bob@fabrikam.example\nAction: failed\n',
    { recipient: 'bob@fabrikam.example' },
    'the original one',
  ],
  ['Action: failed\nStatus: 5.1.1\n', { recipient: null, status: '5.1.1' }, 'nobody named'],
])('%j holds %j: %s', (text, expected) => {
  expect(parseDeliveryStatus(text)?.recipients).toMatchObject([expected]);
});

test.each<[string, string]>([
  ['', 'nothing'],
  ['Dear sir,\nplease note: Action: failed\n', 'prose'],
  ['Status: 5.1.1\n', 'a status of nobody'],
])('%j is no report: %s', (text) => {
  expect(parseDeliveryStatus(text)).toBeNull();
});

test('a report that names only its server has no recipients', () => {
  expect(parseDeliveryStatus('Reporting-MTA: dns; mx.contoso.example\n')).toEqual({
    reportingMta: 'mx.contoso.example',
    recipients: [],
    isCut: false,
  });
});
