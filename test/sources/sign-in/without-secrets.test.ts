import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { shownId } from '#sources/sign-in/shown-text.js';
import { withoutSecrets } from '#sources/sign-in/without-secrets.js';

import { ECHOES } from '../../fakes/echoing-gateway.js';
import { appCertificate, statement } from '../../fakes/token-sources.js';
import { canary } from '../../secrets/canary.js';
import { secretIn } from '../../secrets/search.js';

const SECRET = canary('secret');
const TOKEN = statement({ iss: 'https://token.issuer.example' }, new Date(0));

describe('what is known goes in every form', () => {
  test.each(Object.entries(ECHOES))('%s', (_name, echo) => {
    const form = String(new URLSearchParams({ client_secret: SECRET, grant_type: 'client_credentials' }));
    expect(secretIn(withoutSecrets(echo(form), [SECRET]))).toBeNull();
    expect(secretIn(withoutSecrets(echo(`Bearer ${SECRET}`), [SECRET]))).toBeNull();
  });

  test.each<readonly [string, (text: string) => string]>([
    ['plain', (text) => text],
    ['for a URL', encodeURIComponent],
    ['twice for a URL', (text) => encodeURIComponent(encodeURIComponent(text))],
    [
      'for a URL in small letters',
      (text) => encodeURIComponent(text).replaceAll(/%../gu, (byte) => byte.toLowerCase()),
    ],
    ['as JSON', JSON.stringify],
    ['base64', (text) => Buffer.from(text).toString('base64')],
    ['base64url', (text) => Buffer.from(text).toString('base64url')],
    ['hexadecimal', (text) => Buffer.from(text).toString('hex')],
  ])('%s, whatever stands around it', (_name, form) => {
    const words = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '1', '"', '\\', 'ü', ':') });
    fc.assert(
      fc.property(words, words, (before, after) => {
        expect(secretIn(withoutSecrets(form(`${before}${SECRET}${after}`), [SECRET]))).toBeNull();
      }),
    );
  });
});

test.each([
  ['a form', 'grant_type=x&client_secret=abcdefghij0123456789&a=1', 'grant_type=x&client_secret=***&a=1'],
  ['a form for a URL', 'client_secret%3Dabcdefghij0123456789', 'client_secret%3D***'],
  ['JSON', '{"refresh_token":"abcdefghij0123456789","a":1}', '{"refresh_token":"***","a":1}'],
  ['JSON in JSON', String.raw`{\"password\":\"abcdefghij0123456789\"}`, String.raw`{\"password\":\"***\"}`],
  ['a header', 'authorization: Bearer abcdefghij0123456789 ok', 'authorization: Bearer *** ok'],
  ['a token', `got ${TOKEN}.`, 'got ***'],
  ['a token without end', `got ${TOKEN.slice(0, 30)}…`, 'got ***…'],
  ['the secret of an app, as Microsoft makes them', `got abc8Q~${'x1-.'.repeat(9)} here`, 'got *** here'],
  ['an address', 'via http://ann:let-me-in@proxy.example:8080/', 'via http://***@proxy.example:8080/'],
  [
    'a key',
    `read ${appCertificate().pem.split('-----END')[0] ?? ''}-----END PRIVATE KEY----- here`,
    'read *** here',
  ],
  ['half a key', `read ${appCertificate().pem.slice(0, 300)}`, 'read ***'],
])('what nobody knows goes as well: %s', (_what, text, shown) => {
  expect(withoutSecrets(text, [])).toBe(shown);
});

test.each([
  'Basic authentication is disabled, error code: AADSTS7000215',
  '{"code":"InvalidAuthenticationTokenAudience","message":"Access token validation failure."}',
  'See https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#aadsts-error-codes',
  'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation failed.',
  'Trace ID: 9d4f0b1c-6e0e-4b5e-9d5c-0d6c5b7a1f00 Correlation ID: 9d4f0b1c-6e0e-4b5e-9d5c-0d6c5b7a1f00',
  'the password of ann@contoso.example has expired: http://10.0.0.1:8080/ and 2026-06-02T10:00:00Z',
])('what is no secret stays: %s', (text) => {
  expect(withoutSecrets(text, [''])).toBe(text);
});

test('a page full of beginnings takes no longer than it is long', () => {
  for (const part of [
    '//a:',
    'eyJ',
    'code=',
    '-----BEGIN PRIVATE KEY-----',
    'Bearer ',
    'Q~',
    'client_secret="',
  ])
    expect(withoutSecrets(part.repeat(200_000 / part.length), [SECRET])).toBeTypeOf('string');
});

test.each<readonly [string, string | null, string | null]>([
  ['a GUID', '9d4f0b1c-6e0e-4b5e-9d5c-0d6c5b7a1f00', '9d4f0b1c-6e0e-4b5e-9d5c-0d6c5b7a1f00'],
  ['a token', TOKEN, null],
  ['a secret', SECRET, null],
  ['words', 'a b', null],
  ['nothing', '', null],
  ['none', null, null],
])('as the id of a request, %s: %j is %j', (_why, said, id) => {
  expect(shownId(said)).toBe(id);
});
