import { afterEach, describe, expect, test } from 'vitest';

import type { PageNotice } from '#simulator/announcement/announcement.js';
import { NOTHING_ANNOUNCED } from '#simulator/announcement/services.js';
import { startDrill } from '#simulator/drill.js';
import { faultScript } from '#simulator/faults.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { bodyOf, get } from '../ask.js';
import { minutesAgo, NOW } from '../population.js';

const tenants: Pick<Tenant, 'close'>[] = [];

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

async function pageWith(
  options: Partial<TenantOptions> = {},
): Promise<(path: string) => ReturnType<typeof get>> {
  const tenant = await startTenant({ population: [], clock: () => NOW, ...options });
  tenants.push(tenant);
  return (path) => get(tenant.statusUrl + path);
}

const DEGRADED: PageNotice = { at: minutesAgo(30), status: 'ServiceDegradation', message: '<p>Slow.</p>' };

function noticed(...notices: readonly PageNotice[]): Partial<TenantOptions> {
  return { announcements: { ...NOTHING_ANNOUNCED, notices } };
}

test('on any day the admin center is available, and nobody knows since when', async () => {
  const reply = await (await pageWith())('/api/posts/mac');
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(bodyOf(reply)).toEqual({
    Id: 'mac',
    AuthoredDateTime: '0001-01-01T00:00:00+00:00',
    InternalDateTime: '2026-06-02T17:00:00+00:00',
    LastUpdatedTime: '2026-06-02T17:00:00+00:00',
    Title: 'Microsoft Admin Center',
    Message: '<p>Microsoft Admin Center can be reached.</p>',
    Status: 'Available',
  });
});

test('its clock is that of the request, and another one counts in tens of minutes', async () => {
  const page = await pageWith({ clock: () => new Date('2026-06-02T17:28:09Z') });
  expect(bodyOf(await page('/api/posts/mac'))).toMatchObject({
    InternalDateTime: '2026-06-02T17:20:00+00:00',
    LastUpdatedTime: '2026-06-02T17:28:09+00:00',
  });
});

test.each<[Partial<TenantOptions>, string, string, string]>([
  [noticed(DEGRADED), 'ServiceDegradation', '2026-06-02T16:30:00+00:00', 'a notice'],
  [
    noticed({ ...DEGRADED, at: minutesAgo(-1) }),
    'Available',
    '0001-01-01T00:00:00+00:00',
    'one that comes yet',
  ],
  [
    noticed(DEGRADED, { ...DEGRADED, at: minutesAgo(5), status: 'ServiceRestored' }),
    'ServiceRestored',
    '2026-06-02T16:55:00+00:00',
    'the newest of two',
  ],
  [
    { ...noticed(DEGRADED), quirks: { statusPageWords: 'spaced' } },
    'Service degradation',
    '2026-06-02T16:30:00+00:00',
    'words apart',
  ],
])('%#: %s since %s, for %s', async (options, status, authored) => {
  const page = await pageWith(options);
  expect(bodyOf(await page('/api/posts/mac'))).toMatchObject({ Status: status, AuthoredDateTime: authored });
  expect(bodyOf(await page('/api/posts/ppac'))).toMatchObject({ Status: 'Available' });
});

describe('paths', () => {
  test.each<[string, number, string | undefined, string]>([
    ['/api/posts/ppac', 200, 'application/json; charset=utf-8', 'an object'],
    ['/api/posts/azure', 200, 'application/json; charset=utf-8', 'an object'],
    ['/api/posts/nothing', 400, undefined, 'no such leaf'],
    ['/api/feed/mac', 200, 'application/rss+xml; charset=utf-8', 'a feed'],
    ['/api/feed/azure', 400, undefined, 'no feed of it'],
    ['/api/feed/m365Consumer', 400, undefined, 'no feed of it'],
    ['/api/posts', 200, 'text/html; charset=utf-8', 'the trap'],
    ['/api/v2/posts/mac', 200, 'text/html; charset=utf-8', 'the trap'],
    ['/', 200, 'text/html; charset=utf-8', 'the page'],
    ['/robots.txt', 401, undefined, 'nobody is let in'],
  ])('%s: %i %s, %s', async (path, status, type) => {
    const reply = await (await pageWith())(path);
    expect([reply.status, reply.headers['content-type']]).toEqual([status, type]);
  });

  test('consumer services are a list', async () => {
    const reply = await (await pageWith())('/api/posts/m365Consumer');
    const list = JSON.parse(reply.bytes.toString()) as readonly object[];
    expect(list).toHaveLength(10);
    expect(list[0]).toMatchObject({ ServiceDisplayName: 'Outlook.com', Status: 'Operational' });
  });

  test('a feed has a status, and a date whose zone is none', async () => {
    const text = (await (await pageWith(noticed(DEGRADED)))('/api/feed/mac')).bytes.toString();
    expect(text).toContain('<status>ServiceDegradation</status>');
    expect(text).toContain('<pubDate>Tue, 02 Jun 2026 17:00:00 Z</pubDate>');
  });

  test('where its paths are gone, all of them answer with the page', async () => {
    const reply = await (await pageWith({ quirks: { statusPage: 'html' } }))('/api/posts/mac');
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });
});

test('faults are played by number', async () => {
  const page = await pageWith({ statusPageFaults: faultScript({ 1: '503:9', 2: 'empty', 3: 'reset' }) });
  const busy = await page('/api/posts/mac');
  expect([busy.status, busy.headers['retry-after']]).toEqual([503, '9']);
  expect((await page('/api/posts/mac')).bytes).toHaveLength(0);
  await expect(page('/api/posts/mac')).rejects.toThrow(/hang up|reset/u);
  expect((await page('/api/posts/mac')).status).toBe(200);
});

test.each([
  ['january-2026', '+30m', 'Available'],
  ['january-2026', '+250m', 'ServiceDegradation'],
  ['january-2026', '+8h', 'ServiceRestored'],
  ['june-2026', null, 'Available'],
  ['calm', null, 'Available'],
])('in %s at %s it says %s', async (scenario, at, status) => {
  const drill = await startDrill({ scenario, at, seed: 1, rows: 50, clock: () => NOW, log: null });
  tenants.push(drill);
  expect(bodyOf(await get(`${drill.statusUrl}/api/posts/mac`))).toMatchObject({ Status: status });
});
