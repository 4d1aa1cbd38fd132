import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseDetailData } from '#mailflow/trace/detail-data.js';

describe('values by name', () => {
  test.each<[xml: string, expected: object, why: string]>([
    [
      '<root><MEP Name="ServerHostName" String="AB1"/><MEP Name="SequenceNumber" Long="0"/></root>',
      { ServerHostName: 'AB1', SequenceNumber: '0' },
      'types differ',
    ],
    ["<root><MEP Name='A' String='x \"y\"'/></root>", { A: 'x "y"' }, 'single quotes'],
    ['<root><MEP String="x" Name="A"/></root>', { A: 'x' }, 'another order'],
    ['<root><MEP Name="A" Blob="S:k=v;\'S:k2=a=b;c=d\'" /></root>', { A: "S:k=v;'S:k2=a=b;c=d'" }, 'a blob'],
    [
      '<root><MEP Name="A" String="&lt;b&gt; &amp;amp; &quot;&apos; &#65;&#x42;"/></root>',
      { A: '<b> &amp; "\' AB' },
      'references, once',
    ],
    [
      '<root><MEP Name="A" String="&#0;&#xD800;&#x110000;"/></root>',
      { A: '\ufffd\ufffd\ufffd' },
      'references to nothing',
    ],
    [
      '<!DOCTYPE r [<!ENTITY e "boom">]><root><MEP Name="A" String="&e;"/></root>',
      { A: '&e;' },
      'own entities are not expanded',
    ],
    ['<root><MEP Name="A" String="1"/><MEP Name="A" String="2"/></root>', { A: '1' }, 'the first wins'],
    ['<root><MEP Name="A"/></root>', { A: '' }, 'no value'],
    ['<root><MEP String="x"/></root>', {}, 'no name'],
    ['<root><MEP Name="A" String="1"/><MEP Name="B" Str', { A: '1', B: '' }, 'cut off'],
    [
      `<root><MEP Name="A" String="a <MEP Name='B' String='x'/> b"/></root>`,
      { A: "a <MEP Name='B' String='x'/> b" },
      'an element inside a value',
    ],
    ['', {}, 'nothing'],
    ['no XML at all', {}, 'text'],
  ])('%s', (xml, expected) => {
    expect(Object.fromEntries(parseDetailData(xml))).toEqual(expected);
  });
});

test('what was escaped comes back', () => {
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      expect(parseDetailData(`<root><MEP Name="A" String="${escape(value)}"/></root>`).get('A')).toBe(value);
    }),
  );
});

test.each(['<MEP ', '<MEP Name="', '<MEP Name="A" ', '&', '&#1', ' ', '="'])(
  'a mebibyte of %j comes to an end',
  (unit) => {
    expect(parseDetailData(unit.repeat(Math.ceil(1_048_576 / unit.length))).size).toBeLessThanOrEqual(1);
  },
);
