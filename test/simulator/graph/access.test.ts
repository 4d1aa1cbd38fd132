import { afterEach, describe, expect, test } from 'vitest';

import type { Quota } from '#simulator/quirks.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { ask, bearer, detailPath, errorOf, get, LIST } from '../ask.js';
import { delivery, NOW } from '../population.js';

const tenants: Tenant[] = [];

async function tenantWith(options: Partial<TenantOptions> = {}): Promise<Tenant> {
  const tenant = await startTenant({ population: [delivery()], clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

describe('who may ask', () => {
  test.each<[string, Partial<TenantOptions>, Readonly<Record<string, string>>, number, string, RegExp]>([
    ['no token', {}, { authorization: '' }, 401, 'InvalidAuthenticationToken', /^Access token is empty/u],
    ['another scheme', {}, { authorization: 'Basic eA==' }, 401, 'InvalidAuthenticationToken', /empty/u],
    [
      'a made-up token',
      {},
      { authorization: 'Bearer a.b.c' },
      401,
      'InvalidAuthenticationToken',
      /well formed/u,
    ],
    [
      'no service principal',
      { onboarding: 'service-principal-missing' },
      {},
      401,
      'UnknownError',
      /^Service principal-less authentication failed: .*8bd644d1-64a1-4d4b-ae52-2e0cbf64e373 was not found/u,
    ],
    [
      'no permission',
      { onboarding: 'permission-missing' },
      {},
      403,
      'Authorization_RequestDenied',
      /privileges/u,
    ],
  ])('%s', async (_why, options, headers, status, code, message) => {
    const tenant = await tenantWith(options);
    const reply = await ask(tenant, LIST, headers);
    expect([reply.status, errorOf(reply).code]).toEqual([status, code]);
    expect(errorOf(reply).message).toMatch(message);
  });

  test('a token ages', async () => {
    let now = NOW;
    const tenant = await tenantWith({ clock: () => now });
    const headers = bearer(tenant);
    now = new Date(NOW.getTime() + 3_601_000);
    const reply = await get(tenant.graphUrl + LIST, headers);
    expect([reply.status, errorOf(reply).message]).toEqual([401, expect.stringContaining('expired')]);
  });

  test('the token of another tenant is refused', async () => {
    const [ours, theirs] = [await tenantWith({ seed: 1 }), await tenantWith({ seed: 2 })];
    expect((await get(ours.graphUrl + LIST, bearer(theirs))).status).toBe(401);
  });

  test('any token will do where tokens are not checked', async () => {
    const tenant = await tenantWith({ tokenChecks: 'any' });
    expect((await get(tenant.graphUrl + LIST, { authorization: 'Bearer x' })).status).toBe(200);
  });
});

describe('how often', () => {
  const quota = (over: Partial<Quota>): Quota => ({
    requests: 3,
    windowSeconds: 300,
    shared: true,
    retryAfter: 'always',
    ...over,
  });

  test('the hundred-and-first request within five minutes is refused, and says how long to wait', async () => {
    const tenant = await tenantWith();
    const statuses: number[] = [];
    for (let request = 0; request < 100; request += 1) statuses.push((await ask(tenant, LIST)).status);
    const refused = await ask(tenant, LIST);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect([refused.status, refused.headers['retry-after'], errorOf(refused).message]).toEqual([
      429,
      '300',
      'Your recent queries have surpassed the permitted limit, please try again later.',
    ]);
  });

  test('who waits that long is let in, and a second less is too early', async () => {
    let now = NOW;
    const tenant = await tenantWith({ clock: () => now, quirks: { quota: quota({ requests: 1 }) } });
    await ask(tenant, LIST);
    now = new Date(NOW.getTime() + 100_000);
    const refused = await ask(tenant, LIST);
    const waitMs = Number(refused.headers['retry-after']) * 1000;
    now = new Date(now.getTime() + waitMs - 1000);
    const early = (await ask(tenant, LIST)).status;
    now = new Date(now.getTime() + 300_000);
    expect([early, (await ask(tenant, LIST)).status]).toEqual([429, 200]);
  });

  test('refused requests count: who hammers stays out', async () => {
    let now = NOW;
    const tenant = await tenantWith({ clock: () => now, quirks: { quota: quota({}) } });
    const statuses: number[] = [];
    for (let request = 0; request < 12; request += 1) {
      statuses.push((await ask(tenant, LIST)).status);
      now = new Date(now.getTime() + 60_000);
    }
    expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
    expect(new Set(statuses.slice(3))).toEqual(new Set([429]));
  });

  test.each<[Quota['retryAfter'], readonly (string | undefined)[]]>([
    ['always', ['300', '300']],
    ['never', [undefined, undefined]],
    ['alternating', ['300', undefined]],
  ])('Retry-After comes %s', async (retryAfter, expected) => {
    const tenant = await tenantWith({ quirks: { quota: quota({ requests: 1, retryAfter }) } });
    await ask(tenant, LIST);
    const headers = [(await ask(tenant, LIST)).headers, (await ask(tenant, LIST)).headers];
    expect(headers.map((header) => header['retry-after'])).toEqual(expected);
  });

  test.each([
    [true, 429],
    [false, 200],
  ])('list and details share the quota: %s', async (shared, status) => {
    const tenant = await tenantWith({ quirks: { quota: quota({ requests: 1, shared }) } });
    await ask(tenant, LIST);
    expect((await ask(tenant, detailPath(delivery().id, delivery().recipient))).status).toBe(status);
  });
});
