/** The quirks of the cmdlets that show a set-up, by the simulator's own reading of the contract. */
import { afterEach, describe, expect, test } from 'vitest';

import {
  acceptedDomain,
  inboundConnector,
  outboundConnector,
  USUAL_TRANSPORT_CONFIG,
} from '#simulator/exchange/set-up/set-up.js';
import { HEALTHY_SET_UP, NEGLECTED_SET_UP } from '#simulator/exchange/set-up/set-ups.js';
import { faultScript } from '#simulator/faults.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { NOW } from '../population.js';
import { bodyOf, headersOf, invoke, post, rowsOf, warningsOf } from './invoke.js';

const tenants: Tenant[] = [];

async function tenantWith(options: Partial<TenantOptions> = {}): Promise<Tenant> {
  const tenant = await startTenant({ population: [], clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

const IN = 'Get-InboundConnector';
const OUT = 'Get-OutboundConnector';
const DOMAINS = 'Get-AcceptedDomain';

const SET_UP = {
  inboundConnectors: [inboundConnector('In', 1), inboundConnector('In too', 2)],
  outboundConnectors: [
    outboundConnector('Usual', 101),
    outboundConnector('Test', 102, { TestMode: true }),
    outboundConnector('Rule', 103, { IsTransportRuleScoped: true }),
    outboundConnector('Both', 104, { TestMode: true, IsTransportRuleScoped: true }),
  ],
  acceptedDomains: Array.from({ length: 1203 }, (_, n) => acceptedDomain(`d${n}.contoso.example`, n)),
  transportConfig: USUAL_TRANSPORT_CONFIG,
  transportRules: [],
  onPremisesServers: [],
};

const namesOf = async (
  tenant: Tenant,
  cmdlet: string,
  parameters: object = {},
): Promise<readonly unknown[]> => rowsOf(await invoke(tenant, cmdlet, parameters)).map((row) => row['Name']);

test.each<[object, readonly string[]]>([
  [{}, ['Usual']],
  [{ IsTransportRuleScoped: true }, ['Rule']],
  [{ IncludeTestModeConnectors: true }, ['Test']],
  [{ IncludeTestModeConnectors: true, IsTransportRuleScoped: true }, ['Both']],
])('outbound connectors hide: %j gives %j', async (parameters, names) => {
  const tenant = await tenantWith({ setUp: () => SET_UP });
  expect(await namesOf(tenant, OUT, parameters)).toEqual(names);
});

test.each<[object, readonly string[]]>([
  [{ Identity: 'in TOO' }, ['In too']],
  [{ Identity: 'Gone' }, ['In', 'In too']],
])('an Identity that nobody has gives all: %j', async (parameters, names) => {
  const tenant = await tenantWith({ setUp: () => SET_UP });
  expect(await namesOf(tenant, IN, parameters)).toEqual(names);
});

test('without ResultSize a list is cut at 1000, and only a warning says so', async () => {
  const tenant = await tenantWith({ setUp: () => SET_UP });
  const cut = await invoke(tenant, DOMAINS);
  expect([rowsOf(cut).length, warningsOf(cut).length, '@odata.nextLink' in bodyOf(cut)]).toEqual([
    1000,
    1,
    false,
  ]);
});

test.each(['refused', 'followed'] as const)(
  'beyond a page there is a link, which is %s',
  async (exchangeLinks) => {
    const tenant = await tenantWith({ setUp: () => SET_UP, quirks: { exchangeLinks } });
    const first = bodyOf(await invoke(tenant, DOMAINS, { ResultSize: 'Unlimited' }));
    const link = String(first['@odata.nextLink']);
    expect(link.startsWith(tenant.exchangeUrl)).toBe(true);
    const command = { CmdletInput: { CmdletName: DOMAINS, Parameters: { ResultSize: 'Unlimited' } } };
    const next = await post(link, JSON.stringify(command), headersOf(tenant));
    if (exchangeLinks === 'followed') {
      expect([next.status, rowsOf(next).length]).toEqual([200, 203]);
    } else {
      expect(next.status).toBe(400);
      expect(next.bytes.toString()).toMatch(/"message":"Invalid Operation".*Expired or Invalid pagination/);
    }
  },
);

test('the two kinds have fields of their own, with sidecars, and dates end in several ways', async () => {
  const tenant = await tenantWith();
  const [inbound] = rowsOf(await invoke(tenant, IN));
  const outbound = rowsOf(await invoke(tenant, OUT));
  expect([inbound !== undefined && 'SmartHosts' in inbound, 'SenderDomains' in (outbound[0] ?? {})]).toEqual([
    ...[false, false],
  ]);
  expect(Object.keys(outbound[0] ?? {})).toEqual(
    expect.arrayContaining(['SmartHosts@odata.type', 'LastValidationTimestamp@data.type']),
  );
  const dates = [...outbound, inbound].map((row) => String(row?.['WhenChangedUTC']).replace(/^.*\d{7}/, ''));
  expect(new Set(dates)).toEqual(new Set(['Z', '+00:00']));
});

test.each<[string, Partial<TenantOptions>, string, object, number]>([
  ['all is set up', {}, IN, {}, 200],
  ['a parameter that nobody knows', {}, IN, { Colour: 'blue' }, 400],
  ['a size that is none', {}, IN, { ResultSize: 'many' }, 400],
  ['a role for traces only', { exchangeOnboarding: { allows: ['Get-MessageTraceV2'] } }, IN, {}, 403],
  ['a role for all but this', { exchangeOnboarding: { lacks: ['get-inboundconnector'] } }, IN, {}, 403],
  ['a role for all but another', { exchangeOnboarding: { lacks: ['Get-TransportRule'] } }, IN, {}, 200],
  ['a cmdlet that changes things', {}, 'Set-InboundConnector', {}, 403],
])('who may ask what: %s', async (_why, options, cmdlet, parameters, status) => {
  const tenant = await tenantWith(options);
  expect((await invoke(tenant, cmdlet, parameters)).status).toBe(status);
});

test('no quota is known for a set-up, and none is used up', async () => {
  const quota = { requests: 1, windowSeconds: 300, shared: true, retryAfter: 'always' } as const;
  const tenant = await tenantWith({ quirks: { quota } });
  const statuses = [];
  for (const cmdlet of [IN, OUT, 'Get-MessageTraceV2']) statuses.push((await invoke(tenant, cmdlet)).status);
  expect(statuses).toEqual([200, 200, 200]);
});

test('a warning in place of the value, as a fault', async () => {
  const tenant = await tenantWith({ exchangeFaults: faultScript({ 1: 'null-value' }) });
  const reply = await invoke(tenant, IN);
  expect([rowsOf(reply), warningsOf(reply).length]).toEqual([null, 1]);
});

describe.each([
  ['in good order', HEALTHY_SET_UP],
  ['neglected', NEGLECTED_SET_UP],
])('the set-up that is %s', (_name, setUp) => {
  test('names nobody real, and each object once', () => {
    const all = Object.values(setUp(NOW)).flat() as readonly Readonly<Record<string, unknown>>[];
    expect(JSON.stringify(all)).not.toMatch(/@[a-z.]*\.(?:com|net|org)|"[a-z0-9.-]+\.(?:com|net|org|io)"/);
    const guids = all.flatMap(({ Guid }) => (Guid === undefined ? [] : [Guid]));
    expect(new Set(guids).size).toBe(guids.length);
  });
});
