import { afterEach, describe, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { delivery, NOW } from '../population.js';
import { bodyOf, headersOf, invoke, placeOf, post, rowsOf, warningsOf } from './invoke.js';

const tenants: Tenant[] = [];

async function tenantWith(options: Partial<TenantOptions> = {}): Promise<Tenant> {
  const tenant = await startTenant({ population: [delivery()], clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

const LIST = 'Get-MessageTraceV2';
const DETAIL = 'Get-MessageTraceDetailV2';
const KEY = { MessageTraceId: delivery().id, RecipientAddress: delivery().recipient };

describe('who may run a cmdlet', () => {
  test.each<[string, Partial<TenantOptions>, Readonly<Record<string, string>>, string, number]>([
    ['all is set up', {}, {}, LIST, 200],
    ['no token', {}, { authorization: '' }, LIST, 401],
    ['a made-up token', {}, { authorization: 'Bearer a.b.c' }, LIST, 401],
    ['neither permission nor role', { exchangeOnboarding: 'permission-missing' }, {}, LIST, 401],
    ['the permission and no role', { exchangeOnboarding: 'role-missing' }, {}, LIST, 403],
    ['a role that lacks the other cmdlet', { exchangeOnboarding: 'detail-role-missing' }, {}, LIST, 200],
    ['a role that lacks this cmdlet', { exchangeOnboarding: 'detail-role-missing' }, {}, DETAIL, 403],
    ['a cmdlet that nobody knows, as the first version', {}, {}, 'Get-MessageTrace', 403],
    ['no anchor: sent elsewhere', {}, { 'x-anchormailbox': '' }, LIST, 302],
    ['the anchor of another tenant', {}, { 'x-anchormailbox': 'UPN:ann@fabrikam.example' }, LIST, 302],
  ])('%s', async (_why, options, headers, cmdlet, status) => {
    const tenant = await tenantWith(options);
    const reply = await invoke(tenant, cmdlet, cmdlet === DETAIL ? KEY : {}, headers);
    expect(reply.status).toBe(status);
    if (status === 401) expect(reply.bytes).toHaveLength(0);
    if (status === 403) {
      expect(reply.bytes.length).toBeGreaterThan(1000);
      expect(reply.bytes.every((byte) => byte === 0)).toBe(true);
    }
  });

  test('the token of Graph is refused, and that of Exchange by Graph', async () => {
    const tenant = await tenantWith();
    const reply = await invoke(tenant, LIST, {}, { authorization: `Bearer ${tenant.issueToken()}` });
    expect(reply.status).toBe(401);
  });

  test.each([
    ['GET', '/adminapi/beta/TENANT/InvokeCommand'],
    ['POST', '/adminapi/v1.0/TENANT/InvokeCommand'],
    ['POST', '/adminapi/beta/contoso.example/InvokeCommand'],
  ])('%s %s is not the place', async (method, path) => {
    const tenant = await tenantWith();
    const url = tenant.exchangeUrl + path.replace('TENANT', tenant.tenantId);
    expect((await post(url, '{}', headersOf(tenant), method)).status).toBe(405);
  });

  test.each([
    '',
    '{',
    '[]',
    '{"CmdletInput":{}}',
    `{"CmdletInput":{"CmdletName":"${LIST}","Parameters":null}}`,
  ])('the body %j is refused in words that help nobody, with the real ones inside', async (body) => {
    const tenant = await tenantWith();
    const reply = await post(placeOf(tenant), body, headersOf(tenant));
    expect(reply.status).toBe(400);
    expect(bodyOf(reply)['error']).toMatchObject({
      message: 'Invalid Operation',
      innererror: { internalexception: { type: 'System.ArgumentException' } },
    });
  });
});

test('a quota of its own: what Graph has spent does not count', async () => {
  const quota = { requests: 2, windowSeconds: 300, shared: true, retryAfter: 'always' } as const;
  const tenant = await tenantWith({ quirks: { quota } });
  const statuses = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await invoke(tenant, LIST)).status);
  expect(statuses).toEqual([200, 200, 429]);
});

describe('faults', () => {
  test.each<[string, number, RegExp]>([
    ['concurrency', 429, /^You have reached the maximum number of concurrent requests per tenant\./u],
    ['concurrency400', 400, /^You have reached the maximum number of concurrent requests per tenant\./u],
    ['nul', 403, /^\0+$/u],
    ['nul-gzip', 403, /^\0+$/u],
    ['401', 401, /^$/u],
    ['503:7', 503, /busy/u],
    ['html200', 200, /^<!DOCTYPE html>/u],
    ['redirect:https://fabrikam.example/', 302, /html/u],
  ])('%s answers %i', async (word, status, body) => {
    const tenant = await tenantWith({ exchangeFaults: faultScript({ 1: word }) });
    const reply = await invoke(tenant, LIST);
    expect(reply.status).toBe(status);
    expect(reply.bytes.toString()).toMatch(body);
    expect((await invoke(tenant, LIST)).status).toBe(200);
  });

  test('NUL bytes may be called gzip, which they are not', async () => {
    const tenant = await tenantWith({ exchangeFaults: faultScript({ 1: 'nul-gzip' }) });
    const reply = await invoke(tenant, LIST, {}, { 'accept-encoding': 'gzip' });
    expect(reply.headers['content-encoding']).toBe('gzip');
    expect(reply.bytes[0]).toBe(0);
  });

  test('a warning and no value', async () => {
    const tenant = await tenantWith({ exchangeFaults: faultScript({ 1: 'null-value' }) });
    const reply = await invoke(tenant, LIST);
    expect([rowsOf(reply), warningsOf(reply)]).toEqual([null, [expect.stringMatching(/\S/u)]]);
  });
});
