import { expect, test } from 'vitest';

import { splitOutcomes, splitRecipients, splitStatuses } from '#sources/rows/recipient-list.js';

const ANY = /[;,\s]/;

test.each([
  ['a@contoso.example', ['a@contoso.example'], 'one'],
  ['a@contoso.example;b@contoso.example', ['a@contoso.example', 'b@contoso.example'], 'two'],
  [
    ' a@contoso.example ; ;b@contoso.example;',
    ['a@contoso.example', 'b@contoso.example'],
    'blanks and empty parts',
  ],
  ['a@contoso.example;a@contoso.example', ['a@contoso.example'], 'a double'],
  [
    '"odd;one"@contoso.example;b@contoso.example',
    ['"odd;one"@contoso.example', 'b@contoso.example'],
    'quoted local part',
  ],
  [
    'x"y@contoso.example;b@contoso.example',
    ['x"y@contoso.example', 'b@contoso.example'],
    'a lone quote quotes nothing',
  ],
  ['', [], 'none'],
])('recipients %j are %j: %s', (cell, expected) => {
  expect(splitRecipients(cell)).toEqual(expected);
});

test('recipients of a shell export are separated in any way', () => {
  const expected = ['a@contoso.example', 'b@contoso.example', 'c@contoso.example'];
  expect(splitRecipients('a@contoso.example b@contoso.example, c@contoso.example', ANY)).toEqual(expected);
});

test.each([
  ['550 5.1.1 not found; really', 1, ['550 5.1.1 not found; really'], 'one recipient owns the whole cell'],
  ['550 5.1.1 a;451 4.3.2 b', 2, ['550 5.1.1 a', '451 4.3.2 b'], 'a code begins each'],
  [
    '550 5.1.1 a; x;451 4.3.2 b; y; z',
    2,
    ['550 5.1.1 a; x', '451 4.3.2 b; y; z'],
    'semicolons inside the texts',
  ],
  [
    '[{LED=450 a};{MSG=}];[{LED=450 b; c};{MSG=}]',
    2,
    ['[{LED=450 a};{MSG=}]', '[{LED=450 b; c};{MSG=}]'],
    'records',
  ],
  [';550 5.1.1 b', 2, ['', '550 5.1.1 b'], 'the first has none'],
  ['alpha;beta', 2, ['alpha', 'beta'], 'texts without codes, in the right number'],
  ['alpha;beta;gamma', 2, ['alpha;beta;gamma', 'alpha;beta;gamma'], 'cannot be told: all share it'],
  ['', 3, ['', '', ''], 'nothing'],
])('statuses %j for %i are %j: %s', (cell, count, expected) => {
  expect(splitStatuses(cell, count)).toEqual(expected);
});

test.each([
  ['a@contoso.example##Receive, Deliver', [['a@contoso.example', 'Receive', 'Deliver']], 'one'],
  [
    'a@contoso.example##Receive, Deliver;b@contoso.example##Receive, Fail',
    [
      ['a@contoso.example', 'Receive', 'Deliver'],
      ['b@contoso.example', 'Receive', 'Fail'],
    ],
    'two',
  ],
  [
    'a@contoso.example##Receive, Fail;550 5.1.1 gone; a##b;b@contoso.example##Receive',
    [
      ['a@contoso.example', 'Receive', 'Fail;550 5.1.1 gone; a##b'],
      ['b@contoso.example', 'Receive'],
    ],
    'a cut is made only where an address and ## follow',
  ],
  ['nonsense', [], 'no mark'],
  ['##Deliver', [], 'no recipient'],
  ['', [], 'nothing'],
])('outcomes %j are %j: %s', (cell, expected) => {
  expect(splitOutcomes(cell).map(({ recipient, events }) => [recipient, ...events])).toEqual(expected);
});

test('a megabyte of semicolons is split in linear time and without recursion', () => {
  expect(splitOutcomes(';'.repeat(1_000_000))).toEqual([]);
  expect(splitStatuses(';'.repeat(1_000_000), 2)).toHaveLength(2);
});
