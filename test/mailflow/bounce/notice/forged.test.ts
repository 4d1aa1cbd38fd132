/**
 * Whoever writes a message can write into it whatever a report might say. When it comes back, its text is returned with the
 * report, and none of it may change the answer.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import type { Notice } from '#mailflow/bounce/notice/notice.js';
import { readNotice } from '#mailflow/bounce/notice/read-notice.js';

/** What a forger would like us to believe, in every form that we read elsewhere. */
const FORGERIES: readonly string[] = [
  '550 5.7.1 Message rejected as spam',
  '421 4.3.2 Temporary server error ATTR2. This message will be retried, only a warning',
  'Diagnostic-Code: smtp; 550 5.7.606 Access denied, banned sending IP [192.0.2.66]',
  'Final-Recipient: rfc822; ceo@contoso.example\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 virus',
  'Final-Recipient: rfc822; ceo@contoso.example\nAction: delayed\nStatus: 4.4.7\nWill-Retry-Until: Wed, 3 Jun 2027 14:05:12 +0000',
  '<ceo@contoso.example>: host mx.contoso.example[192.0.2.66] said: 554 5.7.1 blocked using zen.spamhaus.org',
  "Remote Server returned '550 5.1.8 Access denied, bad outbound sender. AS(42004)'",
  'Diagnostic information for administrators:\nceo@contoso.example\n550 5.7.708 Access denied, traffic not accepted from this IP',
  '[{LED=450 4.4.316 Connection refused};{MSG=};{FQDN=mx.contoso.example};{IP=192.0.2.66};{LRT=}]',
  '   ----- The following addresses had permanent fatal errors -----\n<ceo@contoso.example>\n   ----- Transcript of session follows -----\n<<< 552 5.2.2 mailbox full',
  '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"ceo@contoso.example","status":"5.2.2"}]}}',
  'retry timeout exceeded; this message has been in the queue too long',
  'X-Failed-Recipients: ceo@contoso.example',
];

const HEAD = [
  'Return-Path: <>',
  'From: Mail Delivery System <MAILER-DAEMON@fabrikam.example>',
  'To: <ann@contoso.example>',
  'Subject: Undelivered Mail Returned to Sender',
  'MIME-Version: 1.0',
].join('\n');

const MESSAGE_HEAD =
  'Received: from pc by mail.contoso.example with ESMTP\nFrom: <ann@contoso.example>\nTo: <kay@fabrikam.example>\n';

/** The returned message, with forged words in its text and in a field of its header. */
function original(forged: string): string {
  return `${MESSAGE_HEAD}Subject: ${forged.split('\n')[0]}\nX-Note: ${forged.replaceAll('\n', '\n ')}\n\nHello,\n\n${forged}\n`;
}

/** The returned message as a forged report of its own. */
function originalReport(forged: string): string {
  return `${MESSAGE_HEAD}Subject: Undeliverable\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=inner\n\n--inner\nContent-Type: text/plain\n\n${forged}\n\n--inner\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; evil.example\n\nFinal-Recipient: rfc822; ceo@contoso.example\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 spam\n\n--inner--\n`;
}

const UNKNOWN_USER =
  'Final-Recipient: rfc822; kay@fabrikam.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n';

function report(returnedType: string, group = UNKNOWN_USER): (returned: string) => string {
  return (returned) =>
    `${HEAD}\nContent-Type: multipart/report; report-type=delivery-status; boundary=outer\n\n--outer\nContent-Type: text/plain\n\nYour message was not delivered.\n\n--outer\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.fabrikam.example\n\n${group}\n--outer\nContent-Type: ${returnedType}\n\n${returned}\n--outer--\n`;
}

function prose(before: string): (returned: string) => string {
  return (returned) => `${HEAD}\nContent-Type: text/plain\n\n${before}\n\n${returned}`;
}

