import { describe, expect, test } from 'vitest';

import { parseNamedHost } from '#mailflow/connector/path/named-host.js';

describe('a host that is named', () => {
  test.each<[string, string, number, string]>([
    ['mail.contoso.example', 'mail.contoso.example', 25, 'where mail is taken'],
    ['MAIL.contoso.example.:587', 'mail.contoso.example', 587, 'absolute, with a port'],
    ['mail.contoso.example.', 'mail.contoso.example', 25, 'absolute'],
    ['192.0.2.25:465', '192.0.2.25', 465, 'an address with a port'],
    ['[192.0.2.25]:587', '192.0.2.25', 587, 'in the brackets of a smart host'],
    ['[2001:db8::25]:587', '2001:db8::25', 587, 'IPv6 needs brackets before a port'],
    ['2001:DB8::25', '2001:db8::25', 25, 'and none without one'],
    ['2001:db8::587', '2001:db8::587', 25, 'whose last group is no port'],
    ['_smtp.contoso.example', '_smtp.contoso.example', 25, 'as DNS allows'],
  ])('%s is %s, port %i: %s', (given, host, port) => {
    expect(parseNamedHost(given)).toEqual({ ok: true, value: { host, port } });
  });

  test.each([
    ['', 'nothing'],
    ['mail contoso', 'a blank'],
    ['mail.contoso.example:0', 'no port'],
    ['mail.contoso.example:65536', 'beyond the last port'],
    ['mail.contoso.example:25:25', 'two ports'],
    ['mail.contoso.example\r\nRCPT TO:<a@b>', 'a second command'],
    ['[mail.contoso.example]', 'a name in brackets'],
    ['-mail.contoso.example', 'a flag'],
    ['fe80::1%eth0', 'an address of one machine'],
    ['mail..contoso.example', 'a label that is empty'],
    ['mail-.contoso.example', 'a label that ends in a hyphen'],
    [`${'a'.repeat(64)}.contoso.example`, 'a label that is too long'],
    ['192.0.2.300', 'an address with a slip in it'],
    ['192.0.2', 'a part of one'],
  ])('%j is none: %s', (given) => {
    expect(parseNamedHost(given)).toMatchObject({ ok: false });
  });
});
