import { generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';
import { tokenMint } from '#simulator/sign-in/token.js';

import { appCertificate, statement } from '../fakes/token-sources.js';
import { canary } from './canary.js';
import { newSearch, secretIn } from './search.js';

const SECRET = canary('client-secret');
const TOKEN = tokenMint('key').issue({
  ...{ audience: 'https://graph.microsoft.com', tenantId: 't', clientId: 'c', permissions: [], person: null },
  ...{ issuedAt: new Date(0), expiresAt: new Date(3_600_000) },
});
const { pem: KEY, certificatePem } = appCertificate();
const { pem: LOCKED_KEY } = appCertificate('open');
const DER = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  ...{ type: 'pkcs8', format: 'der' },
});

function base64(text: string | Buffer, before = ''): string {
  return Buffer.concat([Buffer.from(before), Buffer.from(text)]).toString('base64');
}

function lines(text: string, width: number): string {
  return text.replaceAll(new RegExp(`.{${width}}`, 'gu'), '$&\n    ');
}

const PLANTED: readonly (readonly [string, string | Buffer])[] = [
  ['as it is', `secret ${SECRET} here`],
  ['in a query', `GET /token?client_secret=${encodeURIComponent(SECRET)}&a=1`],
  ['in a form, where more signs are written another way', String(new URLSearchParams({ code: SECRET }))],
  ['in a URL, sign by sign', Array.from(Buffer.from(SECRET), (byte) => `%${byte.toString(16)}`).join('')],
  ['in base64', base64(SECRET)],
  ['in base64 behind one character', base64(SECRET, 'a')],
  ['in base64 behind two', base64(SECRET, 'ab')],
  ['in base64 for URLs', Buffer.from(`\u00ff\u00fe${SECRET}`).toString('base64url')],
  ['with a user name, as proxies are told', `Basic ${base64(SECRET, 'ann:')}`],
  ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
  ['in hexadecimal, capitals', Buffer.from(SECRET).toString('hex').toUpperCase()],
  ['in UTF-16', Buffer.from(SECRET, 'utf16le')],
  ['in JSON', JSON.stringify({ secret: `"${SECRET}"\n` })],
  ['in JSON in JSON', JSON.stringify(JSON.stringify({ secret: `"${SECRET}"` }))],
  ['in small letters, as names of headers are', SECRET.toLowerCase()],
  ['broken over lines', lines(`The secret ${SECRET} is wrong`, 17)],
  ['in base64 broken over lines', lines(base64(SECRET.repeat(9)), 13)],
  ['with a colour in it', SECRET.replace('Zq7x', 'Zq7x\u001b[31m')],
  ['a token', `Authorization: Bearer ${TOKEN}`],
  ['the first line of a token', TOKEN.slice(0, 60)],
  ['the middle of a token, where it says for whom', TOKEN.split('.')[1] ?? ''],
  ['a token in base64', base64(TOKEN, 'x')],
  ['a token in a URL', encodeURIComponent(`token ${TOKEN}`)],
  ['a token of somebody else', statement({ iss: 'https://token.issuer.example' }, new Date(0))],
  ['one that says first how it is signed', `${base64('{"alg":"PS256","typ":"JWT"}')}.e30.c2ln`],
  ['a private key', KEY],
  ['the inside of a private key', KEY.split('\n').slice(1, 4).join('\n')],
  ['the inside of one with a password', LOCKED_KEY.split('\n').slice(1, 4).join('\n')],
  ['a private key as bytes', DER],
  ['a private key in JSON', JSON.stringify({ key: KEY })],
];

describe('what is found', () => {
  test.each(PLANTED)('%s', (_how, text) => {
    expect(secretIn(text)).not.toBeNull();
  });

  test.each(PLANTED)('%s, wherever the pieces end that it comes in', (_how, text) => {
    const bytes = Buffer.from(text);
    for (let end = 0; end < bytes.length; end += 3) {
      const search = newSearch(1);
      search.add(bytes.subarray(0, end));
      search.add(bytes.subarray(end));
      expect(search.found()).not.toBeNull();
    }
  });

  test('whatever stands around it, in every form', () => {
    const forms = [
      (text: string) => text,
      encodeURIComponent,
      (text: string) => base64(text),
      (text: string) => Buffer.from(text).toString('base64url'),
      (text: string) => base64(base64(text)),
      (text: string) => Buffer.from(text).toString('hex'),
      JSON.stringify,
    ];
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(SECRET, TOKEN), fc.string(), (before, secret, after) => {
        for (const form of forms) expect(secretIn(form(`${before}${secret}${after}`))).not.toBeNull();
      }),
    );
  });
});

describe('what is none', () => {
  test.each([
    ['a certificate', certificatePem],
    ['that of the drill', makeLoopbackCertificate().caPem],
    ['ids', 'd6050d51-0433-4b02-8494-4aab43a79c27 5404442a-4fab-41df-871b-b0c6c9fbdf5a'],
    ['the names of variables', 'set AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH'],
    ['an answer', JSON.stringify({ schema: 'mailcheck.trace/1', data: [{ subject: 'Q3 report' }] })],
    ['any bytes', Buffer.from(Array.from({ length: 65_536 }, (_, n) => (n * 7919) % 256))],
  ])('%s', (_what, text) => {
    expect(secretIn(text)).toBeNull();
  });
});
