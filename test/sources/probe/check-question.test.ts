import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { PROBE_DEADLINES, type SmtpQuestion } from '#mailflow/connector/probe/smtp-prober.js';
import { isHostName, refusalOf } from '#sources/probe/check-question.js';
import { addressLiteral, safeEhloName } from '#sources/probe/ehlo-name.js';

const QUESTION: SmtpQuestion = {
  name: 'mail.fabrikam.example',
  address: '192.0.2.25',
  port: 25,
  security: 'starttls',
  stopAfter: 'tls',
  recipient: null,
  deadlines: PROBE_DEADLINES,
};

describe('what may reach a socket', () => {
  test.each<[why: string, different: Partial<SmtpQuestion>, anyPort: boolean, expected: RegExp | null]>([
    ['a usual question', {}, false, null],
    ['IPv6', { address: '2001:db8::25' }, false, null],
    ['no name', { name: null }, false, null],
    ['submission', { port: 587 }, false, null],
    ['implicit TLS', { port: 465, security: 'implicit' }, false, null],
    ['another port', { port: 2525 }, false, /25, 465 and 587/],
    ['another port, allowed', { port: 2525 }, true, null],
    ['no port', { port: 0 }, true, /1 to 65535/],
    ['half a port', { port: 25.5 }, true, /1 to 65535/],
    ['a name in place of an address', { address: 'mail.fabrikam.example' }, false, /no IP address/],
    ['an interface behind the address', { address: 'fe80::1%eth0' }, false, /no IP address/],
    ['an address in place of a name', { name: '192.0.2.25' }, false, /no name/],
    ['an underscore, as some hosts have', { name: 'mail_1.fabrikam.example' }, false, null],
    ['a line feed in the name', { name: 'mail.example\r\nQUIT' }, false, /no name/],
    ['letters that DNS does not carry', { name: 'm\u00e4il.example' }, false, /no name/],
    ['RCPT to nobody', { stopAfter: 'rcpt' }, false, /needs a probe recipient/],
    ['RCPT', { stopAfter: 'rcpt', recipient: 'probe@contoso.example' }, false, null],
    [
      'a second command in the recipient',
      { recipient: 'a@contoso.example>\r\nDATA' },
      false,
      /no plain address/,
    ],
    [
      'a parameter in the recipient',
      { recipient: 'a@contoso.example> NOTIFY=NEVER' },
      false,
      /no plain address/,
    ],
    ['letters that need SMTPUTF8', { recipient: 'a@b\u00fccher.example' }, false, /no plain address/],
    ['a NUL', { recipient: 'a\0@contoso.example' }, false, /no plain address/],
  ])('%s', (_why, different, anyPort, expected) => {
    const refusal = refusalOf({ ...QUESTION, ...different }, { anyPort });
    if (expected === null) expect(refusal).toBeNull();
    else expect(refusal).toMatch(expected);
  });

  test('nothing with a control, a space or a bracket in it', () => {
    const nasty = fc.constantFrom('\r', '\n', '\r\n', '\0', ' ', '<', '>', '\t', '\u0085', '\u2028');
    const part = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
    fc.assert(
      fc.property(part, nasty, part, (before, bad, after) => {
        expect(isHostName(`${before}${bad}${after}`)).toBe(false);
        const recipient = `${before}${bad}${after}@contoso.example`;
        expect(refusalOf({ ...QUESTION, recipient }, { anyPort: false })).not.toBeNull();
      }),
    );
  });
});

describe('the name that EHLO gives', () => {
  test.each<[machine: string, expected: string | null, why: string]>([
    ['admin.contoso.example', 'admin.contoso.example', 'as it is'],
    ['Admin.Contoso.Example', 'admin.contoso.example', 'in lower case'],
    ['laptop', null, 'a name without a dot can be looked up by nobody'],
    ['', null, 'none'],
    ["Ana's Mac.contoso.example", 'ana-s-mac.contoso.example', 'what DNS does not carry becomes a hyphen'],
    ['a\r\nMAIL FROM:<x>.contoso.example', 'a--mail-from--x.contoso.example', 'no second command'],
    ['..contoso..example.', 'contoso.example', 'empty labels are left out'],
    ['-a-.example', 'a.example', 'no hyphen at the edge of a label'],
    ['192.0.2.1', null, 'an address is no name'],
  ])('%j is %s: %s', (machine, expected) => {
    expect(safeEhloName(machine)).toBe(expected);
  });

  test('any machine name gives a host name or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (machine) => {
        const name = safeEhloName(machine);
        expect(name === null || isHostName(name)).toBe(true);
      }),
    );
  });

  test.each([
    ['192.0.2.1', '[192.0.2.1]'],
    ['2001:db8::1', '[IPv6:2001:db8::1]'],
    ['fe80::1%eth0', '[IPv6:fe80::1]'],
  ])('the address %s is written %s', (address, literal) => {
    expect(addressLiteral(address)).toBe(literal);
  });
});
