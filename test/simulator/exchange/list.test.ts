import { afterEach, describe, expect, test } from 'vitest';

import type { Quirks } from '#simulator/quirks.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';

import { delivery, event, minutesAgo, NOW, numberedId } from '../population.js';
import { bodyOf, invoke, rowsOf, warningsOf } from './invoke.js';

const tenants: Tenant[] = [];

const POPULATION = [
  delivery({ id: numberedId(1), recipient: 'r1@contoso.example', receivedAt: minutesAgo(10) }),
  delivery({ id: numberedId(2), recipient: 'Zoe@contoso.example', receivedAt: minutesAgo(20) }),
  delivery({ id: numberedId(2), recipient: 'ann@contoso.example', receivedAt: minutesAgo(20) }),
  delivery({
    id: numberedId(2),
    recipient: 'Bob@contoso.example',
    receivedAt: minutesAgo(20),
    status: 'pending',
  }),
  delivery({
    ...{
      id: numberedId(3),
      recipient: 'r3@contoso.example',
      receivedAt: minutesAgo(30),
      sender: 'x@fabrikam.example',
    },
    ...{ status: 'Resolved', subject: 'Größe', messageId: '<m3@fabrikam.example>' },
  }),
  delivery({ id: numberedId(4), recipient: 'r4@contoso.example', receivedAt: minutesAgo(60 * 24 * 5) }),
];

