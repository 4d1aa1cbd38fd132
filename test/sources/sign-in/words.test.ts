import { describe, expect, test } from 'vitest';

import { networkTrouble } from '#sources/sign-in/network-trouble.js';
import { readyToken } from '#sources/sign-in/ready-token.js';
import { shownText } from '#sources/sign-in/shown-text.js';

const SCOPE = 'https://graph.microsoft.com/.default';

describe('a ready token', () => {
  test('is given as it is, opaque or not, without blanks around', async () => {
    expect(await readyToken(' opaque ').token(SCOPE)).toBe('opaque');
  });

  test('cannot be renewed, and the variable is named', async () => {
    await expect(
      readyToken('t', 'MAILCHECK_EXCHANGE_TOKEN').token(SCOPE, { refresh: true }),
    ).rejects.toMatchObject({
      kind: 'sign-in',
      remedy: expect.stringContaining('MAILCHECK_EXCHANGE_TOKEN') as string,
    });
  });

  test.each([
    ['', 'nothing'],
    ['  ', 'blanks'],
    ['Bearer x', 'more than the token'],
    ['a\r\nX-Injected: 1', 'a second header'],
    ['tökən', 'what no header takes'],
  ])('%j is refused: %s', (value) => {
    expect(() => readyToken(value)).toThrow(expect.objectContaining({ kind: 'configuration' }));
  });
});

test.each([
  ['plain', [], 'plain'],
  ['two\r\nlines\tand  blanks ', [], 'two lines and blanks'],
  ['a secret within', ['secret'], 'a *** within'],
  ['nothing to hide', [''], 'nothing to hide'],
  ['x'.repeat(200), [], 'x'.repeat(200)],
  ['x'.repeat(201), [], `${'x'.repeat(199)}…`],
  ['🙂'.repeat(201), [], `${'🙂'.repeat(199)}…`],
])('%j without %j is shown as %j', (said, secrets, expected) => {
  expect(shownText(said, secrets)).toBe(expected);
});

test.each([
  ['ENOTFOUND', 'name'],
  ['EAI_AGAIN', 'name'],
  ['ECONNREFUSED', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['ETIMEDOUT', 'slow'],
  ['EPROTO', 'not-tls'],
  ['CERT_HAS_EXPIRED', 'certificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
  ['ECONNRESET', 'broken'],
  ['EMADEUP', 'broken'],
])('%s means %s', (code, trouble) => {
  expect(networkTrouble(code)).toBe(trouble);
});
