import { describe, expect, test } from 'vitest';

import { eximLog } from '#sources/relay/exim-log.js';

import { readText } from './read-relay.js';

const AT = '2026-11-26 11:21:10 1xWXXE-0004cS-39';
const HOST = 'R=r T=t H=mx.contoso.example [192.0.2.1]';
const SAID = 'SMTP error from remote mail server after RCPT TO:<a@contoso.example>';

function read(lines: readonly string[]): {
  readonly mails: readonly string[];
  readonly notes: readonly string[];
} {
  const { mails, report } = readText(eximLog, lines.map((line) => `${line}\n`).join(''));
  return {
    mails: mails.map(({ sender, recipient, state, nextHop, reply }) =>
      [sender, recipient, state, nextHop, reply].join('|'),
    ),
    notes: report.notes,
  };
}

describe('what lines tell of a delivery', () => {
  test.each([
    {
      lines: [
        `${AT} == a@contoso.example R=r T=t defer (-44) H=mx.contoso.example [192.0.2.1]: ${SAID}: 451 4.3.2 later`,
      ],
      mails: ['|a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later'],
      why: 'deferred; the sender is not known',
    },
    {
      lines: [
        `${AT} <= kay@contoso.example H=app [192.0.2.9] P=esmtp S=10`,
        `${AT} == a@contoso.example R=r T=t defer (-44) H=mx.contoso.example [192.0.2.1]: ${SAID}: 451 4.3.2 later`,
        `${AT} => a@contoso.example ${HOST} C="250 2.0.0 \\"taken\\""`,
        `${AT} Completed`,
      ],
      mails: ['kay@contoso.example|a@contoso.example|delivered|mx.contoso.example|250 2.0.0 \\"taken\\"'],
      why: 'the last state counts',
    },
    {
      lines: [
        `${AT} => kay <kay@contoso.example> R=local T=maildir`,
        `${AT} -> /home/lee/mail <lee@contoso.example> R=local T=file`,
        `${AT} *> x@contoso.example R=r T=t`,
        `${AT} >> y@contoso.example ${HOST}`,
      ],
      mails: [
        '|kay@contoso.example|delivered||',
        '|lee@contoso.example|delivered||',
        '|x@contoso.example|delivered||',
        '|y@contoso.example|delivered|mx.contoso.example|',
      ],
      why: 'to a mailbox, to a file, for a test, while it came in',
    },
    {
      lines: [
        `${AT} ** a@contoso.example F=<kay@contoso.example> P=<kay@contoso.example> ${HOST}: ${SAID}: 550 5.1.1 no`,
      ],
      mails: ['|a@contoso.example|bounced|mx.contoso.example|550 5.1.1 no'],
      why: 'refused',
    },
    {
      lines: [
        `${AT} == a@contoso.example R=r T=t defer (-44) H=mx.contoso.example [192.0.2.1]: ${SAID}: 451 4.3.2 later`,
        `${AT} ** a@contoso.example: retry timeout exceeded`,
        `${AT} Completed`,
      ],
      mails: ['|a@contoso.example|expired|mx.contoso.example|451 4.3.2 later'],
      why: 'given up, for the reason of the last try',
    },
    {
      lines: [
        `${AT} ** a@contoso.example R=r T=t: all hosts for 'contoso.example' have been failing for a long time and were last tried after this message arrived`,
      ],
      mails: [
        "|a@contoso.example|expired||all hosts for 'contoso.example' have been failing for a long time and were last tried after this message arrived",
      ],
      why: 'given up without a try',
    },
    {
      lines: [
        `${AT} == a@contoso.example R=r T=t defer (-53): retry time not reached for any host`,
        `${AT} == a@contoso.example R=r T=t defer (111): Connection refused`,
      ],
      mails: ['|a@contoso.example|deferred||Connection refused'],
      why: 'the first real try of one that had to wait',
    },
    {
      lines: [`${AT} == a@contoso.example R=r defer (-1): x`, `${AT} Frozen`],
      mails: ['|a@contoso.example|on-hold||x'],
      why: 'frozen',
    },
    {
      lines: [
        `${AT} == a@contoso.example R=r defer (-1): x`,
        `${AT} frozen by root`,
        `${AT} Unfrozen by forced delivery`,
      ],
      mails: ['|a@contoso.example|deferred||x'],
      why: 'frozen by a person and let go',
    },
    {
      lines: [
        `${AT} <= <> R=1xWXXF-0004cW-0d U=exim P=local S=10`,
        `${AT} ** a@contoso.example ${HOST}: ${SAID}: 550 5.1.1 no`,
        `${AT} a@contoso.example: error ignored`,
        `${AT} Completed`,
      ],
      mails: ['|a@contoso.example|bounced|mx.contoso.example|550 5.1.1 no'],
      why: 'a DSN that fails and is dropped',
    },
    {
      lines: [
        `${AT} <= kay@contoso.example H=app [192.0.2.9] P=esmtp S=10 T="wait for it" from <kay@contoso.example> for list@contoso.example b@contoso.example`,
        `${AT} == a@contoso.example <list@contoso.example> R=r T=t defer (111): Connection refused`,
      ],
      mails: [
        'kay@contoso.example|b@contoso.example|active||',
        'kay@contoso.example|a@contoso.example|deferred||Connection refused',
      ],
      why: 'recipients that are told at arrival, one of which another is made of',
    },
    {
      lines: [
        `Nov 26 11:21:10 relay exim[99]: ${AT} [1] == a@contoso.example R=r defer (-1): x`.replace(
          ' [1]',
          '',
        ),
      ],
      mails: ['|a@contoso.example|deferred||x'],
      why: 'through syslog, with both times',
    },
    {
      lines: ['Nov 26 11:21:10 relay exim4[99]: 1xWXXE-0004cS-39 == a@contoso.example R=r defer (-1): x'],
      mails: ['|a@contoso.example|deferred||x'],
      why: 'through syslog, with one time',
    },
    {
      lines: [
        '2026-11-26 11:21:10.123 +0000 [99] 1xWXXE-000000004cS-39aB == a@contoso.example R=r defer (-1): x',
      ],
      mails: ['|a@contoso.example|deferred||x'],
      why: 'a long id since 4.97, a zone and a process',
    },
    {
      lines: [
        '2026-11-26 11:21:10 Start queue run: pid=1',
        '2026-11-26 11:21:10 H=evil [203.0.113.1] F=<x@evil.example> rejected RCPT <a@contoso.example>: 1xWXXE-0004cS-39 == a@contoso.example R=r defer (-1): x',
        'Nov 26 11:21:10 relay sshd[99]: 1xWXXE-0004cS-39 == a@contoso.example R=r defer (-1): x',
        'no time',
        '',
      ],
      mails: [],
      why: 'lines of no message, and of other programs',
    },
  ])('$why', ({ lines, mails }) => {
    expect(read(lines).mails).toEqual(mails);
  });
});

