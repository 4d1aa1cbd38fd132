import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { rootCertificates } from 'node:tls';

import { afterEach, describe, expect, test } from 'vitest';

import type { RequestLogLine } from '#simulator/request-log.js';
import { readablePath } from '#simulator/request-log.js';
import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';

import { get, LIST, rowsOf } from '../ask.js';
import { delivery, NOW } from '../population.js';

const tenants: Tenant[] = [];
const log: RequestLogLine[] = [];

async function tenantNow(clock: () => Date = () => NOW): Promise<Tenant> {
  log.length = 0;
  const population = [delivery({ receivedAt: new Date(clock().getTime() - 3_600_000) })];
  const tenant = await startTenant({ population, clock, log: (line) => log.push(line) });
  tenants.push(tenant);
  return tenant;
}

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

interface JsonReply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

function askAuthority(
  tenant: Tenant,
  path: string,
  form: Readonly<Record<string, string>> | null,
): Promise<JsonReply> {
  const options = { ca: tenant.caPem, method: form === null ? 'GET' : 'POST', agent: false };
  return new Promise((resolve, reject) => {
    const sent = request(tenant.authorityHost + path, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }),
      );
    });
    sent.on('error', reject);
    sent.end(form === null ? undefined : new URLSearchParams(form).toString());
  });
}

function goodForm(tenant: Tenant): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    client_id: tenant.clientId,
    client_secret: tenant.clientSecret,
    scope: 'https://graph.microsoft.com/.default',
  };
}

describe('the token endpoint', () => {
  test.each<[string, (tenant: Tenant) => Record<string, string>, number, string, number]>([
    ['a wrong secret', () => ({ client_secret: 'guess' }), 401, 'invalid_client', 7000215],
    ['no such application', () => ({ client_id: 'b' }), 400, 'unauthorized_client', 700016],
    ['another flow', () => ({ grant_type: 'password' }), 400, 'unsupported_grant_type', 70003],
    [
      'an unknown resource',
      () => ({ scope: 'https://fabrikam.example/.default' }),
      400,
      'invalid_resource',
      500011,
    ],
    ['a scope that is not .default', () => ({ scope: 'User.Read' }), 400, 'invalid_resource', 500011],
  ])('%s', async (_why, change, status, error, code) => {
    const tenant = await tenantNow();
    const form = { ...goodForm(tenant), ...change(tenant) };
    const reply = await askAuthority(
      tenant,
      `/${tenant.tenantId}/oauth2/v2.0/token?client-request-id=c1`,
      form,
    );
    expect(reply).toMatchObject({ status, body: { error, error_codes: [code], correlation_id: 'c1' } });
    expect(reply.body['error_description']).toMatch(
      new RegExp(`^AADSTS${code}: .* Timestamp: 2026-06-02 17:00:00Z$`, 'u'),
    );
  });

  test('a secret is required', async () => {
    const tenant = await tenantNow();
    const form = Object.fromEntries(
      Object.entries(goodForm(tenant)).filter(([name]) => name !== 'client_secret'),
    );
    const reply = await askAuthority(tenant, `/${tenant.tenantId}/oauth2/v2.0/token`, form);
    expect(reply).toMatchObject({ status: 401, body: { error_codes: [7000216] } });
  });

  test('a token for Exchange is not one for Graph', async () => {
    const tenant = await tenantNow();
    const form = { ...goodForm(tenant), scope: 'https://outlook.office365.com/.default' };
    const reply = await askAuthority(tenant, `/${tenant.tenantId}/oauth2/v2.0/token`, form);
    const token = String(reply.body['access_token']);
    expect((await get(tenant.graphUrl + LIST, { authorization: `Bearer ${token}` })).status).toBe(401);
  });
});

describe('discovery', () => {
  test.each([
    ['by GUID', (tenant: Tenant) => tenant.tenantId],
    ['by domain', () => 'contoso.example'],
  ])('%s leads to the GUID', async (_why, name) => {
    const tenant = await tenantNow();
    const { body } = await askAuthority(
      tenant,
      `/${name(tenant)}/v2.0/.well-known/openid-configuration`,
      null,
    );
    const base = `${tenant.authorityHost}/${tenant.tenantId}`;
    expect(body).toMatchObject({
      issuer: `${base}/v2.0`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    });
  });

  test('an unknown tenant is AADSTS90002', async () => {
    const tenant = await tenantNow();
    const reply = await askAuthority(tenant, '/fabrikam.example/v2.0/.well-known/openid-configuration', null);
    expect(reply).toMatchObject({ status: 400, body: { error_codes: [90002] } });
  });
});