const SHAPES: readonly (readonly [name: string, wrap: (returned: string) => string])[] = [
  ['a report with the whole message', report('message/rfc822')],
  ['a report with the header only', report('text/rfc822-headers')],
  [
    'a report whose status says nothing',
    report('message/rfc822', UNKNOWN_USER.replace('5.1.1\n', '5.0.0\n')),
  ],
  [
    'a report without a diagnosis',
    report(
      'message/rfc822',
      'Final-Recipient: rfc822; kay@fabrikam.example\nAction: failed\nStatus: 5.0.0\n',
    ),
  ],
  [
    'qmail',
    prose(
      "Hi. This is the qmail-send program at fabrikam.example.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<kay@fabrikam.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.",
    ),
  ],
  [
    'Exim',
    prose(
      'A message that you sent could not be delivered to one or more of its recipients. This is a permanent error. The following address(es) failed:\n\n  kay@fabrikam.example\n    Unknown user\n\n------ This is a copy of the message, including all the headers. ------',
    ),
  ],
  [
    'Gmail',
    prose(
      'Delivery to the following recipient failed permanently:\n\n     kay@fabrikam.example\n\nTechnical details of permanent failure:\nThe error that the other server returned was: 550 5.1.1 User unknown\n\n----- Original message -----',
    ),
  ],
  [
    'sendmail',
    prose(
      '   ----- The following addresses had permanent fatal errors -----\n<kay@fabrikam.example>\n    (reason: 550 5.1.1 User unknown)\n\n   ----- Original message follows -----',
    ),
  ],
  [
    'Exchange',
    prose(
      "Diagnostic information for administrators:\nGenerating server: AB1PR.prod.outlook.com\nkay@fabrikam.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'\n\nOriginal message headers:\n",
    ),
  ],
  [
    'prose with the message attached',
    (returned) =>
      `${HEAD}\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: text/plain\n\nYour message to <kay@fabrikam.example> could not be delivered.\n\n--outer\nContent-Type: message/rfc822\n\n${returned}\n--outer--\n`,
  ],
  [
    'prose with the message attached in base64',
    (returned) =>
      `${HEAD}\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: text/plain\n\nYour message to <kay@fabrikam.example> could not be delivered.\n\n--outer\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${Buffer.from(returned).toString('base64')}\n--outer--\n`,
  ],
];

/** All that an answer says; the notice's own words stay what they are. */
function answerOf(notice: Notice): unknown {
  return {
    kind: notice.kind,
    verdict: notice.verdict,
    recipients: notice.recipients.map(({ recipient, action, status, verdict }) => ({
      recipient,
      action,
      status,
      verdict,
    })),
  };
}

describe.each(SHAPES)('%s', (_name, wrap) => {
  const honest = answerOf(readNotice(wrap(original('See you on Monday.'))));

  test.each(FORGERIES)('the message said: %s', (forged) => {
    expect(answerOf(readNotice(wrap(original(forged))))).toEqual(honest);
  });

  test('the message was a report of its own', () => {
    expect(answerOf(readNotice(wrap(originalReport('550 5.7.1 spam'))))).toEqual(honest);
  });

  test('the message said several of these things', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...FORGERIES), { maxLength: 6 }), (lines) => {
        expect(answerOf(readNotice(wrap(original(lines.join('\n\n')))))).toEqual(honest);
      }),
      { numRuns: 30 },
    );
  });
});

test('an attached report is read where somebody passed it on, and marked as such', () => {
  const attached = (head: string): Notice =>
    readNotice(
      `${head}\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: text/plain\n\nLook at this.\n\n--outer\nContent-Type: message/rfc822\n\n${originalReport('x')}\n--outer--\n`,
    );
  const passedOn = attached('From: <ann@contoso.example>\nSubject: What is this?\nMIME-Version: 1.0');
  expect(passedOn.notes).toEqual(['attached-report']);
  expect(passedOn.recipients.map(({ recipient }) => recipient)).toEqual(['ceo@contoso.example']);
  expect(attached(HEAD).notes).toEqual([]);
  expect(attached(HEAD).recipients.map(({ recipient }) => recipient)).not.toContain('ceo@contoso.example');
});

describe('a report that was pasted as text', () => {
  const pasted = (headers: string): string =>
    `Generating server: AB1PR.prod.outlook.com\nkay@fabrikam.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'\nOriginal message headers:\n${headers}`;

  test.each(FORGERIES)('headers below it said: %s', (forged) => {
    const saidBelow = (words: string): object => ({
      ...classify({ text: pasted(`Subject: ${words}\n`) }),
      text: '',
    });
    expect(saidBelow(forged)).toEqual(saidBelow('Monday'));
  });
});

describe('a reply that quotes what it was sent', () => {
  test.each<[text: string, rule: string, why: string]>([
    [
      '[{LED=550 5.1.1 User unknown};{MSG=};{FQDN=450.4.7.1.greylisted.example};{IP=192.0.2.9};{LRT=}]',
      'recipient-unknown',
      'a host name in a record is no evidence',
    ],
    [
      '[{LED=450 4.4.316 Connection refused};{MSG=};{FQDN=};{IP=};{LRT=}] {LED=550 5.7.1 spam}',
      'connection-refused',
      'a second record behind the first',
    ],
    [
      '550 5.1.1 <"550 5.7.1 spam"@contoso.example>: User unknown',
      'recipient-unknown',
      'words in an address',
    ],
  ])('%s', (text, rule) => {
    expect(classify({ text }).rule).toBe(rule);
  });
});
