import { request } from 'node:http';

import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';

import { faultScript, OTHER_HOST } from '#simulator/faults.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { ask, bearer, bodyOf, errorOf, get, nextLinkOf } from '../../ask.js';
import { announced, issue, NEWS, newsPath, overIssue, post } from '../../news.js';
import { minutesAgo, NOW } from '../../population.js';

const tenants: Tenant[] = [];

async function tenantWith(options: Partial<TenantOptions> = {}): Promise<Tenant> {
  const tenant = await startTenant({ population: [], clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

type Entity = Readonly<Record<string, unknown>>;
type Options = Readonly<Record<string, string>>;

function entitiesOf(body: Entity): readonly Entity[] {
  return body['value'] as readonly Entity[];
}

const REVIEWED = overIssue('EX1200003', 4_000, {
  posts: [
    post(4_200),
    post(4_000, { status: 'serviceRestored', endedAt: minutesAgo(4_010) }),
    post(500, { status: 'postIncidentReviewPublished', endedAt: minutesAgo(4_010) }),
  ],
});

const FOUR = announced([
  issue({ id: 'MO1300009', service: 'Microsoft 365 suite', title: "It's down" }),
  issue({ id: 'EX1300001', classification: 'advisory', posts: [post(60, { status: 'investigating' })] }),
  overIssue('EX1200002', 2_000),
  REVIEWED,
  issue({ id: 'TM1400000', service: 'Microsoft Teams', posts: [post(-5)] }),
]);

const ALL = ['EX1200002', 'EX1200003', 'EX1300001', 'MO1300009'];

describe('which issues come back', () => {
  test.each<[Options, readonly string[], string]>([
    [{}, ALL, 'all that was told of, by id; not what will be'],
    [{ $filter: 'isResolved eq false' }, ['EX1300001', 'MO1300009'], 'open'],
    [{ $filter: 'isResolved eq true' }, ['EX1200002', 'EX1200003'], 'over'],
    [{ $filter: 'endDateTime eq null' }, ['EX1300001', 'MO1300009'], 'without an end'],
    [{ $filter: "service eq 'exchange online'" }, ['EX1200002', 'EX1200003', 'EX1300001'], 'one service'],
    [{ $filter: "status eq 'investigating'" }, ['EX1300001'], 'a status'],
    [{ $filter: "classification eq 'incident' and isResolved eq false" }, ['MO1300009'], 'two conditions'],
    [{ $filter: "title eq 'It''s down'" }, ['MO1300009'], 'a doubled quote'],
    [
      { $filter: 'lastModifiedDateTime ge 2026-06-02T00:00:00Z' },
      ['EX1200003', 'EX1300001', 'MO1300009'],
      'changed since',
    ],
    [{ $top: '2' }, ['EX1200002', 'EX1200003'], 'a small page'],
    [{ $skip: '3' }, ['MO1300009'], 'from the third on'],
    [{ $orderby: 'lastModifiedDateTime desc', $top: '2' }, ['EX1300001', 'MO1300009'], 'newest first'],
    [{ $filter: "service eq 'Nobody'" }, [], 'none'],
  ])('%j: %j, %s', async (options, ids) => {
    const tenant = await tenantWith({ announcements: FOUR });
    const body = bodyOf(await ask(tenant, newsPath('issues', options)));
    expect(entitiesOf(body).map((each) => each['id'])).toEqual(ids);
  });

  test.each<[Options, RegExp]>([
    [{ $filter: "details eq 'x'" }, /'details' cannot be used/u],
    [{ $filter: "service eq 'x" }, /unterminated/u],
    [{ $filter: 'isResolved' }, /Syntax error/u],
    [{ $filter: "service eq 'a' or service eq 'b'" }, /Syntax error/u],
    [{ $orderby: 'posts' }, /orderby/u],
    [{ $top: '-1' }, /\$top/u],
  ])('%j is refused', async (options, message) => {
    const tenant = await tenantWith({ announcements: FOUR });
    const reply = await ask(tenant, newsPath('issues', options));
    expect([reply.status, errorOf(reply).message]).toEqual([400, expect.stringMatching(message)]);
  });

  test('a service that forgets the filter answers as if there were none', async () => {
    const tenant = await tenantWith({ announcements: FOUR, quirks: { announcementFilterIgnored: true } });
    const body = bodyOf(await ask(tenant, newsPath('issues', { $filter: 'isResolved eq false' })));
    expect(entitiesOf(body).map((each) => each['id'])).toEqual(ALL);
  });

  test('beta answers the same', async () => {
    const tenant = await tenantWith({ announcements: FOUR });
    const [v1, beta] = [
      bodyOf(await ask(tenant, newsPath('issues'))),
      bodyOf(await ask(tenant, newsPath('issues').replace('v1.0', 'beta'))),
    ];
    expect(beta['value']).toEqual(v1['value']);
  });
});

describe('pages', () => {
  const many = (count: number): Partial<TenantOptions> => ({
    announcements: announced(
      Array.from({ length: count }, (_, index) => overIssue(`EX${1_000_000 + index}`, 100 + index)),
    ),
    quirks: { resolvedIssues: 1_000, announcementQuotas: [] },
  });

  const walked = async (tenant: Tenant, path: string, headers: Options): Promise<readonly number[][]> => {
    const pages: number[][] = [];
    for (let next: string | null = tenant.graphUrl + path; next !== null;) {
      const reply = await get(next, { ...bearer(tenant), ...headers });
      pages.push(entitiesOf(bodyOf(reply)).map((each) => Number(String(each['id']).slice(2))));
      next = nextLinkOf(reply);
    }
    return pages;
  };

  test('have a hundred issues, and the link to the next skips them', async () => {
    const tenant = await tenantWith(many(230));
    const first = await ask(tenant, newsPath('issues', { $filter: 'isResolved eq true' }));
    const link = new URL(nextLinkOf(first) ?? '');
    expect(link.searchParams.get('$skip')).toBe('100');
    expect(link.searchParams.get('$filter')).toBe('isResolved eq true');
    const pages = await walked(tenant, newsPath('issues'), {});
    expect(pages.map((page) => page.length)).toEqual([100, 100, 30]);
  });

  test.each([
    ['odata.maxpagesize=7', 7],
    ['odata.maxpagesize=100000', 230],
    ['odata.maxpagesize=0', 100],
    ['return=minimal', 100],
  ])('%s gives %i', async (prefer, length) => {
    const tenant = await tenantWith(many(230));
    const reply = await ask(tenant, newsPath('issues'), { prefer });
    expect(entitiesOf(bodyOf(reply))).toHaveLength(length);
  });

  test('of any size yield each issue once', async () => {
    const tenant = await tenantWith(many(41));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (size) => {
        const pages = await walked(tenant, newsPath('issues'), { prefer: `odata.maxpagesize=${size}` });
        expect(pages.flat()).toEqual(Array.from({ length: 41 }, (_, index) => 1_000_000 + index));
      }),
      { numRuns: 12 },
    );
  });

  test('the number of all is told when it is asked for', async () => {
    const tenant = await tenantWith(many(41));
    const body = bodyOf(await ask(tenant, newsPath('issues', { $count: 'true', $top: '1' })));
    expect([body['@odata.count'], entitiesOf(body).length]).toEqual([41, 1]);
  });

  test('a link may lead elsewhere, or nowhere', async () => {
    const announcementFaults = faultScript({ 1: 'other-host-nextlink', 2: 'repeat-nextlink' });
    const tenant = await tenantWith({ ...many(120), announcementFaults });
    const path = newsPath('issues', { $top: '50' });
    expect(new URL(nextLinkOf(await ask(tenant, path)) ?? '').hostname).toBe(OTHER_HOST);
    expect(nextLinkOf(await ask(tenant, path))).toBe(tenant.graphUrl + path);
  });
});

describe('single ones', () => {
  test.each([
    ['issues/EX1300001', 200, 'EX1300001'],
    ['issues/ex1300001', 200, 'EX1300001'],
    ["issues('EX1300001')", 200, 'EX1300001'],
    ['issues/EX9999999', 404, undefined],
    ['issues/TM1400000', 404, undefined],
    ['healthOverviews/Exchange%20Online', 200, 'Exchange'],
    ["healthOverviews('Microsoft%20365%20suite')", 200, 'OSDPPlatform'],
    ['healthOverviews/Exchange', 404, undefined],
    ['messages/MC1', 404, undefined],
    ['nothing', 400, undefined],
    ['issues/EX1300001/posts', 400, undefined],
  ])('%s: %i', async (path, status, id) => {
    const tenant = await tenantWith({ announcements: FOUR });
    const reply = await ask(tenant, `${NEWS}/${path}`);
    expect([reply.status, bodyOf(reply)['id']]).toEqual([status, id]);
  });

  test.each([
    ['EX1200003/incidentReport', 200, 'a review is published'],
    ['EX1200003/graph.incidentReport()', 200, 'the same, as the schema writes it'],
    ['EX1200002/incidentReport', 404, 'over, and no review yet'],
    ['EX1300001/incidentReport', 404, 'open'],
    ['EX9999999/incidentReport', 404, 'unknown'],
  ])('%s: %i, for %s', async (path, status) => {
    const tenant = await tenantWith({ announcements: FOUR });
    const reply = await ask(tenant, `${NEWS}/issues/${path}`);
    expect(reply.status).toBe(status);
    if (status === 200) {
      expect(reply.headers['content-type']).toBe('application/octet-stream');
      expect(reply.bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    }
  });

  test('nothing can be written', async () => {
    const tenant = await tenantWith();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        `${tenant.graphUrl}${NEWS}/messages/markRead`,
        { method: 'POST', headers: bearer(tenant), agent: false },
        (response) => resolve(response.resume().statusCode),
      );
      sent.on('error', reject);
      sent.end('{}');
    });
    expect(status).toBe(405);
  });
});

