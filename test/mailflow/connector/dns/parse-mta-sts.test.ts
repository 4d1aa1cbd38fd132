import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { MtaStsPolicy } from '#mailflow/connector/dns/mta-sts-policy.js';
import { isStsRecord, parseStsPolicy, parseStsRecord } from '#mailflow/connector/dns/parse-mta-sts.js';

const lines = (...text: readonly string[]): string => text.join('\r\n');
const ENFORCE: MtaStsPolicy = {
  mode: 'enforce',
  mxPatterns: ['mail.contoso.example'],
  maxAgeSeconds: 604_800,
};

describe('a policy', () => {
  test.each<[text: string, policy: Partial<MtaStsPolicy>, why: string]>([
    [
      lines('version: STSv1', 'mode: enforce', 'mx: mail.contoso.example', 'max_age: 604800', ''),
      ENFORCE,
      'as in the book',
    ],
    ['version:STSv1\nmode:enforce\nmx:mail.contoso.example\nmax_age:604800', ENFORCE, 'line feeds, no gaps'],
    [
      lines('max_age: 604800', 'mx: Mail.Contoso.example.', 'mode: enforce', 'version: STSv1'),
      ENFORCE,
      'any order, any case',
    ],
    [
      lines('version: STSv1', 'mode: enforce', 'mode: none', 'mx: mail.contoso.example', 'max_age: 604800'),
      ENFORCE,
      'the first of two holds',
    ],
    [
      lines('version: STSv1', 'mode: enforce', 'report: x:y', 'mx: mail.contoso.example', 'max_age: 604800'),
      ENFORCE,
      'fields that nobody knows',
    ],
    [
      lines('version: STSv1', 'mode: none', 'max_age: 0'),
      { mode: 'none', mxPatterns: [], maxAgeSeconds: 0 },
      'withdrawn, no hosts',
    ],
    [
      lines('version: STSv1', 'mode: testing', 'mx: *.contoso.example', 'max_age: 9999999999'),
      { mode: 'testing', mxPatterns: ['*.contoso.example'], maxAgeSeconds: 31_557_600 },
      'longer than the longest',
    ],
  ])('%j', (text, policy) => {
    expect(parseStsPolicy(text)).toMatchObject({ ok: true, value: policy });
  });

  test.each<[text: string, at: number, why: string]>([
    ['', 0, 'nothing'],
    [lines('version: STSv2', 'mode: none', 'max_age: 1'), 1, 'another version'],
    [lines('version: STSv1', 'mode: strict', 'max_age: 1'), 2, 'another mode'],
    [lines('version: STSv1', 'mode: none', 'max_age: -1'), 3, 'no number'],
    [lines('version: STSv1', 'mode: none', 'max_age: 12345678901'), 3, 'more digits than allowed'],
    [lines('version: STSv1', 'mode: none'), 0, 'no age'],
    [lines('version: STSv1', 'mode: enforce', 'max_age: 1'), 0, 'no hosts to enforce'],
    [lines('version: STSv1', 'mode: enforce', 'mx: *', 'max_age: 1'), 3, 'all hosts of the world'],
    [lines('version: STSv1', 'mode: enforce', 'mx: mail.*.example', 'max_age: 1'), 3, 'a star in the middle'],
    [lines('version: STSv1', 'mode: enforce', 'mx: 192.0.2.1 x', 'max_age: 1'), 3, 'two words'],
    [lines('version: STSv1', 'hello', 'max_age: 1'), 2, 'a line without a colon'],
    [lines('version: STSv1', ': enforce', 'max_age: 1'), 2, 'no key'],
  ])('%j is none, by line %i: %s', (text, at) => {
    expect(parseStsPolicy(text)).toMatchObject({ ok: false, at });
  });

  test('any text at all is read, and what is read is a policy', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'version: STSv1',
        'mode: enforce',
        'mode: none',
        'mx: a.example',
        'max_age: 5',
        'mx: *.b.example',
        '\r',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (given) => {
        const parsed = parseStsPolicy(given.join('\n'));
        if (!parsed.ok) return parsed.expected !== '';
        const { mode, mxPatterns, maxAgeSeconds } = parsed.value;
        return (
          (mode === 'none' || mxPatterns.length > 0) &&
          maxAgeSeconds >= 0 &&
          mxPatterns.every((pattern) => /^(?:\*\.)?[a-z0-9_.-]+$/.test(pattern))
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('a written policy comes back as it was', () => {
    const host = fc.domain().map((name) => name.toLowerCase());
    const policy = fc.record({
      mode: fc.constantFrom('enforce' as const, 'testing' as const),
      mxPatterns: fc.array(
        fc.oneof(
          host,
          host.map((name) => `*.${name}`),
        ),
        { minLength: 1, maxLength: 5 },
      ),
      maxAgeSeconds: fc.nat(31_557_600),
    });
    fc.assert(
      fc.property(policy, (given) => {
        const text = lines(
          'version: STSv1',
          `mode: ${given.mode}`,
          ...given.mxPatterns.map((each) => `mx: ${each}`),
          `max_age: ${given.maxAgeSeconds}`,
        );
        expect(parseStsPolicy(text)).toEqual({ ok: true, value: given });
      }),
    );
  });

  test.each([
    ['colons', ':'.repeat(1_000_000)],
    ['line feeds', '\n'.repeat(1_000_000)],
    ['hosts', `version: STSv1\nmode: enforce\nmax_age: 1\n${'mx: a.example\n'.repeat(60_000)}`],
    ['one long host', `version: STSv1\nmode: enforce\nmax_age: 1\nmx: ${'a-'.repeat(500_000)}`],
    ['white space', `version: STSv1\nmode:${' '.repeat(1_000_000)}enforce`],
  ])('a million %s come to an end', (_why, text) => {
    expect(typeof parseStsPolicy(text).ok).toBe('boolean');
  });
});

describe('a record', () => {
  test.each<[text: string, isOne: boolean, policyId: string | null, why: string]>([
    ['v=STSv1; id=20260601T010203;', true, '20260601T010203', 'as in the book'],
    ['v=STSv1;id=1', true, '1', 'no gaps, no end'],
    ['v=STSv1 ; ext=x ; id=abc ;', true, 'abc', 'other fields'],
    ['v=STSv1', true, null, 'no id'],
    ['v=STSv1; id=;', true, null, 'an empty one'],
    ['v=STSv1; id=a-b', true, null, 'a letter that is not allowed'],
    [`v=STSv1; id=${'a'.repeat(33)}`, true, null, 'too long'],
    ['v=STSv12; id=1', false, null, 'another version'],
    ['V=STSV1; id=1', false, null, 'capitals'],
    ['v=spf1 -all', false, null, 'another record'],
    ['', false, null, 'nothing'],
  ])('%j', (text, isOne, policyId) => {
    expect([isStsRecord(text), parseStsRecord(text)]).toEqual([isOne, policyId]);
  });

  test('any text at all is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const policyId = parseStsRecord(`v=STSv1;${text}`);
        return policyId === null || /^[A-Za-z0-9]{1,32}$/.test(policyId);
      }),
    );
  });
});
