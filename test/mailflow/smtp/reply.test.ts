import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { findReplies, type SmtpReply } from '#mailflow/smtp/reply.js';

interface ReadReply {
  readonly replyCode: number | null;
  readonly enhancedStatus: string | null;
  readonly text: string;
}

/** The replies of a text with their words written out. */
function parseReply(text: string): ReadReply & { readonly quoted: readonly ReadReply[] } {
  const written = ({ spans, replyCode, enhancedStatus }: SmtpReply): ReadReply => {
    const pieces = spans.flatMap((from, index) =>
      index % 2 === 0 ? [text.slice(from, spans[index + 1])] : [],
    );
    return { replyCode, enhancedStatus, text: pieces.join(' ').replace(/\s+/g, ' ').trim() };
  };
  const [outermost, ...quoted] = findReplies(text);
  return { ...written(outermost), quoted: quoted.map(written) };
}

describe('codes of the outermost reply', () => {
  test.each<[text: string, replyCode: number | null, enhancedStatus: string | null, why: string]>([
    ['550 5.1.1 User unknown', 550, '5.1.1', 'plain'],
    ['550-5.1.1 User unknown', 550, '5.1.1', 'dashed'],
    ['550 User unknown', 550, null, 'no enhanced code'],
    ['550', 550, null, 'nothing but a code'],
    ['5.7.708', null, '5.7.708', 'nothing but an enhanced code'],
    ['smtp; 550 5.1.1 User unknown', 550, '5.1.1', 'diagnostic type first'],
    ['smtp;451 4.7.0 Try again', 451, '4.7.0', 'diagnostic type without a blank'],
    ['#5.1.1', null, '5.1.1', 'Exchange mark'],
    [
      'mx.contoso.example #550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##',
      550,
      '5.1.1',
      'Exchange 2007 form',
    ],
    ['<mx.contoso.example #5.1.1 smtp;550 User unknown>', 550, '5.1.1', 'Exchange 2003 form'],
    ['550 <kay@contoso.example> unknown (#5.1.1)', 550, '5.1.1', 'enhanced code at the end'],
    ['450 cuda_nsu 4.7.1 Go away', 450, '4.7.1', 'a word between the codes'],
    ['451 4.7.500 Server busy', 451, '4.7.500', 'detail of three digits'],
    [
      'host mx.contoso.example[192.0.2.1] said: 550 5.1.1 No (in reply to RCPT TO command)',
      550,
      '5.1.1',
      'Postfix',
    ],
    ['SMTP error after RCPT TO:<kay@contoso.example>: host mx [192.0.2.1]: 550 No', 550, null, 'Exim'],
    ["Unknown address error 550-'User unknown'", 550, null, 'a word before, a quote after'],
    ['571 Delivery not authorized', 571, null, 'code beyond the RFC at the start'],
    ['450 User is receiving mail too quickly', 450, null, 'a noun after the code'],
    ['550 5.1.1. Gone', 550, '5.1.1', 'full stop after the code'],
    ["Remote Server returned '550 5.1.10 Gone'", 550, '5.1.10', 'wrapped'],
    ['returned was: 554 554 5.7.1 Blocked', 554, '5.7.1', 'the code twice, the enhanced code once'],
    ['554 5.3.0 unknown mailer error 255', 554, '5.3.0', 'an exit status'],
    ['(reason: 255)\n554 5.3.0 mailer error', 554, '5.3.0', 'an exit status first'],
    ['[{LED=450 4.4.316 Connection refused', 450, '4.4.316', 'inside a record'],
  ])('%s', (text, replyCode, enhancedStatus) => {
    expect(parseReply(text)).toMatchObject({ replyCode, enhancedStatus });
  });
});

