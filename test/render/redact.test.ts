import { createHmac } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createNdjsonWriter } from '#render/ndjson.js';
import { createRedactor, redacting } from '#render/redact.js';

import { hostileText } from './hostile.js';
import { TAIL } from './pages.js';

const keyed =
  (key: string) =>
  (text: string): string =>
    createHmac('sha256', key).update(text).digest('hex');

const redactor = createRedactor(keyed('a'));
const anna = redactor.text('anna@contoso.example').split('@')[0] ?? '';

describe('text', () => {
  test.each([
    ['to anna@contoso.example.', /^to user-[0-9a-f]{8}@contoso\.example\.$/u, 'the domain stays'],
    [
      '<anna@contoso.example>,bob@fabrikam.example',
      /^<user-\w{8}@contoso\.example>,user-\w{8}@fabrikam\.example$/u,
      'two',
    ],
    ['rfc822;anna@contoso.example', /^rfc822;user-\w{8}@contoso\.example$/u, 'as a DSN has it'],
    ['"anna a"@contoso.example', /^user-\w{8}@contoso\.example$/u, 'a quoted local part'],
    ["o'brien+tag@contoso.example", /^user-\w{8}@contoso\.example$/u, 'unusual letters'],
    ['用户@例え.example', /^user-\w{8}@例え\.example$/u, 'an international address'],
    [
      'bounce+anna=contoso.example@list.example',
      /^user-\w{8}@list\.example$/u,
      'an address within an address',
    ],
    ['anna%40contoso.example', /^user-\w{8}%40contoso\.example$/u, 'in a URL'],
    ['anna@', /^user-\w{8}@$/u, 'without a domain'],
    ['@team', /^@team$/u, 'without a local part'],
    ['from 192.0.2.17 port 25', /^from ip-\w{8} port 25$/u, 'IPv4'],
    ['[198.51.100.7]:25', /^\[ip-\w{8}\]:25$/u, 'IPv4 in brackets'],
    ['[IPv6:2001:db8::1]', /^\[IPv6:ip-\w{8}\]$/u, 'IPv6 as SMTP writes it'],
    ['::ffff:192.0.2.1', /^ip-\w{8}$/u, 'IPv4 within IPv6'],
    ['2001:db8:0:0:0:0:0:1', /^ip-\w{8}$/u, 'IPv6 at full length'],
    [
      'at 12:34:56, code 4.4.318, build 15.20.7452.35',
      /^at 12:34:56, code 4\.4\.318, build 15\.20\.7452\.35$/u,
      'no addresses',
    ],
    ['450 4.7.1 std::bad 256.1.1.1', /^450 4\.7\.1 std::bad 256\.1\.1\.1$/u, 'no addresses'],
  ])('%s: %s', (text, redacted) => {
    expect(redactor.text(text)).toMatch(redacted);
  });

  test('one person keeps one pseudonym, in any case', () => {
    expect(redactor.text('ANNA@Contoso.example')).toContain(anna);
    expect(redactor.text('anna@fabrikam.example')).not.toContain(anna);
  });

  test('another key gives another pseudonym', () => {
    expect(createRedactor(keyed('b')).text('anna@contoso.example')).not.toContain(anna);
  });

  test('takes a megabyte of anything in its stride', () => {
    for (const part of ['a', '@', 'a@', '"@', '1.', '::', 'f:', '"', ' a']) {
      expect(redactor.text(part.repeat(100_000)).length).toBeGreaterThan(0);
    }
  });
});

describe('value', () => {
  test('goes through a row and changes what is personal only', () => {
    const at = new Date('2026-06-02T17:04:00Z');
    const row = {
      sender: 'anna@contoso.example',
      subject: 'Salary of Anna',
      receivedAt: at,
      sizeBytes: 12,
      fromIp: '192.0.2.1',
      toIp: null,
      status: 'failed',
      verdict: { text: '550 5.1.1 Mailbox anna. not found', reason: 'recipient-unknown', mismatch: false },
    };
    expect(redactor.value(row)).toEqual({
      ...row,
      sender: `${anna}@contoso.example`,
      subject: `subject-${keyed('a')(row.subject).slice(0, 8)}`,
      fromIp: `ip-${keyed('a')(row.fromIp).slice(0, 8)}`,
      verdict: { ...row.verdict, text: `550 5.1.1 Mailbox ${anna}. not found` },
    });
  });

  test('leaves a status alone though somebody is called like it', () => {
    expect(redactor.value({ recipient: 'failed@contoso.example', status: 'failed' })).toHaveProperty(
      'status',
      'failed',
    );
  });

  test("leaves a finding's subject readable", () => {
    const finding = { subject: 'Inbound from fabrikam.example', evidence: ['3 for anna@contoso.example'] };
    expect(redactor.value(finding)).toEqual({ ...finding, evidence: [`3 for ${anna}@contoso.example`] });
  });

  test('goes through lists, maps, sets and keys', () => {
    const address = 'anna@contoso.example';
    const hidden = `${anna}@contoso.example`;
    expect(redactor.value([address, new Map([[address, 1]]), new Set([address]), { [address]: 2 }])).toEqual([
      hidden,
      new Map([[hidden, 1]]),
      new Set([hidden]),
      { [hidden]: 2 },
    ]);
  });

  test('keeps a key named __proto__ as data', () => {
    const row: unknown = JSON.parse('{"__proto__":{"polluted":"anna@contoso.example"}}');
    expect(JSON.stringify(redactor.value(row))).toBe(`{"__proto__":{"polluted":"${anna}@contoso.example"}}`);
    expect({}).not.toHaveProperty('polluted');
  });
});

test('no local part and no subject is left in what is written', () => {
  const local = fc.stringMatching(/^canary[a-z0-9.+_'/=-]{0,8}[a-z0-9]$/u);
  fc.assert(
    fc.property(local, hostileText, hostileText, (name, before, after) => {
      const address = `${name}@contoso.example`;
      const row = {
        sender: address,
        messageId: `<${address}>`,
        subject: `${before}${name}${after}`,
        note: `${before} ${address}, ${after}`,
        verdict: { text: `${before} <${address}> (${name}) ${after}` },
      };
      const writer = redacting(createNdjsonWriter<typeof row, null>({}), redactor);
      const written = writer.row(row) + writer.end({ ...TAIL, tenant: address });
      expect(written.toLowerCase()).not.toContain('canary');
    }),
    { numRuns: 2000 },
  );
});
