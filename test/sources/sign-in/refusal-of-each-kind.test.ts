/**
 * What each kind of credential is told of each trouble that it can hear, as a table for people to read. The page beside it
 * is that table; read it before you accept it.
 */
import { describe, expect, test } from 'vitest';

import type { Failure } from '#failure.js';
import { newSubject, serverCertificate } from '#simulator/sign-in/certificate.js';
import type { ClientProof, CredentialKind, CredentialSettings, Heard } from '#sources/sign-in/credential.js';
import { signInFailure } from '#sources/sign-in/sign-in-failure.js';
import { passingState } from '#sources/sign-in/sign-in-memory.js';

const NOW = new Date('2026-06-30T12:00:00Z');
/** The clock of this machine is an hour behind. */
const SERVICE_DATE = 'Tue, 30 Jun 2026 13:00:00 GMT';
const FAULTS = ['expired', 'revoked', 'wrong tenant', 'wrong clock', 'throttled'] as const;
type Fault = (typeof FAULTS)[number];

/** What is heard; or why that kind never hears of it. */
type Cell = Heard | { readonly never: string } | { readonly cli: string };

function refused(code: number, status = 401): Heard {
  const body = { error: 'invalid_client', error_description: `AADSTS${code}: words.`, error_codes: [code] };
  return answer(status, body);
}

function answer(status: number, body: object, retryAfter: string | null = null): Heard {
  return { kind: 'answer', status, body: JSON.stringify(body), retryAfter, date: SERVICE_DATE, secrets: [] };
}

const never = (why: string): Cell => ({ never: why });
const THROTTLED = answer(429, {}, '41');
const NO_TENANT = refused(90002, 400);

const FEDERATED: Readonly<Record<Fault, Cell>> = {
  expired: refused(700024),
  revoked: refused(700213),
  'wrong tenant': NO_TENANT,
  'wrong clock': never('its issuer signs, by a clock that is not ours'),
  throttled: THROTTLED,
};
const PERSON: Readonly<Record<Fault, Cell>> = {
  expired: refused(700082, 400),
  revoked: refused(50173, 400),
  'wrong tenant': NO_TENANT,
  'wrong clock': never('nothing is signed here'),
  throttled: THROTTLED,
};

const HEARD: Readonly<Record<CredentialKind, Readonly<Record<Fault, Cell>>>> = {
  'client-secret': {
    expired: refused(7000222),
    revoked: refused(7000215),
    'wrong tenant': NO_TENANT,
    'wrong clock': never('nothing is signed here'),
    throttled: THROTTLED,
  },
  certificate: {
    expired: refused(700027),
    revoked: refused(700027),
    'wrong tenant': NO_TENANT,
    'wrong clock': refused(700024),
    throttled: THROTTLED,
  },
  'managed-identity': {
    expired: never('Azure renews what it signs in with'),
    revoked: answer(400, { error: 'invalid_request', error_description: 'Identity not found' }),
    'wrong tenant': never('it has one tenant, and nobody names it'),
    'wrong clock': never('nothing is signed here'),
    throttled: THROTTLED,
  },
  'federated-token': FEDERATED,
  github: FEDERATED,
  'azure-pipelines': FEDERATED,
  'device-code': PERSON,
  browser: PERSON,
  'azure-cli': {
    expired: { cli: 'ERROR: AADSTS700082: The refresh token has expired. az login' },
    revoked: { cli: 'ERROR: AADSTS50173: The provided grant has expired. az login' },
    'wrong tenant': { cli: 'ERROR: AADSTS90002: Tenant not found.' },
    'wrong clock': never('az tells nothing of it'),
    throttled: { cli: 'ERROR: AADSTS50196: A client loop has been detected.' },
  },
};

function certificate(until: string): string {
  const validity = { from: new Date('2020-01-01T00:00:00Z'), until: new Date(until), names: ['mailcheck'] };
  return serverCertificate(newSubject('mailcheck'), newSubject('issuer'), validity);
}
const ENDED = certificate('2026-05-01T00:00:00Z');
const GOOD = certificate('2027-05-01T00:00:00Z');

function proofOf(kind: CredentialKind, fault: Fault): ClientProof {
  switch (kind) {
    case 'client-secret':
      return { kind: 'secret', secret: 'canary' };
    case 'certificate': {
      const pem = fault === 'expired' ? ENDED : GOOD;
      return { kind, path: '/etc/app.pem', pem, password: null, sendChain: false };
    }
    case 'managed-identity':
      return { kind, identity: null };
    case 'azure-cli':
      return { kind };
    case 'federated-token':
      return { kind: 'assertion', source: { kind: 'file', path: '/var/run/token' } };
    case 'github':
      return { kind: 'assertion', source: { kind, url: 'https://x', bearer: 'b' } };
    case 'azure-pipelines':
      return { kind: 'assertion', source: { kind, url: 'https://x', bearer: 'b', serviceConnection: 'c' } };
    case 'device-code':
    case 'browser':
      return {
        ...{ kind: 'person', way: kind, state: passingState(), prompt: null },
        again: 'mailcheck login --profile contoso',
      };
  }
}

