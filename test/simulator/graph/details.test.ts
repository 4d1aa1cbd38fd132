import { afterEach, describe, expect, test } from 'vitest';

import { americanTime, dataXml, reasonText } from '#simulator/graph/reason-text.js';
import type { ReasonRecord, SimulatedDelivery } from '#simulator/population/delivery.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { ask, detailPath, detailsOf, LIST } from '../ask.js';
import { delivery, event, minutesAgo, NOW, numberedId } from '../population.js';

const tenants: Tenant[] = [];

async function tenantWith(only: SimulatedDelivery, options: Partial<TenantOptions> = {}): Promise<Tenant> {
  const tenant = await startTenant({ population: [only], clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

const REASON: ReasonRecord = {
  lastError: '450 4.4.316 Connection refused [Message=Socket error code 10061]',
  message: '',
  fqdn: 'mx1.tailspin.example',
  ip: '198.51.100.22',
  lastRetryAt: new Date('2026-06-02T00:05:09Z'),
  trailer: '',
};
const RECORD =
  'Reason: [{LED=450 4.4.316 Connection refused [Message=Socket error code 10061]};{MSG=};' +
  '{FQDN=mx1.tailspin.example};{IP=198.51.100.22};{LRT=6/2/2026 12:05:09 AM}]';

const HELD = delivery({
  recipient: "jon.o'neill@contoso.example",
  status: 'pending',
  events: () => [
    event(),
    event({ at: minutesAgo(59), event: 'Transport rule' }),
    event({ at: minutesAgo(59), event: 'Fail', reason: REASON }),
    event({ at: minutesAgo(4), event: 'Deliver' }),
  ],
});

describe('the reason record', () => {
  test.each<[Partial<ReasonRecord>, number | null, string, string]>([
    [{}, null, RECORD, 'all keys'],
    [
      { fqdn: null, ip: null },
      null,
      'Reason: [{LED=450 4.4.316 Connection refused [Message=Socket error code 10061]};{MSG=};{LRT=6/2/2026 12:05:09 AM}]',
      'keys may be missing',
    ],
    [
      { trailer: '. OutboundProxyTargetIP: 192.0.2.1' },
      null,
      `${RECORD}. OutboundProxyTargetIP: 192.0.2.1`,
      'a trailer',
    ],
    [{}, 40, RECORD.slice(0, 40), 'cut off without its end'],
  ])('%j, limit %j gives %s: %s', (over, limit, expected) => {
    expect(reasonText({ ...REASON, ...over }, limit)).toBe(expected);
  });

  test.each([
    ['2026-06-02T00:00:00Z', '6/2/2026 12:00:00 AM'],
    ['2026-06-02T12:00:01Z', '6/2/2026 12:00:01 PM'],
    ['2026-12-31T23:59:59Z', '12/31/2026 11:59:59 PM'],
  ])('%s is told as %s', (instant, expected) => {
    expect(americanTime(new Date(instant))).toBe(expected);
  });
});

test('data is XML in which text cannot break out', () => {
  expect(dataXml([{ name: 'H', type: 'String', value: '"><MEP & co' }])).toBe(
    '<root><MEP Name="H" String="&quot;&gt;&lt;MEP &amp; co"/></root>',
  );
});

test('events of one second come in another order than they happened, those still unseen not at all', async () => {
  const tenant = await tenantWith(HELD);
  const details = detailsOf(await ask(tenant, detailPath(HELD.id, HELD.recipient)));
  expect(details.map((detail) => detail.event)).toEqual(['Receive', 'Fail', 'Transport rule']);
  expect(details[1]?.description).toBe(RECORD);
});

test('without the quirk they come as they happened', async () => {
  const tenant = await tenantWith(HELD, { quirks: { shuffledEvents: false } });
  const details = detailsOf(await ask(tenant, detailPath(HELD.id, HELD.recipient)));
  expect(details.map((detail) => detail.event)).toEqual(['Receive', 'Transport rule', 'Fail']);
});

test('a long reason is cut', async () => {
  const tenant = await tenantWith(HELD, { quirks: { reasonLimit: 60 } });
  const details = detailsOf(await ask(tenant, detailPath(HELD.id, HELD.recipient)));
  expect(details[1]?.description).toBe(RECORD.slice(0, 60));
});

test('a reason may stand in RecipientStatus alone', async () => {
  const hidden = event({
    event: 'Fail',
    description: 'Not delivered',
    reason: REASON,
    reasonIn: 'recipient-status',
  });
  const tenant = await tenantWith(delivery({ events: () => [hidden] }));
  const [detail] = detailsOf(await ask(tenant, detailPath(delivery().id, delivery().recipient)));
  expect(detail?.description).toBe('Not delivered');
  expect(detail?.data).toContain(`<MEP Name="RecipientStatus" Blob="${RECORD}"/>`);
});

test.each<[string, number, number, string]>([
  [detailPath(HELD.id, HELD.recipient), 200, 3, 'the usual form'],
  [detailPath(HELD.id.toUpperCase(), HELD.recipient.toUpperCase()), 200, 3, 'without case'],
  [
    detailPath(HELD.id, HELD.recipient)
      .replace(`/${HELD.id}/`, `('${HELD.id}')/`)
      .replace('getDetails', 'microsoft.graph.getDetails'),
    200,
    3,
    'the key in parentheses and the function with its namespace, as OData allows',
  ],
  [detailPath(numberedId(77), HELD.recipient), 200, 0, 'an unknown message is an empty answer'],
  [detailPath(HELD.id, 'nobody@contoso.example'), 200, 0, 'so is an unknown recipient'],
  [
    `${LIST}/${HELD.id}/getDetailsByRecipient(recipientAddress='o'neill')`,
    400,
    -1,
    'a quote that is not doubled',
  ],
  [`${LIST}/${HELD.id}/getDetailsByRecipient`, 400, -1, 'a function without its argument'],
])('%s answers %i with %i events: %s', async (path, status, count) => {
  const tenant = await tenantWith(HELD);
  const reply = await ask(tenant, path);
  expect(reply.status).toBe(status);
  expect(status === 200 ? detailsOf(reply).length : -1).toBe(count);
});

test('a message that is not visible yet has no details', async () => {
  const fresh = delivery({ receivedAt: minutesAgo(2), events: () => [event({ at: minutesAgo(2) })] });
  const tenant = await tenantWith(fresh);
  expect(detailsOf(await ask(tenant, detailPath(fresh.id, fresh.recipient)))).toEqual([]);
});
