import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeCharset } from '#mailflow/mime/charset.js';
import { parseContentType } from '#mailflow/mime/content-type.js';
import { decodeWords } from '#mailflow/mime/encoded-word.js';
import { fieldOf, parseHeader } from '#mailflow/mime/header.js';
import { textOfHtml } from '#mailflow/mime/html-text.js';
import { bytesOf, octetsOf } from '#mailflow/mime/octets.js';
import { decodeTransfer } from '#mailflow/mime/transfer-encoding.js';

test('octets and bytes are the same thing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      expect(bytesOf(octetsOf(bytes))).toEqual(bytes);
    }),
    { numRuns: 50 },
  );
});

test.each<[string, string, string]>([
  ['plain', 'plain', 'nothing to decode'],
  ['=?utf-8?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße', 'quoted-printable, one charset'],
  ['=?iso-8859-1?q?a_b?=', 'a b', 'an underscore is a blank'],
  ['=?utf-8?B?R3LDvMOfZQ==?= tail', 'Grüße tail', 'base64, then text'],
  ['=?utf-8?Q?a?=  =?utf-8?Q?b?=', 'ab', 'blanks between words go'],
  ['=?utf-8?B?ww==?= =?utf-8?B?vA==?=', 'ü', 'a character split over two words of one charset'],
  ['=?utf-8?Q?a?= x =?utf-8?Q?b?=', 'a x b', 'text between words stays'],
  ['=?iso-8859-1*en?Q?caf=E9?=', 'café', 'a language behind the charset (RFC 2231)'],
  ['=?x-unknown?Q?a=E9?=', 'aé', 'an unknown charset reads byte by byte'],
  ['=?utf-8?Q?=FF?=', '\ufffd', 'what is no UTF-8 is marked'],
  ['=?utf-8?X?abc?=', '=?utf-8?X?abc?=', 'an unknown encoding stays as it is'],
  ['=?utf-8?Q?never closed', '=?utf-8?Q?never closed', 'so does what is not closed'],
])('encoded words %j read %j: %s', (value, expected) => {
  expect(decodeWords(value)).toBe(expected);
});

test.each<[string, string, string, string | undefined, string]>([
  ['text/plain; charset=utf-8', 'text/plain', 'charset', 'utf-8', 'bare'],
  [
    'Multipart/Report; boundary="a b;c"',
    'multipart/report',
    'boundary',
    'a b;c',
    'quoted, with a semicolon inside',
  ],
  ['multipart/mixed; boundary="a\\"b"', 'multipart/mixed', 'boundary', 'a"b', 'an escaped quote'],
  ['multipart/mixed; BOUNDARY = x', 'multipart/mixed', 'boundary', 'x', 'blanks around the equals sign'],
  [
    'multipart/mixed; boundary=x y; a=b',
    'multipart/mixed',
    'boundary',
    'x y',
    'a blank that should have been quoted',
  ],
  ['multipart/mixed; boundary="x', 'multipart/mixed', 'boundary', 'x', 'a quote that is not closed'],
  ['a/b; n*1=two; n*0=one', 'a/b', 'n', 'onetwo', 'continued in any order (RFC 2231, 3)'],
  ["a/b; n*=utf-8'en'Gr%C3%BC%C3%9Fe", 'a/b', 'n', 'Grüße', 'encoded (RFC 2231, 4)'],
  ["a/b; n*0*=utf-8''Gr%C3; n*1*=%BC", 'a/b', 'n', 'Grü', 'encoded and continued'],
  ['nonsense', '', 'boundary', undefined, 'no type at all'],
])('content type %j is %j with %s=%j: %s', (value, type, name, expected) => {
  const parsed = parseContentType(value);
  expect(parsed.type).toBe(type);
  expect(parsed.parameters.get(name)).toBe(expected);
});