describe('figures that are no codes', () => {
  test.each([
    ['the host 2001:db8:450:1::550 did not answer', 'groups of an IPv6 address'],
    ['[2001:db8::550] is down', 'the last group of an IPv6 address'],
    ['no answer from 192.0.2.1 or 4.2.2.1', 'an IPv4 address that looks like an enhanced code'],
    ['queued on 2026-05-50 and 5.6.2026', 'dates'],
    ['Exim 4.94.2 and version 15.20.4523.22 and LibreSSL version 5.1.2', 'versions'],
    ['MapiExceptionNotFound:16.18969:450DD000, 17.27161:0000000055000000', 'MAPI numbers'],
    ['waited for 450 seconds and saw 550 messages', 'amounts'],
    ['error [417] (554.30)', 'bracketed ids'],
    ['see https://support.contoso.example/DOC-1369#550 and ?no=550&id=451', 'parts of a link'],
    ['', 'nothing'],
  ])('%s', (text) => {
    expect(parseReply(text)).toMatchObject({ replyCode: null, enhancedStatus: null, quoted: [] });
  });
});

test('lines of one reply are joined without their codes', () => {
  const reply = parseReply(
    '550-5.1.1 The account that you tried\r\n550-5.1.1 to reach does not\r\n550 5.1.1 exist.',
  );
  expect(reply).toEqual({
    replyCode: 550,
    enhancedStatus: '5.1.1',
    text: 'The account that you tried to reach does not exist.',
    quoted: [],
  });
});

test('lines that were joined by the reporter are joined without their codes', () => {
  expect(parseReply('smtp; 550-5.1.1 The account that 550-5.1.1 you tried 550 5.1.1 is gone').text).toBe(
    'smtp; The account that you tried is gone',
  );
});

test('a line that ends in a colon quotes nothing when more lines were announced', () => {
  const reply = parseReply(
    '550-5.7.26 SPF did not pass for the ip: 550-5.7.26 [192.0.2.24]. Go to 550 5.7.26 the site',
  );
  expect(reply).toMatchObject({
    text: 'SPF did not pass for the ip: [192.0.2.24]. Go to the site',
    quoted: [],
  });
});

test('another reply on the next line is no part of the first', () => {
  const reply = parseReply('550 5.1.1 No such user\n503 5.5.1 Need RCPT');
  expect(reply).toMatchObject({ replyCode: 550, text: 'No such user', quoted: [] });
});

describe('quoted replies, outermost first', () => {
  test.each([
    [
      '450 4.7.0 Proxy session setup failed on Frontend with \'451 4.4.0 Primary target IP address responded with: "421 4.4.1 Connection timed out."\'',
      [451, 421],
      'two quotes deep',
    ],
    ['550 5.0.350 Remote server returned an error -> 550 5.1.1 No such user', [550], 'arrow'],
    ['450 4.4.317 Cannot connect [Message=451 4.7.0 Temporary server error]', [451], 'bracket'],
    ["550 4.4.7 QUEUE.Expired; returned '451 4.4.0 DNS query failed'", [451], 'returned'],
    ['421 4.1.1 unverified address: host mx[192.0.2.1] said: 450 4.1.1 No (in reply to RCPT)', [450], 'said'],
    ['554 4.4.7 Message expired.<421 4.4.2 Connection timed out>', [421], 'angle bracket'],
    ['550 5.1.1 No such user', [], 'none'],
  ])('%s', (text, codes) => {
    expect(parseReply(text).quoted.map(({ replyCode }) => replyCode)).toEqual(codes);
  });
});

test('any text gives a reply', () => {
  const piece = fc.constantFrom(
    '550',
    ' ',
    '-',
    '5.1.1',
    "'",
    '"',
    ':',
    '->',
    '[Message=',
    '\n',
    'x',
    '4',
    '.',
    '2001:db8::',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      (text) => {
        const { replyCode, enhancedStatus } = parseReply(text);
        expect(replyCode === null || (replyCode >= 200 && replyCode < 580)).toBe(true);
        expect(enhancedStatus ?? '2.0.0').toMatch(/^[245]\.[0-7]\.\d{1,3}$/);
      },
    ),
  );
});
