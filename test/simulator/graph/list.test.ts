import { gunzipSync } from 'node:zlib';

import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';

import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { allRows, ask, bodyOf, errorOf, get, LIST, listPath, nextLinkOf, rowsOf } from '../ask.js';
import { delivery, minutesAgo, NOW, numberedId } from '../population.js';

const tenants: Tenant[] = [];

async function tenantWith(
  population: readonly SimulatedDelivery[],
  options: Partial<TenantOptions> = {},
): Promise<Tenant> {
  const tenant = await startTenant({ population, clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

const FIVE = [
  delivery({
    id: numberedId(1),
    sender: 'ben@fabrikam.example',
    subject: 'Invoice 17',
    receivedAt: minutesAgo(10),
  }),
  delivery({
    id: numberedId(2),
    sender: 'eve@fabrikam.example',
    status: 'failed',
    receivedAt: minutesAgo(20),
  }),
  delivery({
    id: numberedId(3),
    sender: 'kim@tailspin.example',
    subject: 'Lunch?',
    receivedAt: minutesAgo(30),
  }),
  delivery({
    id: numberedId(4),
    sender: 'kim@tailspin.example',
    status: 'recalled',
    receivedAt: minutesAgo(40),
  }),
  delivery({ id: numberedId(5), sender: '', status: 'awaitingPolicy', receivedAt: minutesAgo(3 * 24 * 60) }),
];

type Options = Readonly<Record<string, string>>;

async function idsFor(options: Options): Promise<readonly number[]> {
  const tenant = await tenantWith(FIVE);
  const rows = rowsOf(await ask(tenant, listPath(options)));
  return rows.map((row) => Number(row.id.slice(-12)));
}

const within = (text: string): string =>
  `${text}${text === '' ? '' : ' and '}receivedDateTime ge 2026-05-25T00:00:00Z and receivedDateTime le 2026-06-02T17:00:00Z`;

describe('which rows come back', () => {
  test.each<[Options, readonly number[], string]>([
    [{}, [1, 2, 3, 4], 'without a window: the last 48 hours'],
    [{ $filter: within('') }, [1, 2, 3, 4, 5], 'newest first'],
    [{ $orderby: 'receivedDateTime asc' }, [1, 2, 3, 4], 'the order is asked for in vain'],
    [
      { $filter: "senderAddress eq 'ben@fabrikam.example' or senderAddress eq 'eve@fabrikam.example'" },
      [2],
      'or',
    ],
    [{ $filter: "senderAddress in ('ben@fabrikam.example','eve@fabrikam.example')" }, [2], 'in'],
    [{ $filter: "senderAddress ne 'eve@fabrikam.example'" }, [2], 'ne is read as eq'],
    [{ $filter: "startswith(senderAddress,'ben')" }, [1, 2, 3, 4], 'a function on an address'],
    [{ $filter: "senderAddress eq 'BEN@Fabrikam.Example'" }, [1], 'addresses ignore case'],
    [{ $filter: "senderAddress eq '*@fabrikam.example'" }, [1, 2], 'a whole domain'],
    [{ $filter: "recipientAddress eq '*@contoso.example'" }, [1, 2, 3, 4], 'also of recipients'],
    [{ $filter: "senderAddress eq 'b*@fabrikam.example'" }, [], 'another wildcard finds nothing'],
    [{ $filter: "contains(subject,'LUNCH')" }, [3], 'subjects ignore case'],
    [{ $filter: "startswith(subject,'invoice') and status eq 'failed'" }, [2], 'two properties'],
    [{ $filter: "status eq 'failed'" }, [2], 'by status'],
    [{ $filter: within("senderAddress eq ''") }, [5], 'a DSN has no sender'],
    [
      { $filter: 'receivedDateTime ge 2026-06-02T16:30:00Z and receivedDateTime le 2026-06-02T16:50:00Z' },
      [1, 2, 3],
      'both bounds are inclusive',
    ],
  ])('%j finds %j: %s', async (options, expected) => {
    expect(await idsFor(options)).toEqual(expected);
  });

  test('$select and $count leave rows whole and uncounted', async () => {
    const tenant = await tenantWith(FIVE);
    const reply = await ask(tenant, listPath({ $select: 'id', $count: 'true' }));
    expect(Object.keys(rowsOf(reply)[0] ?? {})).toHaveLength(10);
    expect(bodyOf(reply)).not.toHaveProperty('@odata.count');
  });
});

describe('what is refused with 400', () => {
  const top = (value: string): Options => ({ $top: value });
  const span = (from: string, to: string): Options => ({
    $filter: `receivedDateTime ge ${from} and receivedDateTime le ${to}`,
  });
  test.each<[Options, string]>([
    [
      { $filter: 'receivedDateTime ge 2026-06-01T00:00:00Z' },
      'EndDate is required when a StartDate is entered.',
    ],
    [
      span('2026-05-01T00:00:00Z', '2026-05-11T00:00:01Z'),
      "|System.ArgumentException|The interval between StartDate and EndDate can't be longer than 10 days.",
    ],
    [
      span('2026-03-03T23:59:59Z', '2026-03-05T00:00:00Z'),
      "Invalid StartDate value. The StartDate can't be older than 90 days from today.",
    ],
    [top('5001'), 'ResultSize is invalid'],
    [top('-1'), 'ResultSize is invalid'],
    [
      span('2026-06-01T00:00:00Z', '2026-06-03T00:00:00Z'),
      "Invalid EndDate value. The EndDate can't be in the future.",
    ],
    [{ $skiptoken: 'AAAA.BBBB' }, '|System.ArgumentException|Invalid starting recipient address'],
  ])('%j: %s', async (options, message) => {
    const tenant = await tenantWith(FIVE);
    const reply = await ask(tenant, listPath(options));
    expect([reply.status, errorOf(reply).code, errorOf(reply).message]).toEqual([400, 'BadRequest', message]);
  });

  test.each([
    [span('2026-05-01T00:00:00Z', '2026-05-11T00:00:00Z'), 'ten days to the second'],
    [span('2026-03-04T00:00:00Z', '2026-03-05T00:00:00Z'), '90 days, counted from midnight'],
    [span('2026-06-01T00:00:00Z', '2026-06-02T17:00:30Z'), 'half a minute ahead: clocks differ'],
    [top('5000'), 'the largest page'],
  ])('but not %j: %s', async (options) => {
    const tenant = await tenantWith(FIVE);
    const reply = await ask(tenant, listPath(options));
    expect(reply.status).toBe(200);
  });
});

describe('pages', () => {
  const many = (count: number): readonly SimulatedDelivery[] =>
    Array.from({ length: count }, (_, index) =>
      delivery({
        id: numberedId(index >> 1),
        recipient: `r${index % 2}@contoso.example`,
        receivedAt: minutesAgo(6 + (index >> 4)),
      }),
    );

  test.each([
    ['absent', 1000],
    ['0', 1000],
    ['5', 5],
  ])('$top %s gives %i rows', async (top, expected) => {
    const tenant = await tenantWith(many(1200));
    const reply = await ask(tenant, listPath(top === 'absent' ? {} : { $top: top }));
    expect(rowsOf(reply)).toHaveLength(expected);
  });

  test('each row comes exactly once and in order, whatever the size of the page and however many share an instant', async () => {
    const tenant = await tenantWith(many(400), { quirks: { quota: null } });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 7, max: 450 }), async (size) => {
        const rows = await allRows(tenant, listPath({ $top: String(size) }));
        expect(new Set(rows.map((row) => row.id + row.recipientAddress)).size).toBe(400);
        expect(rows).toHaveLength(400);
        const times = rows.map((row) => row.receivedDateTime);
        expect(times).toEqual(times.toSorted().toReversed());
      }),
      { numRuns: 12 },
    );
  });

  test('the link is absolute, keeps the question and hides its cursor', async () => {
    const tenant = await tenantWith(many(30));
    const link = new URL(
      nextLinkOf(await ask(tenant, listPath({ $top: '10', $filter: "status eq 'delivered'" }))) ?? '',
    );
    expect(link.origin).toBe(tenant.graphUrl);
    expect(link.searchParams.get('$filter')).toBe("status eq 'delivered'");
    expect(link.searchParams.get('$skiptoken')).not.toContain('@');
  });

  test('the default window does not slide while pages are read', async () => {
    let now = NOW;
    const old = delivery({ id: numberedId(9), receivedAt: minutesAgo(48 * 60 - 1) });
    const tenant = await tenantWith([...many(5), old], { clock: () => now });
    const link = nextLinkOf(await ask(tenant, listPath({ $top: '5' }))) ?? '';
    now = new Date(NOW.getTime() + 5 * 60_000);
    const page = await get(link, { authorization: `Bearer ${tenant.issueToken()}` });
    expect(rowsOf(page).map((row) => row.id)).toEqual([old.id]);
  });

  test('an old link is refused', async () => {
    let now = NOW;
    const tenant = await tenantWith(many(30), { clock: () => now });
    const link = nextLinkOf(await ask(tenant, listPath({ $top: '10' }))) ?? '';
    now = new Date(NOW.getTime() + 601_000);
    const reply = await get(link, { authorization: `Bearer ${tenant.issueToken()}` });
    expect([reply.status, errorOf(reply).message]).toEqual([
      400,
      '|System.ArgumentException|Invalid starting recipient address',
    ]);
  });
});