describe('services', () => {
  const statuses = async (options: Partial<TenantOptions>): Promise<Readonly<Record<string, unknown>>> => {
    const tenant = await tenantWith({ announcements: FOUR, ...options });
    const body = bodyOf(await ask(tenant, newsPath('healthOverviews')));
    const pairs = entitiesOf(body).map((each) => [String(each['id']), each['status']] as const);
    return Object.fromEntries<unknown>(pairs);
  };

  test('bear the worst status of what is open under them', async () => {
    const all = await statuses({});
    expect(all).toMatchObject({
      Exchange: 'investigating',
      OSDPPlatform: 'serviceDegradation',
      microsoftteams: 'serviceOperational',
    });
    expect(Object.keys(all).length).toBeGreaterThan(15);
  });

  test('bring all their issues when they are asked to', async () => {
    const tenant = await tenantWith({ announcements: FOUR });
    const body = bodyOf(await ask(tenant, newsPath('healthOverviews', { $expand: 'issues' })));
    const issues = entitiesOf(body).flatMap((each) => entitiesOf({ value: each['issues'] }));
    expect(issues.map((each) => each['id']).sort()).toEqual(ALL);
    const plain = bodyOf(await ask(tenant, newsPath('healthOverviews')));
    expect(entitiesOf(plain).filter((each) => 'issues' in each)).toEqual([]);
  });

  test('bring those of one service', async () => {
    const tenant = await tenantWith({ announcements: FOUR });
    const body = bodyOf(await ask(tenant, newsPath('healthOverviews/Exchange%20Online/issues')));
    expect(entitiesOf(body).map((each) => each['id'])).toEqual(ALL.slice(0, 3));
  });

  test('may lack Exchange, whose issues are told all the same', async () => {
    const quirks = { exchangeListed: false };
    expect(Object.keys(await statuses({ quirks }))).not.toContain('Exchange');
    const tenant = await tenantWith({ announcements: FOUR, quirks });
    expect(entitiesOf(bodyOf(await ask(tenant, newsPath('issues')))).map((each) => each['id'])).toEqual(ALL);
  });
});
