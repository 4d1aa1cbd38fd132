import { X509Certificate } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { openMailAuthority } from '#simulator/smtp/mail-certificate.js';
import { certificateFacts, dnsNamesOf } from '#sources/probe/certificate-facts.js';
import { publicKeyInfoOf } from '#sources/probe/public-key-info.js';

const authority = openMailAuthority();
const issued = (word: Parameters<typeof authority.issue>[1]) =>
  new X509Certificate(authority.issue('mail.fabrikam.example', word).certificatePem);

describe('names of a certificate', () => {
  test.each<[text: string, names: readonly string[], why: string]>([
    ['', [], 'none'],
    ['DNS:a.example', ['a.example'], 'one'],
    [
      'DNS:a.example, IP Address:192.0.2.1, DNS:b.example',
      ['a.example', 'b.example'],
      'addresses are no names',
    ],
    [
      'DNS:"a.example, DNS:forged.example", DNS:b.example',
      ['a.example, DNS:forged.example', 'b.example'],
      'one that looks like two',
    ],
    ['URI:"http://x/, DNS:forged.example", DNS:b.example', ['b.example'], 'another kind that looks like one'],
    ['email:ana@contoso.example, DNS:b.example', ['b.example'], 'mail addresses are no names'],
  ])('%s', (text, names) => {
    expect(dnsNamesOf(text)).toEqual(names);
  });

  test('any text at all is read in one pass', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => Array.isArray(dnsNamesOf(text))));
    expect(dnsNamesOf('DNS:"'.repeat(100_000))).toEqual(['DNS:']);
  });

  test('no more than a hundred are kept, and all are counted', () => {
    const facts = certificateFacts([issued('many-names')]);
    expect(facts?.names).toHaveLength(100);
    expect(facts?.nameCount).toBe(1501);
  });

  test('a forged second name stays part of the first', () => {
    expect(certificateFacts([issued('hostile-name')])?.names).toContain('a.example, DNS:forged.example');
  });
});

test('the public key is hashed as its bytes stand in the certificate', () => {
  for (const word of ['good', 'self-signed', 'many-names', 'hostile-name'] as const) {
    const certificate = issued(word);
    expect(publicKeyInfoOf(certificate.raw)).toEqual(
      certificate.publicKey.export({ type: 'spki', format: 'der' }),
    );
  }
});

test('bytes that are no certificate have no public key, and never throw', () => {
  const { raw } = issued('good');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(raw.length), (bytes, length) => {
      expect(publicKeyInfoOf(Buffer.from(bytes)).length).toBeLessThanOrEqual(bytes.length);
      expect(publicKeyInfoOf(raw.subarray(0, length === raw.length ? 0 : length))).toHaveLength(0);
    }),
  );
});

test('self-signed, issued and above it', () => {
  expect(certificateFacts([issued('self-signed')])?.isSelfSigned).toBe(true);
  expect(certificateFacts([issued('good')])).toMatchObject({
    isSelfSigned: false,
    issuer: 'CN=Simulated mail authority',
  });
  expect(certificateFacts([])).toBeNull();
});

test('a link is one by the signature of the next, not by its name', () => {
  const own = issued('good');
  const [genuine, forged] = [authority.caPem, openMailAuthority().caPem].map(
    (pem) => new X509Certificate(pem),
  );
  const linksWith = (above: X509Certificate | undefined) =>
    certificateFacts(above === undefined ? [own] : [own, above])?.chain.map(
      ({ isSignedByNext }) => isSignedByNext,
    );
  expect(genuine?.subject).toBe(forged?.subject);
  expect([linksWith(genuine), linksWith(forged), linksWith(undefined)]).toEqual([
    [true, false],
    [false, false],
    [false],
  ]);
});