describe('the words of a status', () => {
  const statuses = async (
    path: string,
    options: Partial<TenantOptions> = {},
    headers: Options = {},
  ): Promise<readonly string[]> => {
    const tenant = await tenantWith(FIVE, options);
    const filter = new URLSearchParams({ $filter: within('') }).toString();
    return rowsOf(await ask(tenant, `${path}?${filter}`, headers)).map((row) => row.status);
  };
  const beta = LIST.replace('v1.0', 'beta');
  const prefer = { prefer: 'include-unknown-enum-members' };

  test.each<[string, Partial<TenantOptions>, Options, readonly string[], string]>([
    [
      LIST,
      {},
      {},
      ['delivered', 'failed', 'delivered', 'unknownFutureValue', 'awaitingPolicy'],
      'as v1.0 writes them',
    ],
    [
      LIST,
      {},
      prefer,
      ['delivered', 'failed', 'delivered', 'recalled', 'awaitingPolicy'],
      'later members on request',
    ],
    [
      beta,
      {},
      prefer,
      ['Delivered', 'Failed', 'Delivered', 'Recalled', 'AwaitingPolicy'],
      'as beta writes them',
    ],
    [
      LIST,
      { quirks: { statusCase: 'mixed' } },
      prefer,
      ['delivered', 'Failed', 'delivered', 'Recalled', 'awaitingPolicy'],
      'both in one answer',
    ],
    [
      LIST,
      { quirks: { undocumentedStatuses: false } },
      prefer,
      ['delivered', 'failed', 'delivered', 'unknownFutureValue', 'unknownFutureValue'],
      'documented ones only',
    ],
  ])('%s %j %j gives %j: %s', async (path, options, headers, expected) => {
    expect(await statuses(path, options, headers)).toEqual(expected);
  });
});

