import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isUsable, matchTlsa, type TlsaReference } from '#mailflow/connector/dns/match-tlsa.js';
import type { TlsaRecord } from '#mailflow/connector/dns/tlsa-record.js';
import type { CertificateFacts, ChainLink } from '#mailflow/connector/probe/tls-facts.js';

import { tlsOf } from '../probe/probe-sample.js';
import { linkOf, tlsa } from './dns-sample.js';

const NOW = new Date('2026-06-02T17:30:00Z');
const HOST = 'mail.fabrikam.example';
const [OWN, ABOVE, ROOT] = [linkOf('a'), linkOf('b'), linkOf('c', { isSignedByNext: false })];

function certificateOf(different: Partial<CertificateFacts> = {}): CertificateFacts {
  const { certificate } = tlsOf({}, { chain: [OWN, ABOVE, ROOT], ...different });
  if (certificate === null) throw new Error('the sample has a certificate');
  return certificate;
}

const match = (
  records: readonly TlsaRecord[],
  different: Partial<CertificateFacts> = {},
  reference: Partial<TlsaReference> = {},
) =>
  matchTlsa(records, certificateOf(different), {
    ...{ names: [HOST], endsInOwnList: false, now: NOW },
    ...reference,
  });

describe('a record against a certificate', () => {
  const expired = { validTo: new Date('2026-06-01T00:00:00Z') };
  const otherName = { names: ['other.example'] };

  test.each<[record: TlsaRecord, certificate: Partial<CertificateFacts>, kind: string, why: string]>([
    [tlsa(`3 1 1 ${OWN.publicKeySha256}`), {}, 'matches', 'the key of the host'],
    [tlsa(`3 1 2 ${OWN.publicKeySha512}`), {}, 'matches', 'by SHA-512'],
    [tlsa(`3 0 1 ${OWN.certificateSha256}`), {}, 'matches', 'the certificate of the host'],
    [tlsa(`3 0 2 ${OWN.certificateSha512}`), {}, 'matches', 'by SHA-512'],
    [tlsa('3 0 0 3082', OWN.certificateSha256), {}, 'matches', 'given whole'],
    [tlsa('3 1 0 3059', OWN.publicKeySha256), {}, 'matches', 'the key, given whole'],
    [tlsa('3 1 0 3059', OWN.certificateSha256), {}, 'differs', 'a certificate where a key is meant'],
    [tlsa(`3 0 1 ${OWN.publicKeySha256}`), {}, 'differs', 'a key where a certificate is meant'],
    [tlsa(`3 1 1 ${ABOVE.publicKeySha256}`), {}, 'differs', 'the authority is not the host'],
    [tlsa(`3 1 1 ${OWN.publicKeySha256}`), expired, 'matches', 'the record vouches, not the dates'],
    [tlsa(`3 1 1 ${OWN.publicKeySha256}`), otherName, 'matches', 'nor the name'],
    [tlsa(`3 1 1 ${OWN.publicKeySha256}`), { chain: [] }, 'differs', 'no chain'],
    [tlsa(`2 1 1 ${ABOVE.publicKeySha256}`), {}, 'matches', 'the authority above'],
    [tlsa(`2 0 2 ${ROOT.certificateSha512}`), {}, 'matches', 'the one above that'],
    [tlsa(`2 1 1 ${OWN.publicKeySha256}`), {}, 'differs', 'the host is not its own authority'],
    [tlsa(`2 1 1 ${ABOVE.publicKeySha256}`), expired, 'differs', 'out of date'],
    [tlsa(`2 1 1 ${ABOVE.publicKeySha256}`), { validTo: null }, 'differs', 'a date that nobody can read'],
    [tlsa(`2 1 1 ${ABOVE.publicKeySha256}`), otherName, 'differs', 'another name'],
    [
      tlsa(`2 1 1 ${ABOVE.publicKeySha256}`),
      { ...otherName, nameCount: 300 },
      'unknown',
      'the right name may be among those not kept',
    ],
    [
      tlsa(`2 1 1 ${ABOVE.publicKeySha256}`),
      { chain: [linkOf('a', { isSignedByNext: false }), ABOVE] },
      'differs',
      'an authority that is only sent along',
    ],
    [
      tlsa(`2 1 1 ${ROOT.publicKeySha256}`),
      { chain: [OWN, linkOf('b', { isSignedByNext: false }), ROOT] },
      'differs',
      'a chain with a gap in it',
    ],
    [tlsa('2 0 0 3082'), {}, 'unknown', 'an authority that the record holds and the host does not send'],
  ])('%j', (record, certificate, kind) => {
    expect(isUsable(record)).toBe(true);
    expect(match([record], certificate).kind).toBe(kind);
  });

  test('the domain whose mail it takes is a name as good as the host', () => {
    const record = tlsa(`2 1 1 ${ABOVE.publicKeySha256}`);
    const certificate = { names: ['*.contoso.example', 'contoso.example'] };
    expect(match([record], certificate).kind).toBe('differs');
    expect(match([record], certificate, { names: [HOST, 'contoso.example'] }).kind).toBe('matches');
  });

  test.each<[record: TlsaRecord, kind: string, why: string]>([
    [
      tlsa(`2 1 1 ${ROOT.publicKeySha256}`),
      'unknown',
      'the root may come from our own list, and senders have none',
    ],
    [tlsa('2 0 0 3082', ROOT.certificateSha256), 'matches', 'unless the record holds it'],
    [tlsa(`2 1 1 ${ABOVE.publicKeySha256}`), 'matches', 'what stands below it was sent'],
    [tlsa(`3 1 1 ${OWN.publicKeySha256}`), 'matches', 'the own one as well'],
  ])('where the chain ends in our own list: %j', (record, kind) => {
    expect(match([record], {}, { endsInOwnList: true }).kind).toBe(kind);
  });

  test('of several one is enough, and each of the others has a word', () => {
    const [good, bad] = [tlsa(`3 1 1 ${OWN.publicKeySha256}`), tlsa(`3 1 1 ${'9'.repeat(64)}`)];
    expect(match([bad, good])).toEqual({ kind: 'matches', record: good });
    expect(match([bad, tlsa(`2 0 1 ${'8'.repeat(64)}`)])).toEqual({
      kind: 'differs',
      faults: [
        '3 1 1 9999999999999999…: the host has another key.',
        '2 0 1 8888888888888888…: no such authority is sent along.',
      ],
    });
  });
});

