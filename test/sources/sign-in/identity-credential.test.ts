/** The one place where the real sign-in library meets a sign-in service: over https, on this machine. */
import { createServer, type Server } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { startTenant, type Tenant } from '#simulator/tenant.js';
import type { CredentialSettings, TokenReply } from '#sources/sign-in/credential.js';
import { environmentTokens } from '#sources/sign-in/environment-tokens.js';
import { identityAsker } from '#sources/sign-in/identity-credential.js';

import { virtualClock } from '../../fakes/virtual-clock.js';
import { get, LIST } from '../../simulator/ask.js';

const askIdentity = identityAsker({});

const SCOPE = 'https://graph.microsoft.com/.default';
const WRONG_SECRET = 'canary~wrong-secret-5b1d';

let tenant: Tenant;
const asked: string[] = [];
beforeAll(async () => {
  tenant = await startTenant({
    population: [],
    clock: () => new Date(),
    log: ({ server, path, status }) => void asked.push(`${server} ${path} ${status}`),
  });
});
afterAll(() => tenant.close());

function settings(changes: Partial<CredentialSettings> = {}): CredentialSettings {
  return {
    tenantId: tenant.tenantId,
    clientId: tenant.clientId,
    proof: { kind: 'secret', secret: tenant.clientSecret },
    authorityHost: tenant.authorityHost,
    isKnownCloud: false,
    caPem: tenant.caPem,
    proxy: null,
    ...changes,
  };
}

async function heardFrom(work: Promise<TokenReply>): Promise<unknown> {
  const reply = await work;
  return reply.ok ? 'a token' : reply.heard;
}

test('the right secret gives a token that Graph takes, for about an hour', async () => {
  const before = Date.now();
  const reply = await askIdentity(settings(), SCOPE, undefined);
  if (!reply.ok) throw new Error('refused', { cause: reply.cause });
  const { token, expiresAt } = reply.token;
  expect((expiresAt.getTime() - before) / 60_000).toBeCloseTo(60, -1);
  const response = await get(`${tenant.graphUrl}${LIST}`, { authorization: `Bearer ${token}` });
  expect(response.status).toBe(200);
});

test('a wrong secret is asked for once, and what the service says is heard', async () => {
  asked.length = 0;
  const wrong = settings({ proof: { kind: 'secret', secret: WRONG_SECRET } });
  expect(await heardFrom(askIdentity(wrong, SCOPE, undefined))).toMatchObject({
    kind: 'answer',
    status: 401,
    body: expect.stringContaining('AADSTS7000215') as string,
  });
  expect(asked.filter((line) => line.includes('/token'))).toEqual([
    expect.stringMatching(/^sign-in \S+\/oauth2\/v2\.0\/token\S* 401$/),
  ]);
});

test('a person is told of it without the secret', async () => {
  const tokens = environmentTokens({
    env: {
      AZURE_TENANT_ID: tenant.tenantId,
      AZURE_CLIENT_ID: tenant.clientId,
      AZURE_CLIENT_SECRET: WRONG_SECRET,
      AZURE_AUTHORITY_HOST: tenant.authorityHost,
    },
    caPem: tenant.caPem,
    clock: virtualClock('2026-06-30T12:00:00Z'),
    onNotice: () => undefined,
  });
  const failure = await tokens.token(SCOPE).catch((error: unknown) => error);
  if (!(failure instanceof Failure)) throw new Error('expected a Failure', { cause: failure });
  expect(failure).toMatchObject({
    kind: 'sign-in',
    message: expect.stringContaining('AADSTS7000215') as string,
    remedy: expect.stringContaining('AZURE_CLIENT_SECRET') as string,
  });
  expect(`${failure.message}${failure.remedy}${failure.stack ?? ''}`).not.toContain(WRONG_SECRET);
});

describe('a service that cannot be talked to', () => {
  let silent: Server;
  let silentHost = '';
  beforeAll(async () => {
    silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    silentHost = `https://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  });
  afterAll(() => void silent.close());

  test('a certificate that nobody vouches for ends it before the secret is sent', async () => {
    asked.length = 0;
    expect(await heardFrom(askIdentity(settings({ caPem: null }), SCOPE, undefined))).toEqual({
      kind: 'network',
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    expect(asked).toEqual([]);
  });

  test('a port where nobody listens', async () => {
    const nobody = settings({ authorityHost: 'https://127.0.0.1:9' });
    expect(await heardFrom(askIdentity(nobody, SCOPE, undefined))).toEqual({
      kind: 'network',
      code: 'ECONNREFUSED',
    });
  });

  test('silence ends when whoever asked has had enough', async () => {
    const controller = new AbortController();
    silent.once('connection', () => controller.abort());
    const reply = await askIdentity(settings({ authorityHost: silentHost }), SCOPE, controller.signal);
    expect(reply.ok).toBe(false);
  });
});