function failureOf(kind: CredentialKind, fault: Fault, cell: Heard | { readonly cli: string }): Failure {
  const settings: CredentialSettings = {
    ...{ tenantId: 'contoso.example', clientId: '22222222-2222-4222-8222-222222222222' },
    ...{ proof: proofOf(kind, fault), authorityHost: 'https://login.microsoftonline.com' },
    ...{ isKnownCloud: true, caPem: null, proxy: null },
  };
  const reply =
    'cli' in cell
      ? { heard: { kind: 'nothing' as const }, cause: new Error(cell.cli) }
      : { heard: cell, cause: null };
  return signInFailure({ ok: false, ...reply }, { settings, now: NOW, signal: undefined });
}

const KINDS = Object.keys(HEARD) as readonly CredentialKind[];

function told(kind: CredentialKind): readonly (readonly [Fault, Failure])[] {
  return FAULTS.flatMap((fault) => {
    const cell = HEARD[kind][fault];
    return 'never' in cell ? [] : [[fault, failureOf(kind, fault, cell)] as const];
  });
}

function pageOf(kind: CredentialKind): string {
  const lines = FAULTS.map((fault) => {
    const cell = HEARD[kind][fault];
    if ('never' in cell) return `  ${fault}: never (${cell.never})`;
    const { kind: word, message, remedy } = failureOf(kind, fault, cell);
    // Made anew for each run.
    const fixed = message.replace(/thumbprint is [0-9A-F]{40}/u, 'thumbprint is …');
    return `  ${fault} [${word}]: ${fixed}\n    ${remedy}`;
  });
  return [kind, ...lines].join('\n');
}

test('the whole table', async () => {
  await expect(`${KINDS.map(pageOf).join('\n\n')}\n`).toMatchFileSnapshot('golden/refusals.txt');
});

describe.each(KINDS)('%s', (kind) => {
  test('each trouble has a sentence of its own', () => {
    const sentences = told(kind).map(([, { message }]) => message.replace(/AADSTS\d+|status \d+/gu, ''));
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  test('what may pass is told apart from what stays', () => {
    for (const [fault, failure] of told(kind))
      expect([fault, failure.kind]).toEqual([fault, fault === 'throttled' ? 'throttled' : 'sign-in']);
  });

  test('sentences are whole, and none tells of a secret that nobody has there', () => {
    const isOfSecret = kind === 'client-secret';
    for (const [, { message, remedy }] of told(kind)) {
      expect(message).toMatch(/[^.]\.$/u);
      expect(remedy).toMatch(/[^.]\.$/u);
      expect(message + remedy).not.toContain('canary');
      if (!isOfSecret) expect(remedy).not.toMatch(/AZURE_CLIENT_SECRET|secret file/u);
    }
  });
});

test.each<readonly [CredentialKind, Heard | { readonly cli: string }, string, RegExp, string]>([
  ['device-code', refused(53003), 'sign-in', /--kind browser may be let in/u, 'many tenants block the code'],
  [
    'browser',
    refused(53003),
    'sign-in',
    /^Let an administrator admit this app[^]*Access\.$/u,
    'and not this',
  ],
  ['device-code', refused(7000218), 'sign-in', /Allow public client flows/u, 'a setting of the app'],
  ['client-secret', refused(7000216), 'sign-in', /^Give a secret/u, 'the same for a service'],
  ['azure-cli', { cli: 'AADSTS65002: x' }, 'sign-in', /registration of your own/u, 'no login helps there'],
  ['azure-cli', { cli: 'AADSTS90038: x' }, 'sign-in', /--cloud gcc-high/u, 'nor there'],
  ['azure-cli', { cli: 'not found' }, 'sign-in', /^Install Azure CLI/u, 'all that can be told'],
  ['managed-identity', refused(50196, 400), 'throttled', /^Wait some minutes/u, 'told in its place'],
  ['managed-identity', refused(7000112, 400), 'sign-in', /Enterprise applications/u, 'disabled, not absent'],
  ['client-secret', refused(90036, 400), 'sign-in', /support case/u, 'Microsoft says not to try again'],
  ['client-secret', refused(90024, 400), 'throttled', /Try again/u, 'and here that it may pass'],
])('%s hears %j: %s, %s (%s)', (kind, cell, word, remedy) => {
  const failure = failureOf(kind, 'revoked', cell);
  expect([failure.kind, failure.remedy]).toEqual([word, expect.stringMatching(remedy)]);
});
