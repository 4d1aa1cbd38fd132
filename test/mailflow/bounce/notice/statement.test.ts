import { expect, test } from 'vitest';

import { linesBeforeReturned } from '#mailflow/bounce/notice/prose.js';
import { inTurns, readStatements } from '#mailflow/bounce/notice/statement.js';

const BOB = 'bob@fabrikam.example';

test.each<[string, [string | null, string][], string]>([
  [`<${BOB}>: 550 no\n  really`, [[BOB, '550 no\nreally']], 'the reply on the same line'],
  [
    `  ${BOB}\n    550 no\n  eve@fabrikam.example\n    552 full`,
    [
      [BOB, '550 no'],
      ['eve@fabrikam.example', '552 full'],
    ],
    'indented below each',
  ],
  [`<${BOB}>:\n550 no\n\nSome advice.`, [[BOB, '550 no']], 'a blank line ends it'],
  [`${BOB}\n\n550 no`, [[BOB, '550 no']], 'a blank line before the reason'],
  [`${BOB}\n----- Transcript -----\n550 no`, [[BOB, '']], 'a heading parts it from what follows'],
  [
    `Recipient: <${BOB}>\n>>> RCPT TO:<${BOB}>\n<<< 550 no`,
    [[BOB, 'Recipient: \n<<< 550 no']],
    'a labelled address; a command is no evidence',
  ],
  [`Unknown user: ${BOB}`, [[BOB, 'Unknown user:']], 'a label that says why'],
  [`${BOB} ... unknown host`, [[BOB, 'unknown host']], 'dots'],
  [`${BOB} [User unknown]`, [[BOB, '[User unknown]']], 'brackets'],
  [`${BOB}<mailto:${BOB}>\nfull`, [[BOB, 'full']], 'as Outlook writes a link'],
  [
    `A message sent by\n\n  <ann@contoso.example>\n\ncould not be delivered to\n\n  ${BOB}\n    no`,
    [[BOB, 'no']],
    'the sender is no recipient',
  ],
  ['Please contact <help@contoso.example> for advice.', [], 'an address in a sentence'],
  [`From: ${BOB}`, [], 'a header field'],
  [`<${BOB}>: a\n\n<${BOB.toUpperCase()}>: b`, [[BOB, 'a\nb']], 'the same one twice'],
])('%j states %j: %s', (text, expected) => {
  const { statements } = readStatements(text.split('\n'));
  expect(statements.map((one) => [one.recipient, one.text])).toEqual(expected);
});

test.each<[string, string, string]>([
  ['a\n--- Below this line is a copy of the message.\nb', 'a', 'qmail'],
  ['a\n------ This is a copy of the message, including all the headers. ------\nb', 'a', 'Exim'],
  ['a\n----- Original message -----\nb', 'a', 'Google'],
  ['a\n   ----- Unsent message follows -----\nb', 'a', 'sendmail'],
  ['a\n|------------------------- Message text follows: ------------------------|\nb', 'a', 'a frame'],
  ['a\nReceived: by mx\n\tfor you\nb', 'a', 'a header without any mark'],
  ['a\nReceived: your parcel\n\nb', 'a\nReceived: your parcel\n\nb', 'a sentence that begins like a field'],
  [
    'The original message was received at noon\nb',
    'The original message was received at noon\nb',
    'a sentence about it',
  ],
])('%j ends as %j: %s', (text, expected) => {
  expect(linesBeforeReturned(text).join('\n')).toBe(expected);
});

test.each<[string, string[], string]>([
  [
    'while talking\n<<< 550 no\n554 gave up',
    ['550 no', 'while talking\n<<< 550 no\n554 gave up'],
    'the first answer, then all',
  ],
  [
    '<<< 550-a\n<<< 550 b\n<<< 503 c',
    ['550-a\n550 b', '<<< 550-a\n<<< 550 b\n<<< 503 c'],
    'an answer of two lines',
  ],
  ['<<< 250 ok', ['<<< 250 ok'], 'no refusal'],
  ['550 no', ['550 no'], 'no session'],
])('%j in turns is %j: %s', (text, expected) => {
  expect(inTurns(text)).toEqual(expected);
});
