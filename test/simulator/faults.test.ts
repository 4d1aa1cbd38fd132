import { afterEach, describe, expect, test } from 'vitest';

import { FAULT_WORDS, faultAt, faultOf, faultScript, OTHER_HOST } from '#simulator/faults.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';

import { ask, errorOf, get, LIST, listPath, nextLinkOf } from './ask.js';
import { delivery, NOW, numberedId } from './population.js';

const tenants: Tenant[] = [];

async function tenantWith(words: Readonly<Record<number, string>>): Promise<Tenant> {
  const population = [1, 2, 3].map((number) => delivery({ id: numberedId(number) }));
  const tenant = await startTenant({ population, clock: () => NOW, faults: faultScript(words) });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

test.each<[string, number, Readonly<Record<string, string>>, string]>([
  ['429', 429, {}, 'without Retry-After'],
  ['429:315', 429, { 'retry-after': '315' }, 'with seconds'],
  [
    '429:Tue, 02 Jun 2026 17:05:00 GMT',
    429,
    { 'retry-after': 'Tue, 02 Jun 2026 17:05:00 GMT' },
    'with a date',
  ],
  ['503:soon', 503, { 'retry-after': 'soon' }, 'with nonsense'],
  ['html502', 502, { 'content-type': 'text/html; charset=utf-8' }, 'a gateway'],
  ['html200', 200, { 'content-type': 'text/html; charset=utf-8' }, 'a captive portal'],
  ['empty', 200, { 'content-length': '0' }, 'nothing at all'],
  ['redirect:http://192.0.2.1/', 302, { location: 'http://192.0.2.1/' }, 'somewhere else'],
  ['redirect308:http://192.0.2.1/', 308, { location: 'http://192.0.2.1/' }, 'for good'],
])('%s answers %i %j: %s', async (word, status, headers) => {
  const tenant = await tenantWith({ 1: word });
  const reply = await ask(tenant, LIST);
  expect(reply.status).toBe(status);
  expect(reply.headers).toMatchObject(headers);
  expect((await ask(tenant, LIST)).status).toBe(200);
});

test.each(['cut', 'cut@10', 'cut-chunked', 'reset'])('%s breaks the answer off', async (word) => {
  const tenant = await tenantWith({ 1: word });
  await expect(ask(tenant, LIST)).rejects.toThrow(/aborted|hang up|reset/u);
});

test('a stalled request is answered never, and does not keep the tenant from closing', async () => {
  const tenant = await tenantWith({ 1: 'stall' });
  const asked = ask(tenant, LIST).catch(() => 'broken off');
  await ask(tenant, LIST);
  await tenant.close();
  expect(await asked).toBe('broken off');
});

describe('links', () => {
  const firstLink = async (tenant: Tenant): Promise<string> =>
    nextLinkOf(await ask(tenant, listPath({ $top: '1' }))) ?? '';

  test('to another host', async () => {
    const link = new URL(await firstLink(await tenantWith({ 1: 'other-host-nextlink' })));
    expect(link.hostname).toBe(OTHER_HOST);
  });

  test('to the same page for ever', async () => {
    const tenant = await tenantWith({ 1: 'repeat-nextlink' });
    expect(await firstLink(tenant)).toBe(tenant.graphUrl + listPath({ $top: '1' }));
  });

  test('refused although fresh', async () => {
    const tenant = await tenantWith({ 2: 'refuse-skiptoken' });
    const reply = await get(await firstLink(tenant), { authorization: `Bearer ${tenant.issueToken()}` });
    expect([reply.status, errorOf(reply).message]).toEqual([
      400,
      '|System.ArgumentException|Invalid starting recipient address',
    ]);
  });
});

test('each word of the list is a fault', () => {
  const words = FAULT_WORDS.split(', ').map((word) =>
    word.replace('RETRY-AFTER', '9').replace('URL', 'http://x/'),
  );
  expect(words.filter((word) => faultOf(word) === null)).toEqual([]);
});

test('a word that is none is refused by name', () => {
  expect(() => faultScript({ 1: 'cot' })).toThrow(/no such fault: cot/u);
});

test('a fault may last for several requests', () => {
  const script = [{ request: 2, times: 2, fault: { kind: 'empty' } as const }];
  expect([1, 2, 3, 4].map((request) => faultAt(script, request)?.kind)).toEqual([
    undefined,
    'empty',
    'empty',
    undefined,
  ]);
});