async function tenantWith(quirks: Partial<Quirks> = {}): Promise<Tenant> {
  const tenant = await startTenant({ population: POPULATION, clock: () => NOW, quirks });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

const LIST = 'Get-MessageTraceV2';
const recipientsOf = (rows: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] =>
  rows.map((row) => row['RecipientAddress']);
const LAST_HOUR = { StartDate: minutesAgo(60).toISOString(), EndDate: NOW.toISOString() };

test('newest first, rows of one instant by recipient; without dates the last two days', async () => {
  const tenant = await tenantWith();
  const reply = await invoke(tenant, LIST);
  expect(recipientsOf(rowsOf(reply))).toEqual([
    ...['r1@contoso.example', 'ann@contoso.example', 'Bob@contoso.example', 'Zoe@contoso.example'],
    'r3@contoso.example',
  ]);
  expect(warningsOf(reply)).toEqual([]);
  expect(bodyOf(reply)).not.toHaveProperty('@odata.nextLink');
});

test('a row in full: Pascal case, seven digits, and a sidecar beside the date', async () => {
  const tenant = await tenantWith({ exchangeDates: 'zone' });
  const [row] = rowsOf(await invoke(tenant, LIST, { ...LAST_HOUR, Status: 'pending' }));
  expect(row).toEqual({
    MessageTraceId: numberedId(2),
    MessageId: '<a1@mail.fabrikam.example>',
    'Received@data.type': 'System.DateTime',
    Received: expect.stringMatching(/^2026-06-02T16:40:00\.000\d{4}Z$/u) as unknown,
    SenderAddress: 'ben@fabrikam.example',
    RecipientAddress: 'Bob@contoso.example',
    FromIP: '203.0.113.10',
    ToIP: null,
    Subject: 'Invoice 17',
    Status: 'Pending',
    'Size@odata.type': '#Int32',
    Size: 4711,
  });
});

test.each<[Quirks['exchangeDates'], RegExp]>([
  ['zone', /\.\d{7}Z$/u],
  ['offset', /\.\d{7}\+00:00$/u],
  ['bare', /\.\d{7}$/u],
])('dates of the kind "%s"', async (exchangeDates, form) => {
  const tenant = await tenantWith({ exchangeDates });
  for (const row of rowsOf(await invoke(tenant, LIST))) expect(row['Received']).toMatch(form);
});

describe('what is asked', () => {
  test.each<[string, object, readonly string[]]>([
    [
      'several values of one parameter are alternatives',
      { RecipientAddress: ['ANN@contoso.example', 'r1@contoso.example'] },
      ['r1', 'ann'],
    ],
    ['parameters hold together', { RecipientAddress: ['ann@contoso.example'], Status: ['Pending'] }, []],
    [
      'a whole domain',
      { SenderAddress: ['*@fabrikam.example'], MessageId: ['<m3@fabrikam.example>'] },
      ['r3'],
    ],
    ['a trace id', { MessageTraceId: numberedId(2) }, ['ann', 'Bob', 'Zoe']],
    ['part of a subject', { Subject: 'größe', SubjectFilterType: 'Contains' }, ['r3']],
    ['the beginning of a subject', { Subject: 'voice', SubjectFilterType: 'StartsWith' }, []],
    ['a status in another case', { Status: ['PENDING'] }, ['Bob']],
    ['the beginning of a status is taken, and finds nothing', { Status: ['Pend'] }, []],
    ['a parameter in another case', { statUS: ['Pending'] }, ['Bob']],
  ])('%s', async (_why, parameters, names) => {
    const tenant = await tenantWith();
    const rows = rowsOf(await invoke(tenant, LIST, { ...LAST_HOUR, ...parameters }));
    expect(recipientsOf(rows)).toEqual(names.map((name) => `${name}@contoso.example`));
  });

  test.each<[string, object, string, RegExp]>([
    ['a parameter that nobody knows', { Top: 5 }, 'AmbiguousParameterSetException', /'top'/u],
    [
      'a status that nobody knows',
      { Status: ['Resolved'] },
      'ParameterTransformationException',
      /GettingStatus/u,
    ],
    ['no date', { StartDate: 'soon', EndDate: 'later' }, 'ParameterTransformationException', /DateTime/u],
    ['too many rows', { ResultSize: 5001 }, 'ArgumentException', /ResultSize/u],
    ['no rows', { ResultSize: 0 }, 'ArgumentException', /ResultSize/u],
    [
      'a start alone',
      { StartDate: minutesAgo(5).toISOString() },
      'ArgumentException',
      /EndDate is required/u,
    ],
    [
      'more than ten days',
      { StartDate: minutesAgo(60 * 24 * 10 + 1).toISOString(), EndDate: NOW.toISOString() },
      'ArgumentException',
      /10 days/u,
    ],
    [
      'more than ninety days ago',
      { StartDate: '2026-03-03T23:59:59Z', EndDate: '2026-03-04T00:10:00Z' },
      'ArgumentException',
      /90 days/u,
    ],
    [
      'the future',
      { StartDate: minutesAgo(5).toISOString(), EndDate: minutesAgo(-5).toISOString() },
      'ArgumentException',
      /future/u,
    ],
  ])('%s is refused', async (_why, parameters, type, words) => {
    const tenant = await tenantWith();
    const reply = await invoke(tenant, LIST, parameters);
    expect(reply.status).toBe(400);
    expect(bodyOf(reply)['error']).toMatchObject({
      message: 'Invalid Operation',
      details: [{ message: expect.stringMatching(new RegExp(`^\\|[A-Za-z.]*${type}\\|`, 'u')) as unknown }],
      innererror: {
        internalexception: {
          message: expect.stringMatching(words) as unknown,
          type: expect.stringContaining(type) as unknown,
          stacktrace: expect.stringContaining(' at ') as unknown,
        },
      },
    });
  });
});

describe('more rows than asked for', () => {
  test('are told by a warning alone, and had from the last row on, which comes again', async () => {
    const tenant = await tenantWith({ exchangeDates: 'zone' });
    const first = await invoke(tenant, LIST, { ...LAST_HOUR, ResultSize: 3 });
    expect(recipientsOf(rowsOf(first))).toEqual(
      ['r1', 'ann', 'Bob'].map((name) => `${name}@contoso.example`),
    );
    expect(warningsOf(first)).toEqual([
      expect.stringMatching(/^There are more results, use the following command/u),
    ]);
    const last = rowsOf(first).at(-1);
    const cursor = { EndDate: last?.['Received'], StartingRecipientAddress: last?.['RecipientAddress'] };
    const next = await invoke(tenant, LIST, { ...LAST_HOUR, ...cursor, ResultSize: 3 });
    expect(recipientsOf(rowsOf(next))).toEqual(['Bob', 'Zoe', 'r3'].map((name) => `${name}@contoso.example`));
    expect(warningsOf(next)).toEqual([]);
  });

  test('an end with fewer digits leaves its own instant out', async () => {
    const tenant = await tenantWith({ exchangeDates: 'zone' });
    const [first] = rowsOf(await invoke(tenant, LIST, { ...LAST_HOUR, ResultSize: 1 }));
    const received = String(first?.['Received']);
    const found = async (EndDate: string) =>
      rowsOf(await invoke(tenant, LIST, { ...LAST_HOUR, EndDate })).length;
    expect([await found(received), await found(`${received.slice(0, 23)}Z`)]).toEqual([5, 4]);
  });
});

test('details come for the dates that are asked, and without dates for two days', async () => {
  const old = delivery({
    ...{ id: numberedId(9), receivedAt: minutesAgo(60 * 24 * 5) },
    events: () => [event({ at: minutesAgo(60 * 24 * 5), event: 'Receive' })],
  });
  const tenant = await startTenant({ population: [old], clock: () => NOW });
  tenants.push(tenant);
  const key = { MessageTraceId: old.id, RecipientAddress: old.recipient.toUpperCase() };
  const dates = { StartDate: minutesAgo(60 * 24 * 6).toISOString(), EndDate: NOW.toISOString() };
  const detail = 'Get-MessageTraceDetailV2';
  expect(rowsOf(await invoke(tenant, detail, key))).toEqual([]);
  expect(rowsOf(await invoke(tenant, detail, { ...key, ...dates }))).toEqual([
    expect.objectContaining({ Event: 'Receive', Detail: 'Message received', Data: '<root></root>' }),
  ]);
  expect(
    rowsOf(await invoke(tenant, detail, { ...key, ...dates, RecipientAddress: 'x@contoso.example' })),
  ).toEqual([]);
  expect((await invoke(tenant, detail, { MessageTraceId: old.id })).status).toBe(400);
});
