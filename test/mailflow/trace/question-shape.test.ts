import { expect, test } from 'vitest';

import { ALL_MAIL, shapeOf } from '#mailflow/trace/question-shape.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import { ANYTHING, NOON } from './rows.js';

const shape = (query: Partial<TraceQuery>): string => shapeOf({ ...ANYTHING, ...query });

test.each<[Partial<TraceQuery>, string]>([
  [{}, 'nothing'],
  [{ window: { from: NOON, to: NOON } }, 'when'],
  [{ subject: '' }, 'no part of a subject'],
])('%o asks for all mail: %s is no condition', (query) => {
  expect(shape(query)).toBe(ALL_MAIL);
});

test.each<[Partial<TraceQuery>, Partial<TraceQuery>, string]>([
  [{ senders: ['A@contoso.example'] }, { senders: ['a@contoso.example'] }, 'an address in another case'],
  [{ senders: ['a@x.example', 'b@x.example'] }, { senders: ['b@x.example', 'a@x.example'] }, 'another order'],
  [{ statuses: ['GettingStatus'] }, { statuses: ['getting status'] }, 'a status in another spelling'],
  [{ messageIds: ['<m1@x.example>'] }, { messageIds: ['m1@x.example'] }, 'an id without its brackets'],
  [{ subject: 'Order' }, { subject: 'ORDER' }, 'a subject in another case'],
])('%o and %o are of one shape: %s', (one, other) => {
  expect(shape(one)).toBe(shape(other));
  expect(shape(one)).not.toBe(ALL_MAIL);
});

test.each<[Partial<TraceQuery>, Partial<TraceQuery>, string]>([
  [{ senders: ['a@x.example'] }, { recipients: ['a@x.example'] }, 'the other side'],
  [{ senders: ['a@x.example'] }, { senders: ['a@x.example', 'b@x.example'] }, 'more of them'],
  [{ statuses: ['failed'] }, { statuses: ['pending'] }, 'another status'],
  [
    { messageIds: ['<M1@x.example>'] },
    { messageIds: ['<m1@x.example>'] },
    'the left side of an id keeps its case',
  ],
  [{ subject: '","' }, { subject: null, senders: [','] }, 'a text that looks like our own signs'],
])('%o and %o are of two shapes: %s', (one, other) => {
  expect(shape(one)).not.toBe(shape(other));
});
