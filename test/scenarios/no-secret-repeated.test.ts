/**
 * Why: what refuses us on the way may repeat what we sent, and our failure tells what it said; in a log that would be a
 * secret. Tenant: none; a gateway that repeats every question in its refusal. Requests: one or two a run.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Echo, ECHOES, type EchoingGateway, startEchoingGateway } from '../fakes/echoing-gateway.js';
import { appCertificate, statement } from '../fakes/token-sources.js';
import { canary, READY_TOKEN } from '../secrets/canary.js';
import { TALKATIVE } from '../secrets/secret-variables.js';
import { runMailcheck } from './run-mailcheck.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'mailcheck-repeated-'));
const FORMS = Object.keys(ECHOES) as Echo[];
const gateways = new Map<string, EchoingGateway>();
beforeAll(async () => {
  for (const form of FORMS) {
    const gateway = await startEchoingGateway(form);
    gateways.set(form, gateway);
    writeFileSync(join(FOLDER, `${form}.pem`), gateway.caPem);
  }
  writeFileSync(join(FOLDER, 'app.pem'), appCertificate().pem, { mode: 0o600 });
  writeFileSync(join(FOLDER, 'secret'), canary('secret-of-a-file'), { mode: 0o600 });
  writeFileSync(join(FOLDER, 'token'), statement({ iss: 'https://token.issuer.example' }, new Date()));
});
afterAll(async () => {
  await Promise.all([...gateways.values()].map((gateway) => gateway.close()));
  await rm(FOLDER, { recursive: true, force: true });
});

const APP = { AZURE_TENANT_ID: 'contoso.example', AZURE_CLIENT_ID: '22222222-2222-4222-8222-222222222222' };
const SERVICE_TOKEN = `${Buffer.from('{"typ":"JWT","alg":"RS256"}').toString('base64url')}.${Buffer.from('{"aud":"x"}').toString('base64url')}.c2lnbmVk`;

const PROOFS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a secret of a variable', { ...APP, AZURE_CLIENT_SECRET: canary('secret') }],
  ['a secret of a file', { ...APP, MAILCHECK_SECRET_FILE: join(FOLDER, 'secret') }],
  [
    'a certificate',
    { ...APP, AZURE_CLIENT_CERTIFICATE_PATH: join(FOLDER, 'app.pem'), AZURE_CLIENT_CERTIFICATE_PASSWORD: '' },
  ],
  [
    'a federated token',
    { ...APP, MAILCHECK_SIGN_IN: 'federated-token', AZURE_FEDERATED_TOKEN_FILE: join(FOLDER, 'token') },
  ],
  ['a ready token', { MAILCHECK_GRAPH_TOKEN: READY_TOKEN, MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN }],
  [
    'a ready token that is signed',
    { MAILCHECK_GRAPH_TOKEN: SERVICE_TOKEN, MAILCHECK_EXCHANGE_TOKEN: SERVICE_TOKEN },
  ],
];

function surroundings(form: Echo): Readonly<Record<string, string>> {
  const { authorityHost, serviceUrl } = gateways.get(form) ?? expect.fail('no gateway');
  return {
    ...{ AZURE_AUTHORITY_HOST: authorityHost, MAILCHECK_CA_FILE: join(FOLDER, `${form}.pem`) },
    ...{
      MAILCHECK_GRAPH_URL: serviceUrl,
      MAILCHECK_EXCHANGE_URL: serviceUrl,
      MAILCHECK_STATUS_URL: serviceUrl,
    },
    ...{ MAILCHECK_CONTROL_URL: serviceUrl, AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111' },
  };
}

describe.each(FORMS)('repeated %s', (form) => {
  test.concurrent.each(PROOFS)(
    '%s',
    async (_what, env) => {
      const all = { ...surroundings(form), ...env, ...TALKATIVE };
      for (const line of ['trace --via graph --format json --verbose', 'trace --via exchange --verbose']) {
        const run = await runMailcheck([...line.split(' '), '--timeout', '20s'], { env: all });
        expect([line, run.exitCode]).toEqual([line, expect.toBeOneOf([3, 4])]);
        expect(run.stderr).not.toBe('');
      }
    },
    60_000,
  );
});