test.each<[text: string, why: string]>([
  [`0 1 1 ${OWN.publicKeySha256}`, 'leans on authorities that senders do not have'],
  [`1 1 1 ${OWN.publicKeySha256}`, 'the same'],
  [`4 1 1 ${OWN.publicKeySha256}`, 'no such usage'],
  [`255 1 1 ${OWN.publicKeySha256}`, 'for private use'],
  [`3 2 1 ${OWN.publicKeySha256}`, 'no such selector'],
  [`3 1 3 ${OWN.publicKeySha256}`, 'no such matching type'],
  [`3 1 1 ${OWN.publicKeySha512}`, 'a hash that is too long'],
  [`3 1 2 ${OWN.publicKeySha256}`, 'one that is too short'],
  ['3 1 1 ', 'no hash'],
  ['3 1 0 ', 'nothing given whole'],
])('%s cannot be used: %s', (text) => {
  expect(isUsable(tlsa(text))).toBe(false);
});

describe('for any records and chain', () => {
  const letters = fc.constantFrom('a', 'b', 'c', 'd');
  const chains = fc.array(
    fc.tuple(letters, fc.boolean()).map(([letter, isSignedByNext]) => linkOf(letter, { isSignedByNext })),
    { minLength: 1, maxLength: 4 },
  );
  const records = fc.array(
    fc
      .record({
        letter: letters,
        usage: fc.constantFrom(2, 3),
        selector: fc.constantFrom(0, 1),
        matchingType: fc.constantFrom(0, 1, 2),
      })
      .map(({ letter, usage, selector, matchingType }): TlsaRecord => {
        const link = linkOf(letter);
        const [short, long] =
          selector === 1
            ? [link.publicKeySha256, link.publicKeySha512]
            : [link.certificateSha256, link.certificateSha512];
        const association = ['3082', short, long][matchingType] ?? '';
        return { usage, selector, matchingType, association, associationSha256: short };
      }),
    { maxLength: 4 },
  );
  /** Written from RFC 7672 apart from the program: by letters, where that one goes by hashes. */
  const isVouchedFor = (record: TlsaRecord, chain: readonly ChainLink[]): boolean => {
    const letter = record.associationSha256[0];
    if (record.usage === 3) return chain[0]?.subject === `CN=${letter ?? ''}`;
    const at = chain.findIndex(({ subject }, index) => index > 0 && subject === `CN=${letter ?? ''}`);
    return at > 0 && chain.slice(0, at).every(({ isSignedByNext }) => isSignedByNext);
  };

  test('it matches when one of them vouches, in any order', () => {
    fc.assert(
      fc.property(records, chains, (given, chain) => {
        const expected = given.some((record) => isVouchedFor(record, chain));
        const [onward, back] = [match(given, { chain }), match(given.toReversed(), { chain })];
        return (onward.kind === 'matches') === expected && onward.kind === back.kind;
      }),
      { numRuns: 2000 },
    );
  });

  test('what is left off is never what made it match, and each that failed has a word', () => {
    fc.assert(
      fc.property(records, chains, (given, chain) => {
        const result = match(given, { chain });
        return result.kind === 'matches'
          ? given.includes(result.record)
          : result.faults.length === given.length;
      }),
    );
  });
});