describe('time', () => {
  test('a row is invisible for some minutes, and a change of status lags as much', async () => {
    let now = NOW;
    const moving = delivery({
      receivedAt: NOW,
      statuses: [
        { at: NOW, status: 'gettingStatus' },
        { at: new Date(NOW.getTime() + 10_000), status: 'pending' },
        { at: new Date(NOW.getTime() + 900_000), status: 'delivered' },
      ],
    });
    const tenant = await tenantWith([moving], { clock: () => now, quirks: { quota: null } });
    const seen: (string | undefined)[] = [];
    for (const seconds of [0, 299, 300, 310, 1199, 1200]) {
      now = new Date(NOW.getTime() + seconds * 1000);
      seen.push(rowsOf(await ask(tenant, LIST))[0]?.status);
    }
    expect(seen).toEqual([undefined, undefined, 'gettingStatus', 'pending', 'pending', 'delivered']);
  });
});

describe('headers', () => {
  test('gzip when it is accepted, plain when not', async () => {
    const tenant = await tenantWith(FIVE);
    const zipped = await ask(tenant, LIST, { 'accept-encoding': 'gzip, br' });
    const plain = await ask(tenant, LIST);
    expect([zipped.headers['content-encoding'], plain.headers['content-encoding']]).toEqual([
      'gzip',
      undefined,
    ]);
    expect(gunzipSync(zipped.bytes).toString()).toBe(plain.bytes.toString());
  });

  test('the date is that of the tenant, the client finds its own id, in errors too', async () => {
    const tenant = await tenantWith(FIVE);
    const reply = await ask(tenant, listPath({ $top: '9999' }), { 'client-request-id': 'mine-1' });
    expect(reply.headers).toMatchObject({
      date: 'Tue, 02 Jun 2026 17:00:00 GMT',
      'client-request-id': 'mine-1',
    });
    expect(errorOf(reply)).toMatchObject({
      innerError: {
        date: '2026-06-02T17:00:00',
        'client-request-id': 'mine-1',
        'request-id': reply.headers['request-id'],
      },
    });
  });
});

test.each([
  ['/v1.0/admin/exchange/tracing/messageTraces/5f0c3c1e', 400, 'there is no reading of one row'],
  ['/v1.0/users', 400, 'nothing else is there'],
  ['//', 400, 'a path that is no path'],
  [`${LIST}?${'x'.repeat(9000)}`, 404, 'a URL that is too long'],
])('%.60s answers %i: %s', async (path, status) => {
  const tenant = await tenantWith(FIVE);
  expect((await ask(tenant, path)).status).toBe(status);
});
