import fc from 'fast-check';
import { expect, test } from 'vitest';

import { covers, domainPattern, isCatchAll } from '#mailflow/connector/domain-pattern.js';
import { isMicrosoftInbound, RETIRED_SERVICES, retiredServiceOf } from '#mailflow/connector/host-lists.js';
import { bareHost, isAtOrBelow, isBareAddress } from '#mailflow/connector/smart-host.js';

test.each<[string, string]>([
  ['smtp:*;1', '*'],
  ['SMTP:*.Contoso.example;10', '*.contoso.example'],
  ['contoso.example', 'contoso.example'],
  ['contoso.example.', 'contoso.example'],
  ['', ''],
])('%s names %s', (given, pattern) => {
  expect(domainPattern(given)).toBe(pattern);
});

test.each<[string, string, boolean, string]>([
  ['*', 'contoso.example', true, 'everything'],
  ['smtp:*;1', 'contoso.example', true, 'everything, as inbound connectors write it'],
  ['contoso.example', 'CONTOSO.example', true, 'case does not count'],
  ['contoso.example', 'plants.contoso.example', false, 'a name is no parent'],
  ['*.contoso.example', 'plants.contoso.example', true, 'below'],
  ['*.contoso.example', 'contoso.example', true, 'a finding needs proof: it may be meant'],
  ['*.contoso.example', 'notcontoso.example', false, 'a label ends at its dot'],
  ['fabrikam.example', 'contoso.example', false, 'another'],
])('%s takes %s: %s (%s)', (pattern, domain, isTaken) => {
  expect(covers(pattern, domain)).toBe(isTaken);
});

test('only a star by itself is everything', () => {
  expect(['*', 'smtp:*;1', '*.example', 'contoso.example', ''].map(isCatchAll)).toEqual([
    ...[true, true, false, false, false],
  ]);
});

test.each<[string, string, boolean]>([
  ['[192.0.2.7]', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.7', true],
  ['[2001:DB8::7]', '2001:db8::7', true],
  ['Mail.Contoso.example.', 'mail.contoso.example', false],
  ['192.0.2.7.contoso.example', '192.0.2.7.contoso.example', false],
  ['', '', false],
])('%s is %s, a bare address: %s', (given, bare, isAddress) => {
  expect([bareHost(given), isBareAddress(given)]).toEqual([bare, isAddress]);
});

test('below a host is only what has a dot before it', () => {
  expect([
    isAtOrBelow('psmtp.com', 'psmtp.com'),
    isAtOrBelow('a.PSMTP.com.', 'psmtp.com'),
    isAtOrBelow('notpsmtp.com', 'psmtp.com'),
    isAtOrBelow('psmtp.com.contoso.example', 'psmtp.com'),
  ]).toEqual([true, true, false, false]);
});

test('a host of today is not retired, and one of before is Microsoft all the same', () => {
  const today = ['contoso-example.mail.protection.outlook.com', 'contoso-example.a-v1.mx.microsoft'];
  expect(today.map(retiredServiceOf)).toEqual([null, null]);
  expect(today.map(isMicrosoftInbound)).toEqual([true, true]);
  expect(isMicrosoftInbound('mx1.fabrikam.example')).toBe(false);
  for (const { below, whatItWas } of RETIRED_SERVICES) {
    expect(retiredServiceOf(`mx1.${below}`)?.whatItWas).toBe(whatItWas);
  }
});

test('any text is a name or none, and soon', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect([typeof covers(a, b), typeof isBareAddress(a)]).toEqual(['boolean', 'boolean']);
    }),
  );
});
