import { describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { tenantGuidOf } from '#sources/exchange/tenant-guid.js';
import type { Call } from '#sources/http/exchange.js';
import type { Sent } from '#sources/http/send.js';

const GUID = '5f0c3c1e-1111-4000-8000-00000000000a';
const { signal } = new AbortController();

function answered(status: number, body: unknown): Sent {
  return { kind: 'answered', response: { status, headers: new Headers(), body: JSON.stringify(body) } };
}

function learner(tenant: string | null, replies: readonly Sent[]) {
  const calls: Call[] = [];
  const guid = tenantGuidOf({
    ...{ tenant, signInHost: 'login.contoso.example' },
    send: (call) => {
      const reply = replies[calls.push(call) - 1];
      return reply === undefined ? Promise.reject(new Error('asked too often')) : Promise.resolve(reply);
    },
  });
  return { guid, calls };
}

test('a GUID is known, and nobody is asked', async () => {
  const { guid, calls } = learner(GUID.toUpperCase(), []);
  expect([await guid(signal), calls]).toEqual([GUID, []]);
});

test('a domain is looked up once, without a token', async () => {
  const issuer = `https://login.microsoftonline.com/${GUID}/v2.0`;
  const { guid, calls } = learner('Contoso.example', [answered(200, { issuer })]);
  expect([await guid(signal), await guid(signal)]).toEqual([GUID, GUID]);
  expect(calls).toMatchObject([
    {
      path: '/contoso.example/v2.0/.well-known/openid-configuration',
      headers: { accept: 'application/json' },
      json: null,
    },
  ]);
  expect(JSON.stringify(calls)).not.toMatch(/authorization/i);
});

describe('what is in the way is told, and what is needed', () => {
  test.each<[string, string | null, readonly Sent[], string, RegExp, RegExp]>([
    [
      'no tenant at all',
      null,
      [],
      'configuration',
      /no tenant was named/,
      /AZURE_TENANT_ID.*GUID.*domains.*--tenant contoso\.example/,
    ],
    [
      'a name that is neither',
      'contoso',
      [],
      'configuration',
      /"contoso" is neither a GUID nor a domain/,
      /--tenant contoso\.example/,
    ],
    ['a name that would change the path', 'x.example/../y', [], 'configuration', /neither/, /--tenant/],
    [
      'a domain of nobody',
      'nobody.example',
      [answered(400, { error: 'invalid_tenant' })],
      'configuration',
      /knows no tenant with the domain nobody\.example/,
      /--cloud/,
    ],
    [
      'a sign-in service in trouble',
      'x.example',
      [answered(503, {})],
      'unreachable',
      /503.*nothing about mail/,
      /GUID/,
    ],
    ['a throttled sign-in service', 'x.example', [answered(429, {})], 'unreachable', /429/, /Try again/],
    [
      'another kind of server',
      'x.example',
      [answered(200, { issuer: 'https://x.example/' })],
      'protocol',
      /does not answer like a sign-in service/,
      /AZURE_AUTHORITY_HOST/,
    ],
    [
      'an issuer that names every tenant',
      'x.example',
      [answered(200, { issuer: 'https://login.x.example/{tenantid}/v2.0' })],
      'protocol',
      /200/,
      /proxy/,
    ],
    [
      'no name server',
      'x.example',
      [{ kind: 'unanswered', why: 'name', code: 'ENOTFOUND' }],
      'unreachable',
      /login\.contoso\.example could not be resolved/,
      /DNS/,
    ],
    [
      'a certificate of somebody else',
      'x.example',
      [{ kind: 'unanswered', why: 'certificate', code: 'SELF_SIGNED_CERT_IN_CHAIN' }],
      'configuration',
      /not trusted/,
      /--ca-file/,
    ],
  ])('%s', async (_why, tenant, replies, kind, says, remedy) => {
    const { guid } = learner(tenant, replies);
    const failure = await guid(signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      kind,
      message: expect.stringMatching(says) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
  });

  test('a failure is not kept: the next question asks again', async () => {
    const issuer = `https://login.microsoftonline.com/${GUID}/v2.0`;
    const { guid } = learner('x.example', [answered(503, {}), answered(200, { issuer })]);
    await expect(guid(signal)).rejects.toBeInstanceOf(Failure);
    expect(await guid(signal)).toBe(GUID);
  });

  test('a stop is told with its own reason', async () => {
    const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
    const { guid } = learner('x.example', [{ kind: 'unanswered', why: 'stopped', code: 'MC_STOPPED' }]);
    await expect(guid(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
