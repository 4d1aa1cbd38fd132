import { connect } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';
import type { ServerName } from '#simulator/request-log.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { get } from '../ask.js';
import { NOW } from '../population.js';

const tenants: Tenant[] = [];

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

async function tenantWith(options: Partial<TenantOptions> = {}): Promise<Tenant> {
  const tenant = await startTenant({ population: [], clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

const SERVERS = ['graph', 'exchange', 'sign-in', 'status-page', 'control', 'mail'] as const;

function addressOf(tenant: Tenant, name: ServerName): string {
  switch (name) {
    case 'graph':
      return tenant.graphUrl;
    case 'exchange':
      return tenant.exchangeUrl;
    case 'sign-in':
      return tenant.authorityHost;
    case 'status-page':
      return tenant.statusUrl;
    case 'control':
      return tenant.controlUrl;
    case 'mail':
      return `smtp://${tenant.mailHost}`;
  }
}

/** Empty when it can be connected to, else the system's word. */
function failureOf(address: string): Promise<string> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve('');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'no code'));
  });
}

async function unreachableOf(tenant: Tenant): Promise<readonly ServerName[]> {
  const failures = await Promise.all(SERVERS.map((name) => failureOf(addressOf(tenant, name))));
  return SERVERS.filter((_, index) => failures[index] === 'ECONNREFUSED');
}

test.each<[readonly ServerName[], string]>([
  [[], 'all is well'],
  [['status-page'], 'the portal is down'],
  [['control'], 'the control host alone'],
  [['graph', 'status-page'], 'two of them'],
  [SERVERS, 'the own network is down'],
])('%j: %s', async (unreachable) => {
  expect(await unreachableOf(await tenantWith({ unreachable }))).toEqual(unreachable);
});

test('each server has an address of its own, and another shell is told of all', async () => {
  const tenant = await tenantWith();
  const addresses = SERVERS.map((name) => addressOf(tenant, name));
  expect(new Set(addresses).size).toBe(SERVERS.length);
  const environment = tenant.environment('/tmp/ca.pem');
  expect(environment).toMatchObject({
    MAILCHECK_STATUS_URL: tenant.statusUrl,
    MAILCHECK_CONTROL_URL: tenant.controlUrl,
    MAILCHECK_MAIL_HOST: tenant.mailHost,
  });
  expect(tenant.mailHost).toMatch(/^127\.0\.0\.1:\d+$/u);
});

test('the control host answers 204, or what a captive portal would', async () => {
  const tenant = await tenantWith({
    controlFaults: faultScript({ 2: 'html200', 3: 'redirect:http://192.0.2.1/' }),
  });
  const replies = [];
  for (const path of ['/', '/', '/', '/generate']) replies.push(await get(tenant.controlUrl + path));
  expect(replies.map((reply) => [reply.status, reply.bytes.length > 0])).toEqual([
    [204, false],
    [200, true],
    [302, true],
    [204, false],
  ]);
  expect(replies[0]?.headers['content-length']).toBeUndefined();
});