test.each<[string, string, string, string]>([
  ['QUI=', 'base64', 'AB', 'padded'],
  ['QU\r\nI', 'BASE64', 'AB', 'wrapped, and the padding forgotten'],
  ['QQ==QQ==', 'base64', 'AA', 'two blocks joined'],
  ['Q*U\tI', 'base64', 'AB', 'strange characters are passed over'],
  ['--__', 'base64', '\xfb\xef\xff', 'the URL alphabet'],
  ['a=3Db', 'quoted-printable', 'a=b', 'an escape'],
  ['a=\r\nb', 'quoted-printable', 'ab', 'a soft line break'],
  ['a= \t\nb', 'quoted-printable', 'ab', 'blanks behind it'],
  ['a=zzb=', 'quoted-printable', 'a=zzb', 'what is no escape stays, a last equals sign goes'],
  ['a=e9', 'quoted-printable', 'a\xe9', 'lower-case digits'],
  ['as it is', '8bit', 'as it is', 'no encoding'],
  ['as it is', 'x-uuencode', 'as it is', 'one that nobody knows'],
])('%j in %s is %j: %s', (body, encoding, expected) => {
  expect(decodeTransfer(body, encoding, 1000)).toBe(expected);
});

test('base64 undoes what any encoder did, and a limit cuts it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(500), (bytes, limit) => {
      const encoded = Buffer.from(bytes).toString('base64');
      expect(decodeTransfer(encoded, 'base64', limit)).toBe(octetsOf(bytes.subarray(0, limit)));
    }),
  );
});

test.each<[string, string, string, string]>([
  ['Gr\xfc\xdfe', 'iso-8859-1', 'Grüße', 'the charset that is named'],
  ['Gr\xc3\xbc\xc3\x9fe', '', 'Grüße', 'none named, valid UTF-8'],
  ['Gr\xfc\xdfe', 'us-ascii', 'Grüße', 'a hollow name, no UTF-8'],
  ['\x1b$BF|K\\\x1b(B', '', '日本', 'none named, Japanese escapes'],
  ['\xc0\x80', 'utf-8', '\ufffd\ufffd', 'overlong UTF-8 is not decoded'],
  ['+ADw-script', 'utf-7', '+ADw-script', 'UTF-7 is not decoded'],
  ['a\0b\0', 'utf-16le', 'ab', 'UTF-16'],
  ['a\xff', 'no-such-charset', 'a\xff', 'an unknown charset reads byte by byte'],
])('%j as %j reads %j: %s', (octets, label, expected) => {
  expect(decodeCharset(octets, label)).toBe(expected);
});

test.each<[string, string, string | null, string]>([
  ['Subject: a\r\n b\r\n\tc\r\n', 'subject', 'a b c', 'folded lines join'],
  ['SUBJECT : a\n', 'subject', 'a', 'case and a blank before the colon do not count'],
  ['Subject:\n', 'subject', '', 'an empty field is one'],
  ['nonsense\nSubject: a\n', 'subject', 'a', 'what is no field is passed over'],
  [' folded\nSubject: a\n', 'subject', 'a', 'a continuation of nothing too'],
  ['Subject: a\nSubject: b\n', 'subject', 'a', 'the first of two'],
  ['Subject: a\n', 'from', null, 'none'],
])('header %j: %s is %j: %s', (block, name, expected) => {
  expect(fieldOf(parseHeader(block), name)).toBe(expected);
});

test.each<[string, string, string]>([
  ['<p>a<br>b</p>', '\na\nb\n', 'lines where a browser shows lines'],
  ['<style>x{}</style>a<script>1<2</script>', 'a', 'what is not shown is not said'],
  ['a<!-- <b> -->b', 'ab', 'comments'],
  ['&lt;a&#64;b&#x2e;c&gt; &amp; &nbsp;&unknown;', '<a@b.c> &  &unknown;', 'entities'],
  ['a < b', 'a ', 'a bracket that is no tag swallows the rest, and nothing hangs'],
  ['a   \n  b', 'a b', 'blanks run together'],
  ['<style>never closed', '', 'an element that is not closed'],
  ['İİİ<STYLE>x</Style>a<Br>b', 'İİİa\nb', 'capitals, behind letters whose small ones are longer'],
])('%j says %j: %s', (html, expected) => {
  expect(textOfHtml(html, 1000)).toBe(expected);
});
