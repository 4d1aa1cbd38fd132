import { describe, expect, test } from 'vitest';

import { opensmtpdLog } from '#sources/relay/opensmtpd-log.js';

import { readText } from './read-relay.js';

const AT = 'Nov 26 10:00:00 relay smtpd[1]: ';
const SESSION = `${AT}3c0b2095e3af7aef`;
const ENVELOPE = 'evpid=0e139648730fa6c1 from=<kay@contoso.example> to=<a@contoso.example>';
const ROUTE = 'rcpt=<-> source="192.0.2.9" relay="192.0.2.1 (mx.contoso.example)" delay=1h2m3s';

describe('what lines tell of an envelope', () => {
  test.each([
    {
      lines: [`${SESSION} smtp envelope ${ENVELOPE}`],
      mails: ['kay@contoso.example|a@contoso.example|active||'],
      why: 'it came',
    },
    {
      lines: [`${SESSION} mta delivery ${ENVELOPE} ${ROUTE} result="TempFail" stat="451 4.3.2 later"`],
      mails: ['kay@contoso.example|a@contoso.example|deferred|mx.contoso.example|451 4.3.2 later'],
      why: 'deferred',
    },
    {
      lines: [
        `${SESSION} mta delivery ${ENVELOPE} ${ROUTE} result="TempFail" stat="451 4.3.2 later"`,
        `${SESSION} mta delivery ${ENVELOPE} ${ROUTE} result="Ok" stat="250 2.0.0 ok"`,
      ],
      mails: ['kay@contoso.example|a@contoso.example|delivered|mx.contoso.example|250 2.0.0 ok'],
      why: 'the last state counts',
    },
    {
      lines: [`${SESSION} mta delivery ${ENVELOPE} ${ROUTE} result="PermFail" stat="550 5.1.1 no"`],
      mails: ['kay@contoso.example|a@contoso.example|bounced|mx.contoso.example|550 5.1.1 no'],
      why: 'refused',
    },
    {
      lines: [
        `${SESSION} mda delivery ${ENVELOPE} user=kay delay=0s result=TempFail stat=Error ("mail.local: no")`,
      ],
      mails: ['kay@contoso.example|a@contoso.example|deferred||Error ("mail.local: no")'],
      why: 'to a mailbox, without quotation marks',
    },
    {
      lines: [
        `${SESSION} mta delivery ${ENVELOPE} ${ROUTE} result="TempFail" stat="451 4.3.2 later"`,
        `${AT}relay: Expire for 0e139648730fa6c1: from=<kay@contoso.example>, to=<a@contoso.example>, rcpt=<->, delay=4d, stat=Envelope expired`,
      ],
      mails: ['kay@contoso.example|a@contoso.example|expired|mx.contoso.example|451 4.3.2 later'],
      why: 'too old, for the reason of the last try',
    },
    {
      lines: [
        `${AT}relay: Expire for 0e139648730fa6c1: from=<@>, to=<a@contoso.example>, rcpt=<->, delay=4d, stat=Envelope expired`,
      ],
      mails: ['|a@contoso.example|expired||'],
      why: 'too old, and nothing is known of its tries',
    },
    {
      lines: [
        `${SESSION} smtp envelope ${ENVELOPE}`,
        `${AT}relay: Remove for 0e139648730fa6c1: from=<kay@contoso.example>, to=<a@contoso.example>, rcpt=<->, delay=1s, stat=Removed by administrator`,
      ],
      mails: [],
      why: 'removed by a person',
    },
    {
      lines: [
        `${SESSION} mta delivery ${ENVELOPE} ${ROUTE} result="TempFail" stat="451 x" result="Ok" stat="250 ok"`,
      ],
      mails: [
        'kay@contoso.example|a@contoso.example|deferred|mx.contoso.example|451 x" result="Ok" stat="250 ok',
      ],
      why: 'a reply that imitates an outcome',
    },
    {
      lines: [
        `${SESSION} mta delivery evpid=0e139648730fa6c1 from=<"x> to=<y@evil.example> result="@contoso.example> to=<a@contoso.example> ${ROUTE} result="TempFail" stat="451 x"`,
      ],
      mails: [
        '"x> to=<y@evil.example> result="@contoso.example|a@contoso.example|deferred|mx.contoso.example|451 x',
      ],
      why: 'an address that imitates what comes behind it, as far as its quotation marks close',
    },
    {
      lines: ['Nov 26 10:00:00 relay sshd[1]: 3c0b2095e3af7aef smtp envelope evpid=x', 'x', ''],
      mails: [],
      why: 'lines of other programs',
    },
  ])('$why', ({ lines, mails }) => {
    const read = readText(opensmtpdLog, lines.map((line) => `${line}\n`).join(''));
    expect(
      read.mails.map(({ sender, recipient, state, nextHop, reply }) =>
        [sender, recipient, state, nextHop, reply].join('|'),
      ),
    ).toEqual(mails);
    expect(read.report.broken).toBe(0);
  });
});

test('arrival is reckoned from the delay where its line is missing', () => {
  const { mails } = readText(
    opensmtpdLog,
    `${SESSION} mta delivery ${ENVELOPE} ${ROUTE} result="TempFail" stat="x"\n`,
  );
  expect(mails[0]?.arrivedAt).toEqual(new Date('2026-11-26T08:57:57Z'));
});

test.each([
  [`${SESSION} mta delivery evpid=0e139648730fa6c1 from=<kay`, 'cut within an address'],
  [`${SESSION} mta delivery ${ENVELOPE} ${ROUTE} result="Perhaps" stat="x"`, 'an outcome of a later version'],
  [`${SESSION} mta delivery ${ENVELOPE} ${ROUTE}`, 'cut before the outcome'],
])('broken: %s: %s', (line) => {
  const { mails, report } = readText(opensmtpdLog, `${line}\n`);
  expect(mails.filter(({ state }) => state !== 'active')).toEqual([]);
  expect(report.broken).toBe(1);
});
