import { afterEach, describe, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';
import type { AnnouncementOnboarding } from '#simulator/graph/announcement/service.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { ask, bearer, errorOf, get, LIST } from '../../ask.js';
import { announced, issue, NEWS } from '../../news.js';
import { NOW } from '../../population.js';

const tenants: Tenant[] = [];

async function tenantWith(options: Partial<TenantOptions> = {}): Promise<Tenant> {
  const announcements = announced([issue()]);
  const tenant = await startTenant({ population: [], announcements, clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

const statusOf = async (tenant: Tenant, path: string): Promise<number> => (await ask(tenant, path)).status;

describe('who may read', () => {
  test.each<[AnnouncementOnboarding, number, number]>([
    ['complete', 200, 200],
    ['health-missing', 403, 200],
    ['messages-missing', 200, 403],
    ['both-missing', 403, 403],
  ])('%s: health %i, message centre %i', async (announcementOnboarding, health, messages) => {
    const tenant = await tenantWith({ announcementOnboarding });
    for (const path of [
      'healthOverviews',
      'healthOverviews/Exchange%20Online',
      'issues',
      'issues/EX1300001',
    ]) {
      expect([path, await statusOf(tenant, `${NEWS}/${path}`)]).toEqual([path, health]);
    }
    expect(await statusOf(tenant, `${NEWS}/messages`)).toBe(messages);
    if (health === 403) expect(errorOf(await ask(tenant, `${NEWS}/issues`)).code).toBe('Forbidden');
  });

  test.each(['permission-missing', 'service-principal-missing'] as const)(
    'the trace is set up apart from it: %s',
    async (onboarding) => {
      const tenant = await tenantWith({ onboarding });
      expect(await statusOf(tenant, LIST)).toBeGreaterThan(400);
      expect(await statusOf(tenant, `${NEWS}/issues`)).toBe(200);
    },
  );

  test.each([
    ['no token', {}, 401],
    ['a made-up token', { authorization: 'Bearer a.b.c' }, 401],
  ])('%s', async (_why, headers, status) => {
    const tenant = await tenantWith();
    const reply = await get(`${tenant.graphUrl}${NEWS}/issues`, headers);
    expect([reply.status, errorOf(reply).code]).toEqual([status, 'InvalidAuthenticationToken']);
  });

  test('a token ages', async () => {
    let now = NOW;
    const tenant = await tenantWith({ clock: () => now });
    const headers = bearer(tenant);
    now = new Date(NOW.getTime() + 3_601_000);
    expect((await get(`${tenant.graphUrl}${NEWS}/issues`, headers)).status).toBe(401);
  });
});

describe('how often', () => {
  const asked = async (tenant: Tenant, times: number): Promise<ReadonlySet<number>> => {
    const statuses = new Set<number>();
    for (let request = 0; request < times; request += 1)
      statuses.add(await statusOf(tenant, `${NEWS}/messages`));
    return statuses;
  };

  test('240 within a minute, the next is told how long to wait, and who waits is let in', async () => {
    let now = NOW;
    const tenant = await tenantWith({ clock: () => now });
    expect(await asked(tenant, 240)).toEqual(new Set([200]));
    now = new Date(NOW.getTime() + 20_000);
    const refused = await ask(tenant, `${NEWS}/issues`);
    expect([refused.status, refused.headers['retry-after'], errorOf(refused).code]).toEqual([
      429,
      '40',
      'TooManyRequests',
    ]);
    now = new Date(NOW.getTime() + 60_000);
    expect(await statusOf(tenant, `${NEWS}/issues`)).toBe(200);
  });

  test('800 within an hour, however slowly', async () => {
    let now = NOW;
    const tenant = await tenantWith({ clock: () => now });
    for (const minutes of [0, 2, 4, 6]) {
      now = new Date(NOW.getTime() + minutes * 60_000);
      expect(await asked(tenant, 200)).toEqual(new Set([200]));
    }
    now = new Date(NOW.getTime() + 10 * 60_000);
    const refused = await ask(tenant, `${NEWS}/issues`);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '3000']);
  });

  test('the trace has a quota of its own', async () => {
    const tenant = await tenantWith({ quirks: { announcementQuotas: [{ requests: 1, windowSeconds: 60 }] } });
    expect(await asked(tenant, 2)).toEqual(new Set([200, 429]));
    expect(await statusOf(tenant, LIST)).toBe(200);
  });
});

describe('faults', () => {
  test('are counted apart from those of the trace', async () => {
    const tenant = await tenantWith({
      faults: faultScript({ 1: '503' }),
      announcementFaults: faultScript({ 2: '429:17', 3: 'html200' }),
    });
    const statuses = [await statusOf(tenant, `${NEWS}/issues`)];
    const throttled = await ask(tenant, `${NEWS}/healthOverviews`);
    const page = await ask(tenant, `${NEWS}/issues`);
    statuses.push(throttled.status, await statusOf(tenant, LIST));
    expect(statuses).toEqual([200, 429, 503]);
    expect(throttled.headers['retry-after']).toBe('17');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });
});
