import { expect, test } from 'vitest';

import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { matchesQuery } from '#mailflow/trace/matches.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import { ANYTHING, NOON, row } from './rows.js';

const second = (offset: number): Date => new Date(NOON.getTime() + offset * 1000);
const window = { from: second(-60), to: NOON };

const rows: [string, Partial<TraceQuery>, Partial<TraceEntry>, boolean][] = [
  ['nothing asked: everything', {}, {}, true],
  ['the window holds its ends', { window }, { receivedAt: NOON }, true],
  ['and the other end', { window }, { receivedAt: second(-60) }, true],
  ['a second later', { window }, { receivedAt: second(1) }, false],
  ['the sender in another case', { senders: ['ANA@contoso.example'] }, {}, true],
  ['one of two senders', { senders: ['x@contoso.example', 'ana@contoso.example'] }, {}, true],
  ['another sender', { senders: ['ben@contoso.example'] }, {}, false],
  ['a whole domain', { senders: ['*@CONTOSO.example'] }, {}, true],
  ['a domain or an address', { senders: ['*@x.example', 'ana@contoso.example'] }, {}, true],
  [
    'a subdomain is another domain',
    { senders: ['*@contoso.example'] },
    { sender: 'ana@lab.contoso.example' },
    false,
  ],
  [
    'a domain that only ends alike',
    { senders: ['*@contoso.example'] },
    { sender: 'ana@notcontoso.example' },
    false,
  ],
  ['a DSN is from no domain', { senders: ['*@contoso.example'] }, { sender: '' }, false],
  ['the recipient', { recipients: ['ben@fabrikam.example'] }, {}, true],
  [
    'sender and recipient must both hold',
    { senders: ['*@contoso.example'], recipients: ['x@x.example'] },
    {},
    false,
  ],
  ['part of the subject, ignoring case', { subject: 'FIGURES' }, {}, true],
  ['letters that meet in capitals only', { subject: 'STRASSE' }, { subject: 'Umbau der Straße' }, true],
  ['not in the subject', { subject: 'invoice' }, {}, false],
  ['no subject to look in', { subject: 'x' }, { subject: null }, false],
  ['a message id without its brackets', { messageIds: ['a1@contoso.example'] }, {}, true],
  ['with them', { messageIds: ['<a1@contoso.example>'] }, { messageId: 'a1@contoso.example' }, true],
  ['another message id', { messageIds: ['a2@contoso.example'] }, {}, false],
  ['no message id to look at', { messageIds: ['a1@contoso.example'] }, { messageId: null }, false],
  ['a trace id in another case', { messageTraceIds: ['5F0C3C1E-0000-4000-8000-000000000001'] }, {}, true],
  ['a trace id without hyphens', { messageTraceIds: ['5f0c3c1e000040008000000000000001'] }, {}, true],
  ['a trace id in braces', { messageTraceIds: ['{5f0c3c1e-0000-4000-8000-000000000001}'] }, {}, true],
  ['another trace id', { messageTraceIds: ['5f0c3c1e-0000-4000-8000-000000000002'] }, {}, false],
  ['the status in another case', { statuses: ['delivered'] }, {}, true],
  ['one of two statuses', { statuses: ['failed', 'pending'] }, { status: 'Pending' }, true],
  ['another status', { statuses: ['failed'] }, {}, false],
];

test.each(rows)('%s', (_why, asked, facts, expected) => {
  expect(matchesQuery({ ...ANYTHING, ...asked }, row(facts))).toBe(expected);
});