describe('@azure/identity', () => {
  async function credentialOf(
    tenant: Tenant,
    secret: string,
  ): Promise<{ getToken: (scope: string) => Promise<{ token: string }> }> {
    const { ClientSecretCredential } = await import('@azure/identity');
    const options = {
      authorityHost: tenant.authorityHost,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: [...rootCertificates, tenant.caPem].join('\n') },
    };
    return new ClientSecretCredential(tenant.tenantId, tenant.clientId, secret, options);
  }

  test('signs in, and its token opens the trace; the log shows both without a secret', async () => {
    const tenant = await tenantNow(() => new Date());
    const credential = await credentialOf(tenant, tenant.clientSecret);
    const { token } = await credential.getToken('https://graph.microsoft.com/.default');
    const reply = await get(tenant.graphUrl + LIST, { authorization: `Bearer ${token}` });
    expect(rowsOf(reply)).toHaveLength(1);
    const issued = /token ([0-9a-f]{8}) issued/u.exec(
      log.find((line) => line.method === 'POST')?.note ?? '',
    )?.[1];
    expect(log.at(-1)).toMatchObject({ server: 'graph', method: 'GET', path: LIST, status: 200 });
    expect(log.at(-1)?.note).toContain(`token ${issued ?? 'none'}`);
    const everything = JSON.stringify(log);
    expect([everything.includes(tenant.clientSecret), everything.includes(token)]).toEqual([false, false]);
  });

  test('reports a wrong secret by its code', async () => {
    const tenant = await tenantNow(() => new Date());
    const credential = await credentialOf(tenant, 'guess');
    await expect(credential.getToken('https://graph.microsoft.com/.default')).rejects.toThrow(
      /AADSTS7000215/u,
    );
  });
});

test('the certificate names this machine only and is signed by its authority', () => {
  const { caPem, certificatePem } = makeLoopbackCertificate();
  const [ca, server] = [new X509Certificate(caPem), new X509Certificate(certificatePem)];
  expect(server.verify(ca.publicKey)).toBe(true);
  expect([server.checkIssued(ca), ca.ca, server.ca]).toEqual([true, true, false]);
  expect(server.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  expect([server.checkHost('localhost'), server.checkHost('fabrikam.example')]).toEqual([
    'localhost',
    undefined,
  ]);
  expect(new Date(server.validFrom) < NOW && new Date(server.validTo) > NOW).toBe(true);
});

test('the environment of another shell', async () => {
  const tenant = await tenantNow();
  expect(tenant.environment('/tmp/ca.pem')).toEqual({
    MAILCHECK_GRAPH_URL: tenant.graphUrl,
    MAILCHECK_EXCHANGE_URL: tenant.exchangeUrl,
    MAILCHECK_STATUS_URL: tenant.statusUrl,
    MAILCHECK_CONTROL_URL: tenant.controlUrl,
    MAILCHECK_MAIL_HOST: tenant.mailHost,
    AZURE_AUTHORITY_HOST: tenant.authorityHost,
    MAILCHECK_CA_FILE: '/tmp/ca.pem',
    AZURE_TENANT_ID: tenant.tenantId,
    AZURE_CLIENT_ID: tenant.clientId,
    AZURE_CLIENT_SECRET: tenant.clientSecret,
  });
});

test.each([
  ['/a%20b?x=%27y%27&$top=5', "/a b?x='y'&$top=5", 'decoded for reading'],
  [
    '/a?client_secret=abc&client_assertion=def',
    '/a?client_secret=…&client_assertion=…',
    'credentials are taken out',
  ],
  ['/a?q=%E0%A4%A', '/a?q=%E0%A4%A', 'what cannot be decoded stays'],
])('path %s is logged as %s: %s', (url, expected) => {
  expect(readablePath(url)).toBe(expected);
});
