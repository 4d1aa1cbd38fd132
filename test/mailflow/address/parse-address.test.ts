import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { domainOf, normalizeDomain } from '#mailflow/address/address.js';
import { parseAddress, parseAddressPattern, parseDomain } from '#mailflow/address/parse-address.js';

describe('parseAddress', () => {
  test.each([
    ['plain', 'ana@contoso.example', 'ana@contoso.example'],
    ['the domain in lower case, the local part as it was', 'Ana.B@CONTOSO.Example', 'Ana.B@contoso.example'],
    [
      'all that RFC 5322 allows in an atom',
      "a!#$%&'+-/=?^_`{|}~z@contoso.example",
      "a!#$%&'+-/=?^_`{|}~z@contoso.example",
    ],
    ['dots where a provider put them', 'a..b.@contoso.example', 'a..b.@contoso.example'],
    ['quoted, with a space and an at sign', '"ana b@c"@contoso.example', '"ana b@c"@contoso.example'],
    ['quoted, with an escaped quote', '"a\\"b"@contoso.example', '"a\\"b"@contoso.example'],
    ['beyond ASCII (RFC 6531)', 'jürgen@köln.example', 'jürgen@köln.example'],
    ['the final dot of a full name goes', 'ana@contoso.example.', 'ana@contoso.example'],
  ])('accepts %s', (_why, text, value) => {
    expect(parseAddress(text)).toEqual({ ok: true, value });
  });

  test.each([
    ['nothing', '', 0],
    ['no at sign', 'ana', 0],
    ['no local part', '@contoso.example', 0],
    ['a space', 'ana b@contoso.example', 3],
    ['angle brackets', '<ana@contoso.example>', 0],
    ['a list', 'ana@contoso.example,ben@contoso.example', 3],
    ['a control', 'a\u001bna@contoso.example', 1],
    ['a control beyond ASCII', 'a\u009bna@contoso.example', 1],
    ['an invisible mark', 'a\u200bna@contoso.example', 1],
    ['one label', 'ana@contoso', 11],
    ['an empty label', 'ana@contoso..example', 12],
    ['a hyphen at the end of a label', 'ana@contoso-.example', 11],
    ['a wildcard domain', 'ana@*.example', 4],
    ['an unclosed quote', '"ana\\"@contoso.example', 5],
    ['a local part of 65', `${'a'.repeat(65)}@contoso.example`, 64],
    ['a label of 64', `ana@${'a'.repeat(64)}.example`, 67],
    ['an address of 255', `ana@${'a.'.repeat(122)}example`, 254],
  ])('refuses %s', (_why, text, at) => {
    expect(parseAddress(text)).toEqual({ ok: false, at, expected: 'an address, as ana@contoso.example' });
  });

  test('never throws and points into the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseAddress(text);
        if (!parsed.ok) expect(parsed.at).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

const PATTERN_EXPECTED = 'an address or a whole domain, as ana@contoso.example or *@contoso.example';

describe('parseAddressPattern', () => {
  const rows: [string, string, string | number][] = [
    ['a whole domain', '*@CONTOSO.example', '*@contoso.example'],
    ['an address', 'ana@contoso.example', 'ana@contoso.example'],
    ['part of a local part means nothing to the service', 'an*@contoso.example', 2],
    ['so does part of a domain', '*@*.example', 2],
    ['a star alone', '*', 0],
    ['a broken address', 'ana', 0],
  ];
  test.each(rows)('%s', (_why, text, expected) => {
    const parsed = parseAddressPattern(text);
    if (parsed.ok) expect(parsed.value).toBe(expected);
    else expect(parsed).toEqual({ ok: false, at: expected, expected: PATTERN_EXPECTED });
  });
});

describe('domains', () => {
  const rows: [string, string, string | number][] = [
    ['plain', 'contoso.example', 'contoso.example'],
    ['with the at sign', '@Contoso.Example', 'contoso.example'],
    ['full name', 'contoso.example.', 'contoso.example'],
    ['service labels', '_smtp.contoso.example', '_smtp.contoso.example'],
    ['an address is no domain', 'ana@contoso.example', 3],
    ['nothing', '', 0],
  ];
  test.each(rows)('parseDomain: %s', (_why, text, expected) => {
    const parsed = parseDomain(text);
    expect(parsed.ok ? parsed.value : parsed.at).toBe(expected);
  });

  test.each([
    ['the part behind the last at sign', '"a@b"@Contoso.example', 'contoso.example'],
    ['a DSN has none', '', ''],
    ['no at sign, no domain', 'ana', ''],
    ['a final dot does not make another domain', 'ana@contoso.example.', 'contoso.example'],
  ])('domainOf: %s', (_why, address, expected) => {
    expect(domainOf(address)).toBe(expected);
  });

  test('normalizeDomain gives the same when asked twice', () => {
    for (const domain of ['@Contoso.Example.', ' contoso.example ', '']) {
      expect(normalizeDomain(normalizeDomain(domain))).toBe(normalizeDomain(domain));
    }
  });
});
