import { afterEach, describe, expect, test } from 'vitest';

import type { Quirks } from '#simulator/quirks.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';

import { ask, bodyOf } from '../../ask.js';
import { announced, issue, newsPath, overIssue, post } from '../../news.js';
import { minutesAgo, NOW } from '../../population.js';

const tenants: Tenant[] = [];

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

type Entity = Readonly<Record<string, unknown>>;

async function told(quirks: Partial<Quirks>, collection = 'issues'): Promise<readonly Entity[]> {
  const announcements = announced([
    issue({ id: 'EX1300001', posts: [post(60), post(20, { kind: 'quick', contentType: 'text' })] }),
    overIssue('EX1300002', 2_000),
    overIssue('EX1300003', 9_000),
  ]);
  const tenant = await startTenant({ population: [], announcements, clock: () => NOW, quirks });
  tenants.push(tenant);
  return bodyOf(await ask(tenant, newsPath(collection)))['value'] as readonly Entity[];
}

test('an issue tells when its impact began and what was posted, oldest first', async () => {
  const [open, over] = await told({});
  expect(open).toEqual({
    id: 'EX1300001',
    title: 'Mail is late',
    service: 'Exchange Online',
    feature: 'Mailflow - delayed delivery from Internet',
    featureGroup: 'E-Mail timely delivery',
    classification: 'incident',
    origin: 'microsoft',
    status: 'serviceDegradation',
    impactDescription: 'Mail from outside may be late.',
    isResolved: false,
    highImpact: null,
    startDateTime: '2026-06-02T14:00:00Z',
    endDateTime: null,
    lastModifiedDateTime: '2026-06-02T16:40:00.000Z',
    details: [{ name: 'NotifyInApp', value: 'True' }],
    posts: [
      {
        createdDateTime: '2026-06-02T16:00:00.000Z',
        postType: 'regular',
        description: { contentType: 'html', content: '<b>Current status:</b> We are looking.' },
      },
      {
        createdDateTime: '2026-06-02T16:40:00.000Z',
        postType: 'quick',
        description: { contentType: 'text', content: '<b>Current status:</b> We are looking.' },
      },
    ],
  });
  expect(over).toMatchObject({
    isResolved: true,
    status: 'serviceRestored',
    endDateTime: `${minutesAgo(2_010).toISOString().slice(0, 19)}Z`,
  });
});

describe('words', () => {
  test.each<[Partial<Quirks>, readonly string[], string]>([
    [{}, ['serviceDegradation', 'serviceRestored', 'serviceRestored'], 'as they come today'],
    [
      { announcementCase: 'pascal' },
      ['ServiceDegradation', 'ServiceRestored', 'ServiceRestored'],
      'as samples write them',
    ],
    [
      { announcementCase: 'mixed' },
      ['serviceDegradation', 'ServiceRestored', 'serviceRestored'],
      'either way',
    ],
    [
      { statusOfTomorrow: true },
      ['serviceStabilizing', 'serviceRestored', 'serviceRestored'],
      'one that nobody knows, for what is open',
    ],
  ])('%j: %j, %s', async (quirks, statuses) => {
    expect((await told(quirks)).map((each) => each['status'])).toEqual(statuses);
  });

  test('an unknown word stands in the overview too', async () => {
    const overviews = await told({ statusOfTomorrow: true }, 'healthOverviews');
    expect(new Set(overviews.map((each) => each['status']))).toEqual(
      new Set(['serviceStabilizing', 'serviceOperational']),
    );
  });
});

test('an undocumented key can be left out', async () => {
  const keys = (await told({ undocumentedHealthKeys: false })).map((each) => 'highImpact' in each);
  expect(keys).toEqual([false, false, false]);
});

test.each([
  [0, ['EX1300001']],
  [1, ['EX1300001', 'EX1300002']],
  [9, ['EX1300001', 'EX1300002', 'EX1300003']],
])('of what is over the newest %i are retained', async (resolvedIssues, ids) => {
  expect((await told({ resolvedIssues })).map((each) => each['id'])).toEqual(ids);
});

test('a service that lags tells an older truth', async () => {
  const [open] = await told({ announcementsBehindMinutes: 30 });
  expect(open?.['lastModifiedDateTime']).toBe('2026-06-02T16:00:00.000Z');
  expect((await told({ announcementsBehindMinutes: 90 })).map((each) => each['id'])).not.toContain(
    'EX1300001',
  );
});

test('one collection may fail while the others answer', async () => {
  const tenant = await startTenant({
    population: [],
    clock: () => NOW,
    quirks: { failingAnnouncements: ['healthOverviews'] },
  });
  tenants.push(tenant);
  const statuses = [];
  for (const collection of ['healthOverviews', 'issues', 'messages']) {
    statuses.push((await ask(tenant, newsPath(collection))).status);
  }
  expect(statuses).toEqual([503, 200, 200]);
});
