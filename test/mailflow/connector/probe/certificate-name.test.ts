import { expect, test } from 'vitest';

import { bearsDomain } from '#mailflow/connector/probe/certificate-name.js';

test.each<[names: readonly string[], domain: string, expected: boolean, why: string]>([
  [['mail.contoso.example'], 'mail.contoso.example', true, 'the very name'],
  [['Mail.Contoso.Example.'], 'mail.contoso.example', true, 'case and a last dot do not count'],
  [['a.example', 'mail.contoso.example'], 'mail.contoso.example', true, 'one of them is enough'],
  [['*.contoso.example'], 'mail.contoso.example', true, 'a wildcard covers one label'],
  [['*.contoso.example'], 'a.mail.contoso.example', false, 'and not two'],
  [['*.contoso.example'], 'contoso.example', false, 'and not none'],
  [['mail.contoso.example'], '*.contoso.example', true, 'TlsDomain with a wildcard takes any name below'],
  [['*.contoso.example'], '*.contoso.example', true, 'or the same wildcard'],
  [['contoso.example'], '*.contoso.example', false, 'but not the domain itself'],
  [['mailcontoso.example'], '*.contoso.example', false, 'a name that only ends alike'],
  [['contoso.example.evil.example'], 'contoso.example', false, 'a name that only begins alike'],
  [[], 'contoso.example', false, 'no name at all'],
  [['*'], 'contoso', false, 'a bare star covers nothing'],
])('%j for %s: %s, %s', (names, domain, expected) => {
  expect(bearsDomain(names, domain)).toBe(expected);
});