describe('strangers choose addresses, subjects and replies', () => {
  test.each([
    {
      line: `${AT} == a@contoso.example R=r T=t defer (-44) H=mx.contoso.example [192.0.2.1]: ${SAID}: 451 x C="250 ok" => b@contoso.example H=evil.example [203.0.113.1]`,
      mail: '|a@contoso.example|deferred|mx.contoso.example|451 x C="250 ok" => b@contoso.example H=evil.example [203.0.113.1]',
      why: 'an outcome in a reply',
    },
    {
      line: `${AT} == "x R=r defer (-1): y"@contoso.example R=r T=t defer (111): Connection refused`,
      mail: '|"x R=r defer (-1): y"@contoso.example|deferred||Connection refused',
      why: 'fields in a quoted address',
    },
    {
      line: `${AT} == x, (y) z@contoso.example <"x, (y) z"@contoso.example> R=r T=t defer (111): Connection refused`,
      mail: '|"x, (y) z"@contoso.example|deferred||Connection refused',
      why: 'an address that Exim writes without its quotation marks',
    },
  ])('$why', ({ line, mail }) => {
    expect(read([line]).mails).toEqual([mail]);
  });

  test.each<[string, string | null, string[], string]>([
    ['T="x" for b@contoso.example', 'x', ['b@contoso.example'], 'behind the subject it is Exim that speaks'],
    ['T="a \\" for evil@contoso.example b"', 'a \\" for evil@contoso.example b', [], 'within it, it is not'],
    ['T="cut for evil@contoso.example', null, [], 'a subject that is never closed'],
  ])('%s: %s', (field, subject, told) => {
    const { mails } = readText(
      eximLog,
      `${AT} <= kay@contoso.example H=app [192.0.2.9] P=esmtp S=10 id=1@contoso.example ${field}\n${AT} == a@contoso.example R=r defer (-1): x\n`,
    );
    const mail = mails.find(({ recipient }) => recipient === 'a@contoso.example');
    expect(mail).toMatchObject({ subject, messageId: '<1@contoso.example>', sizeBytes: 10 });
    expect(mails.map(({ recipient }) => recipient)).toEqual([...told, 'a@contoso.example']);
  });

  test('the sender may be quoted, with blanks', () => {
    const { mails } = read([
      `${AT} <= "kay <= o, lee"@contoso.example H=app [192.0.2.9] P=esmtp S=10`,
      `${AT} == a@contoso.example R=r defer (-1): x`,
    ]);
    expect(mails).toEqual(['"kay <= o, lee"@contoso.example|a@contoso.example|deferred||x']);
  });
});

test('arrival: the line of it, else the id', () => {
  const { mails } = readText(
    eximLog,
    [
      '2026-11-26 11:21:05 1xWXXE-0004cS-39 <= kay@contoso.example H=app [192.0.2.9] P=esmtp S=10',
      '2026-11-26 11:21:10 1xWXXE-0004cS-39 == a@contoso.example R=r defer (-1): x',
      '2026-11-26 11:21:10 1xWXXE-0004cS-40 == a@contoso.example R=r defer (-1): x',
      '2026-11-26 11:21:10 000000-0004cS-40 == a@contoso.example R=r defer (-1): x',
      '',
    ].join('\n'),
  );
  expect(mails.map(({ arrivedAt }) => arrivedAt?.toISOString() ?? null)).toEqual([
    '2026-11-26T11:21:05.000Z',
    '2026-11-26T11:21:04.000Z',
    null,
  ]);
});

test('a message that is removed by hand has no outcome', () => {
  const { mails, notes } = read([
    `${AT} == a@contoso.example R=r defer (-1): x`,
    `${AT} removed by root`,
    `${AT} Completed`,
  ]);
  expect(mails).toEqual([]);
  expect(notes).toEqual(['1 delivery left the queue with no outcome in the log.']);
});

test('a delivery without an address is broken', () => {
  const { report } = readText(eximLog, `${AT} == \n${AT} ** : x\n`);
  expect(report.firstBroken).toEqual([
    'line 1: an address behind the mark of a delivery was expected',
    'line 2: an address behind the mark of a delivery was expected',
  ]);
});
