import { describe, expect, test } from 'vitest';

import { type OpenMessages, openMessages } from '#sources/relay/open-messages.js';
import { postfixLog } from '#sources/relay/postfix-log.js';

import { readText } from './read-relay.js';

const AT = 'Nov 26 10:00:00 relay postfix';
const DEFERRED =
  'delay=60, delays=0/0/1/0, dsn=4.3.2, status=deferred (host mx.contoso.example[192.0.2.1] said: 451 4.3.2 later (in reply to RCPT TO command))';

function read(lines: readonly string[]): {
  readonly mails: readonly string[];
  readonly notes: readonly string[];
} {
  const { mails, report } = readText(postfixLog, lines.map((line) => `${line}\n`).join(''));
  return {
    mails: mails.map(({ queueId, sender, recipient, state, nextHop, reply }) =>
      [queueId, sender, recipient, state, nextHop, reply].join('|'),
    ),
    notes: report.notes,
  };
}

describe('what lines tell of a delivery', () => {
  test.each([
    {
      lines: [
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=mx.contoso.example[192.0.2.1]:25, ${DEFERRED}`,
      ],
      mails: ['4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later'],
      why: 'the only line there is: the sender is not known',
    },
    {
      lines: [
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=mx.contoso.example[192.0.2.1]:25, delay=90, dsn=2.0.0, status=sent (250 ok)`,
        `${AT}/qmgr[1]: 4A1B2C3D4E: removed`,
      ],
      mails: ['4A1B2C3D4E||a@contoso.example|delivered|mx.contoso.example|250 ok'],
      why: 'the last state counts',
    },
    {
      lines: [
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<b@contoso.example>, relay=none, delay=1, dsn=5.1.1, status=bounced (unknown user)`,
      ],
      mails: [
        '4A1B2C3D4E||b@contoso.example|bounced||unknown user',
        '4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later',
      ],
      why: 'each recipient has its own state',
    },
    {
      lines: [
        `${AT}/qmgr[1]: 4A1B2C3D4E: from=<kay@contoso.example>, size=10, nrcpt=1 (queue active)`,
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        `${AT}/qmgr[1]: 4A1B2C3D4E: from=<kay@contoso.example>, status=force-expired, returned to sender`,
        `${AT}/qmgr[1]: 4A1B2C3D4E: removed`,
      ],
      mails: ['4A1B2C3D4E|kay@contoso.example|a@contoso.example|expired|mx.contoso.example|451 4.3.2 later'],
      why: 'given up by hand, with the reply of the last try',
    },
    {
      lines: [
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, orig_to=<list@contoso.example>, relay=none, ${DEFERRED}`,
      ],
      mails: ['4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later'],
      why: 'an alias',
    },
    {
      lines: [
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=mx.contoso.example[192.0.2.1], delay=5, status=deferred (451 later)`,
      ],
      mails: ['4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 later'],
      why: 'versions before 2.3: no port, no dsn, no delays',
    },
    {
      lines: [`${AT}-out/smtp[1]: 3xYzBCDFGHJ0kLm: to=<a@contoso.example>, relay=none, ${DEFERRED}`],
      mails: ['3xYzBCDFGHJ0kLm||a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later'],
      why: 'an instance with a name of its own, and a long id',
    },
    {
      lines: [`${AT}/relay/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`],
      mails: ['4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later'],
      why: 'a service with a name of its own',
    },
    {
      lines: [
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, delay=1, dsn=4.1.1, status=undeliverable (450 no)`,
      ],
      mails: [],
      why: 'a probe of an address is no mail',
    },
    {
      lines: [
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        `${AT}/postsuper[1]: 4A1B2C3D4E: placed on hold`,
      ],
      mails: ['4A1B2C3D4E||a@contoso.example|on-hold|mx.contoso.example|451 4.3.2 later'],
      why: 'kept by hand',
    },
    {
      lines: [
        `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        `${AT}/postsuper[1]: 4A1B2C3D4E: placed on hold`,
        `${AT}/postsuper[1]: 4A1B2C3D4E: released from hold`,
      ],
      mails: ['4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later'],
      why: 'and let go again',
    },
    {
      lines: [
        `${AT}/cleanup[1]: 4A1B2C3D4E: hold: header Subject: x; from=<z@evil.example> to=<y@evil.example> from app[192.0.2.9]; from=<kay@contoso.example> to=<a@contoso.example> proto=ESMTP helo=<app>: wait`,
      ],
      mails: ['4A1B2C3D4E|kay@contoso.example|a@contoso.example|on-hold||'],
      why: 'kept by a rule, with a subject that imitates the end of the line',
    },
    {
      lines: [
        `${AT}/smtpd[1]: NOQUEUE: hold: RCPT from app[192.0.2.9]: x; from=<kay@contoso.example> to=<a@contoso.example> proto=ESMTP`,
        `${AT}/smtpd[1]: NOQUEUE: reject: RCPT from app[192.0.2.9]: 450 4.3.0 x; from=<kay@contoso.example> to=<a@contoso.example>`,
      ],
      mails: [],
      why: 'what was not taken is not in the queue',
    },
    {
      lines: [
        `Nov 26 10:00:00 relay sm-mta[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        `Nov 26 10:00:00 relay dovecot: lmtp(a@contoso.example): 4A1B2C3D4E: to=<a@contoso.example>, ${DEFERRED}`,
        `Nov 26 10:00:00 relay kernel: x`,
        '',
      ],
      mails: [],
      why: 'lines of other programs',
    },
  ])('$why', ({ lines, mails }) => {
    expect(read(lines).mails).toEqual(mails);
  });
});

describe('strangers choose addresses and replies', () => {
  test.each([
    {
      line: `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=mx.contoso.example[192.0.2.1]:25, delay=1, dsn=4.3.2, status=deferred (host mx.contoso.example[192.0.2.1] said: 451 x, status=sent (250 ok) (in reply to RCPT TO command))`,
      mail: '4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 x, status=sent (250 ok)',
      why: 'an outcome in a reply',
    },
    {
      line: `${AT}/smtp[1]: 4A1B2C3D4E: to=<"x>, relay=none, delay=1, dsn=2.0.0, status=sent (250 ok"@contoso.example>, relay=none, ${DEFERRED}`,
      mail: '4A1B2C3D4E||"x>, relay=none, delay=1, dsn=2.0.0, status=sent (250 ok"@contoso.example|deferred|mx.contoso.example|451 4.3.2 later',
      why: 'an outcome in a quoted address',
    },
    {
      line: `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, orig_to=<"x>, status=sent (250 ok"@contoso.example>, relay=none, ${DEFERRED}`,
      mail: '4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later',
      why: 'an outcome in the address before an alias',
    },
    {
      line: `${AT}/smtp[1]: 4A1B2C3D4E: to=<"a\\">, b, (c)"@contoso.example>, relay=none, ${DEFERRED}`,
      mail: '4A1B2C3D4E||"a\\">, b, (c)"@contoso.example|deferred|mx.contoso.example|451 4.3.2 later',
      why: 'a quotation mark behind a backslash, commas and brackets',
    },
    {
      line: `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=mx.contoso.example[192.0.2.1]:25, delay=1, dsn=4.3.2, status=deferred (host mx.contoso.example[192.0.2.1] said: 451 \u001b[2J\u009b31m gone)`,
      mail: '4A1B2C3D4E||a@contoso.example|deferred|mx.contoso.example|451 \u001b[2J\u009b31m gone',
      why: 'escape sequences are left to those who show them',
    },
  ])('$why', ({ line, mail }) => {
    expect(read([line]).mails).toEqual([mail]);
  });

  test.each([
    [
      '"x>, status=expired, returned to sender"@evil.example',
      'the end of a message in the address of its sender',
    ],
    ['"x>, size=1, nrcpt=1 (queue active)"@evil.example', 'another line of the queue manager'],
  ])('sender %s: %s', (sender) => {
    const { mails } = read([
      `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
      `${AT}/qmgr[1]: 4A1B2C3D4E: from=<${sender}>, size=2, nrcpt=1 (queue active)`,
    ]);
    expect(mails).toEqual([
      `4A1B2C3D4E|${sender}|a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later`,
    ]);
  });

  test('a Message-ID that imitates a delivery is only a name', () => {
    const { mails } = readText(
      postfixLog,
      `${AT}/cleanup[1]: 4A1B2C3D4E: message-id=<x> to=<b@evil.example>, status=sent (ok)\n${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}\n`,
    );
    expect(mails).toHaveLength(1);
    expect(mails[0]?.messageId).toBe('<x> to=<b@evil.example>, status=sent (ok)');
  });
});

describe('times', () => {
  test('arrival is when it came, else reckoned from the delay of a try', () => {
    const { mails } = readText(
      postfixLog,
      [
        'Nov 26 09:00:00 relay postfix/smtpd[1]: 4A1B2C3D4E: client=app[192.0.2.9]',
        'Nov 26 09:30:00 relay postfix/qmgr[1]: 4A1B2C3D4E: from=<k@contoso.example>, size=1, nrcpt=1 (queue active)',
        `Nov 26 10:00:00 relay postfix/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        `Nov 26 10:00:00 relay postfix/smtp[1]: 4A1B2C3D4F: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        '',
      ].join('\n'),
    );
    expect(mails.map(({ arrivedAt, lastAttemptAt }) => [arrivedAt, lastAttemptAt])).toEqual([
      [new Date('2026-11-26T09:00:00Z'), new Date('2026-11-26T10:00:00Z')],
      [new Date('2026-11-26T09:59:00Z'), new Date('2026-11-26T10:00:00Z')],
    ]);
  });

  test('a log over New Year without years', () => {
    const { mails, report } = readText(
      postfixLog,
      [
        `Dec 31 23:59:50 relay postfix/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        `Jan  1 00:00:10 relay postfix/smtp[1]: 4A1B2C3D4F: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
        '',
      ].join('\n'),
      { asOf: new Date('2027-01-01T06:00:00Z'), timeZone: 'UTC', dateOrder: null },
    );
    expect(mails.map(({ lastAttemptAt }) => lastAttemptAt?.toISOString())).toEqual([
      '2026-12-31T23:59:50.000Z',
      '2027-01-01T00:00:10.000Z',
    ]);
    expect(report.newestAt).toEqual(new Date('2027-01-01T00:00:10Z'));
  });
});

describe('ids are used again', () => {
  test.each([
    ['smtpd[1]: 4A1B2C3D4E: client=app[192.0.2.9]', 'it came over SMTP'],
    ['pickup[1]: 4A1B2C3D4E: uid=0 from=<root>', 'it came from a program'],
    ['cleanup[1]: 4A1B2C3D4E: message-id=<2@contoso.example>', 'it has another Message-ID'],
  ])('%s: %s', (line) => {
    const { mails, notes } = read([
      `${AT}/cleanup[1]: 4A1B2C3D4E: message-id=<1@contoso.example>`,
      `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
      `${AT}/${line}`,
      `${AT}/smtp[1]: 4A1B2C3D4E: to=<b@contoso.example>, relay=none, ${DEFERRED}`,
    ]);
    expect(mails).toEqual(['4A1B2C3D4E||b@contoso.example|deferred|mx.contoso.example|451 4.3.2 later']);
    expect(notes).toEqual(['1 queue id used again while deliveries of the message before were open.']);
  });

  test('the same Message-ID once more is the same message', () => {
    const { mails, notes } = read([
      `${AT}/cleanup[1]: 4A1B2C3D4E: message-id=<1@contoso.example>`,
      `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
      `${AT}/cleanup[1]: 4A1B2C3D4E: message-id=<1@contoso.example>`,
    ]);
    expect(mails).toHaveLength(1);
    expect(notes).toEqual([]);
  });
});

describe('what cannot be told is said', () => {
  test.each([
    [`${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, delay=1`, 'cut before its status'],
    [
      `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, dsn=2.0.0, status=vanished (x)`,
      'a new status',
    ],
    [`${AT}/qmgr[1]: 4A1B2C3D4E: from=<a@contoso.example`, 'cut within an address'],
    ['Foo 99 10:00:00 relay postfix/smtp[1]: 4A1B2C3D4E: removed', 'a date that is none'],
  ])('%s: %s', (line) => {
    const { mails, report } = readText(postfixLog, `x\n${line}\n`);
    expect(mails).toEqual([]);
    expect(report).toMatchObject({ records: 2, broken: 1 });
    expect(report.firstBroken[0]).toMatch(/^line 2: .+ was expected$/);
  });

  test('a message that is deleted by hand has no outcome', () => {
    const { mails, notes } = read([
      `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, ${DEFERRED}`,
      `${AT}/postsuper[1]: 4A1B2C3D4E: removed`,
    ]);
    expect(mails).toEqual([]);
    expect(notes).toEqual(['1 delivery left the queue with no outcome in the log.']);
  });
});

test('of a reply without end as much is kept as anybody reads', () => {
  const { mails } = readText(
    postfixLog,
    `${AT}/smtp[1]: 4A1B2C3D4E: to=<a@contoso.example>, relay=none, delay=1, dsn=4.0.0, status=deferred (${'y'.repeat(60_000)})\n`,
  );
  expect(mails[0]?.reply).toBe('y'.repeat(4096));
});

describe('messages that are open', () => {
  const opened = (mostOpen: number): OpenMessages => openMessages(() => undefined, mostOpen);
  const told = { state: 'deferred', attemptMs: 0, nextHop: null, reply: null } as const;

  test('of too many, those are forgotten that were not touched for longest', () => {
    const open = opened(6);
    for (const id of ['a', 'b', 'c']) open.keep(open.take(id), 'x@contoso.example', told);
    open.keep(open.take('a'), 'x@contoso.example', told);
    open.keep(open.take('d'), 'x@contoso.example', told);
    expect([...open.all()].map(({ queueId }) => queueId)).toEqual(['c', 'a', 'd']);
    expect(open.notes()).toEqual(['1 message forgotten: more were open at once than are kept.']);
  });

  test('what is over makes room', () => {
    const open = opened(4);
    for (let round = 0; round < 100; round += 1) {
      const message = open.take(`id${round}`);
      open.keep(message, 'x@contoso.example', told);
      open.keep(message, 'x@contoso.example', { ...told, reply: 'y'.repeat(300) });
      open.settle(message, 'x@contoso.example', told);
      open.close(message);
    }
    expect(open.notes()).toEqual([]);
    expect([...open.all()]).toEqual([]);
  });

  test('long replies weigh more', () => {
    const open = opened(20);
    open.keep(open.take('a'), 'x@contoso.example', told);
    open.keep(open.take('b'), 'x@contoso.example', { ...told, reply: 'y'.repeat(4096) });
    open.keep(open.take('c'), 'x@contoso.example', told);
    expect([...open.all()].map(({ queueId }) => queueId)).toEqual(['b', 'c']);
  });

  test('one message with endless recipients does not fill the memory', () => {
    const open = opened(100);
    for (let at = 0; at < 1000; at += 1) open.keep(open.take('a'), `x${at}@contoso.example`, told);
    const kept = [...open.all()].flatMap(({ recipients }) => [...recipients.keys()]);
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(open.notes()).toHaveLength(1);
  });
});
