import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import type { Rule } from '#mailflow/bounce/rule.js';
import {
  BASES,
  PARTIES,
  REASONS,
  RETRIES,
  VERDICT_CLASSES,
  VERDICT_STATES,
} from '#mailflow/bounce/verdict.js';

const EXPIRED_DEEP =
  '550 4.4.7 QUEUE.Expired; message expired. Reason: 450 4.7.0 Proxy session setup failed on Frontend with \'451 4.4.0 Primary target IP address responded with: "421 4.4.1 Connection timed out."\'';

describe('what an admin must be told rightly', () => {
  test.each<[text: string, expected: object, why: string]>([
    [
      '451 4.3.2 Temporary server error. Please try again later ATTR2',
      { class: 'transient', state: 'deferred', party: 'service', retry: 'automatic' },
      'a fault at the edge',
    ],
    [
      '451 4.4.4 Temporary server error. Please try again later ATTR1',
      { class: 'transient', state: 'deferred', party: 'service' },
      'the same with another code',
    ],
    [
      '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel',
      { class: 'transient', party: 'service' },
      'not the sender, though it sounds so',
    ],
    [
      '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit',
      { class: 'transient', party: 'sender' },
      'this one is the sender',
    ],
    [
      '550 4.4.7 QUEUE.Expired; message expired',
      { class: 'permanent', state: 'expired', reason: 'expired', mismatch: true },
      'final in spite of the 4',
    ],
    [
      '550 5.4.300 Message expired',
      { class: 'permanent', state: 'expired', reason: 'expired', mismatch: false },
      'the cause is not told',
    ],
    [
      '550 5.4.316 Message expired, connection refused',
      { class: 'permanent', state: 'expired', reason: 'connection-failed' },
      'the cause is told',
    ],
    [
      '550 5.7.323 tlsa-invalid',
      { class: 'permanent', state: 'expired', reason: 'tls-failed' },
      'twin of a deferral',
    ],
    ['4.4.7 Message delayed', { class: 'transient', state: 'deferred' }, 'a delay notice has the same code'],
    [
      '554 4.3.2 mailbox busy; STOREDRV.Deliver.Exception:StoragePermanentException',
      { class: 'permanent', state: 'bounced', reason: 'mailbox-limit', mismatch: true },
      'final in spite of the 4',
    ],
    [
      '451 5.7.3 STARTTLS is required to send mail',
      { class: 'transient', reason: 'tls-failed', mismatch: true },
      'not final in spite of the 5',
    ],
    [
      '450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError)',
      { class: 'transient', party: 'unknown' },
      'one message cannot tell',
    ],
    [
      "Remote Server returned ''",
      { class: 'unknown', state: 'unknown', reason: 'unknown', party: 'unknown', replyCode: null },
      'no evidence, no guess',
    ],
    ['', { class: 'unknown', rule: 'unknown' }, 'nothing at all'],
    [
      'mailbox is full',
      { class: 'unknown', reason: 'mailbox-full', basis: 'text' },
      'words do not say whether it is final',
    ],
    ['retry timeout exceeded', { class: 'permanent', state: 'expired', basis: 'text' }, 'these words do'],
    ['5.1.8', { reason: 'sender-blocked' }, "a bare code is read as Microsoft's"],
    [
      '550 5.1.8 Access denied, bad outbound sender AS(42004)',
      { reason: 'sender-blocked', party: 'sender' },
      'Microsoft wrote it',
    ],
    [
      '553 5.1.8 <lee@contoso.example>: Sender address rejected: Domain not found',
      { reason: 'sender-invalid' },
      'another server wrote it',
    ],
    [
      '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
      { reason: 'recipient-unknown' },
      'not null MX',
    ],
    [
      '556 5.1.10 Recipient address has null MX',
      { reason: 'recipient-domain-invalid', retry: 'never' },
      'the registry',
    ],
    [
      '554 5.7.1 Connection refused. Your IP 192.0.2.4 has a poor reputation',
      { class: 'permanent', state: 'bounced', reason: 'ip-blocked', party: 'sender' },
      'a server that answers was reached, and nothing expired',
    ],
    [
      '554 5.7.1 Connection refused from 192.0.2.4',
      { state: 'bounced', reason: 'ip-blocked', party: 'sender' },
      'a code of policy is no shut port',
    ],
    [
      '550 5.4.316 Connection refused',
      { state: 'expired', reason: 'connection-failed', party: 'network' },
      'the code is that of an expiry',
    ],
    [
      '554 5.4.316 Message expired; connection refused, 192.0.2.9 has a poor reputation',
      { state: 'expired', reason: 'ip-blocked' },
      'the code goes on saying that it expired',
    ],
    [
      'connect to spam.fabrikam.example[192.0.2.9]:25: Connection refused',
      { class: 'transient', reason: 'connection-failed', party: 'network' },
      'the name of a host is no verdict about spam',
    ],
    [
      '550 5.7.1 The SendConnector for this address space could not be found',
      { reason: 'routing-error', party: 'connector' },
      'what is missing is no recipient',
    ],
    [
      '454 4.7.5 The certificate specified in TlsCertificateName of the SendConnector could not be found',
      { reason: 'tls-failed', party: 'connector' },
      'in one word as in two',
    ],
    [
      '550 5.6.7 Recipient address needs SMTPUTF8',
      { reason: 'protocol-error', party: 'recipient' },
      'RFC 6531: the next server lacks it',
    ],
    [
      '550 5.6.8 UTF-8 string reply is required, but not permitted by the SMTP client',
      { reason: 'protocol-error', party: 'sender' },
      'this time the client lacks it',
    ],
    [
      '550 5.1.1 The service has suppressed sending to this address: a history of bouncing as an invalid address',
      { reason: 'suppressed', party: 'recipient' },
      'it bounced before',
    ],
    [
      'Recipient address is on the suppression list',
      { class: 'permanent', reason: 'suppressed', party: 'recipient' },
      'so did this one',
    ],
    [
      '550 5.7.1 You are not allowed to post to this mailing list',
      { reason: 'recipient-restricted', party: 'recipient-policy' },
      'the list decides who posts',
    ],
    [
      '550 Only members may post to this list',
      { reason: 'recipient-restricted', party: 'recipient-policy' },
      'the same in other words',
    ],
    [
      '421 4.2.1 Service unavailable',
      { class: 'transient', reason: 'service-error', party: 'recipient' },
      'the words are about the server',
    ],
    ['450 4.2.1', { reason: 'mailbox-disabled' }, 'nothing but the code'],
    [
      '450 4.2.1 Mailbox temporarily unavailable',
      { reason: 'mailbox-disabled' },
      'the words are about the mailbox',
    ],
    [
      '451 Could not complete sender verify callout',
      { class: 'transient', reason: 'sender-invalid', party: 'sender' },
      "it is the sender's server that was asked",
    ],
    [
      '450 4.1.7 <lee@contoso.example>: Sender address rejected: unverified address: connect to mx.contoso.example: Connection timed out',
      { class: 'transient', reason: 'sender-invalid', party: 'sender' },
      'so it is when that one does not answer',
    ],
    [
      '450 4.1.1 <kay@fabrikam.example>: Recipient address rejected: unverified address: Address verification in progress',
      { class: 'transient', reason: 'service-error', party: 'recipient' },
      'of the recipient another server was asked',
    ],
    [
      '554 5.7.1 Message rejected due to content restrictions',
      { reason: 'content-rejected', party: 'recipient-policy' },
      'content is named',
    ],
    ['250 2.1.5 RESOLVER.GRP.Expanded', { class: 'none', state: 'expanded' }, 'success'],
    [
      '220 mx.fabrikam.example ESMTP ready',
      { class: 'none', state: 'unknown', reason: 'unknown' },
      'a greeting has taken no message',
    ],
    ['221 2.0.0 Bye', { class: 'none', state: 'unknown', reason: 'unknown' }, 'nor has a goodbye'],
    ['251 User not local; will forward', { class: 'none', state: 'delivered' }, 'this one has'],
    ['250 2.0.0 OK', { class: 'none', state: 'delivered', reason: 'delivered' }, 'success'],
  ])('%s', (text, expected) => {
    expect(classify({ text })).toMatchObject(expected);
  });
});

describe('outermost gives the class, innermost the cause', () => {
  test.each<[text: string, expected: object, why: string]>([
    [
      EXPIRED_DEEP,
      {
        class: 'permanent',
        state: 'expired',
        reason: 'connection-failed',
        replyCode: 550,
        enhancedStatus: '4.4.7',
      },
      'three deep',
    ],
    [
      "450 4.4.101 Proxy session setup failed on Frontend with '451 5.7.3 STARTTLS is required to send mail'",
      { class: 'transient', reason: 'tls-failed', enhancedStatus: '4.4.101' },
      'cause inside',
    ],
    [
      '550 5.0.350 Remote server returned an error -> 552 5.2.2 mailbox full',
      { reason: 'mailbox-full', replyCode: 550, enhancedStatus: '5.0.350' },
      'arrow',
    ],
    [
      '450 4.4.317 Cannot connect to remote server [Message=451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35]',
      { reason: 'connector-restricted', party: 'connector' },
      'bracket',
    ],
    [
      "451 4.4.101 Proxy session setup failed on Frontend with '451 4.4.0 Something odd'",
      { class: 'transient', reason: 'connection-failed', party: 'connector', enhancedStatus: '4.4.101' },
      'an inner code that is undefined says less than outer words',
    ],
    [
      '450 4.4.317 Cannot connect to remote server [Message=451 Something odd]',
      { reason: 'connection-failed', party: 'network' },
      'so does a reply code',
    ],
    [
      '450 4.4.317 Cannot connect to remote server [Message=450 4.7.1 Something odd]',
      { reason: 'policy', party: 'recipient-policy' },
      'an inner code that is defined says more',
    ],
    [
      '421 Something odd [Message=451 4.4.0 Something odd]',
      { reason: 'routing-error', party: 'network' },
      'where nobody has words, the innermost',
    ],
    [
      '450 4.4.315 Connection timed out [Message=450 oh]',
      { reason: 'connection-failed' },
      'an inner reply that says nothing',
    ],
    [
      '[{LED=450 4.4.316 Connection refused};{MSG=};{FQDN=spam.fabrikam.example};{IP=192.0.2.1};{LRT=6/2/2026 5:04:10 PM}]',
      { reason: 'connection-failed', text: '450 4.4.316 Connection refused' },
      'a record: its host name is no evidence',
    ],
    [
      '[{LED=450 4.7.320 Certificate validation failed};{MSG=SubjectMismatch}]',
      { rule: 'certificate-subject-mismatch' },
      'a record: its detail is',
    ],
  ])('%s', (text, expected) => {
    expect(classify({ text })).toMatchObject(expected);
  });
});

describe('the event goes before the codes', () => {
  test.each<[event: string, text: string, expected: object, why: string]>([
    [
      'Defer',
      '550 5.1.1 User unknown',
      { class: 'transient', state: 'deferred', basis: 'event', mismatch: true },
      'still tried',
    ],
    [
      'DELIVERFAIL',
      '554 5.2.2 mailbox full',
      { class: 'permanent', state: 'bounced', basis: 'event', mismatch: false },
      'an on-premises word',
    ],
    [
      'Fail',
      '450 4.4.316 Connection refused',
      { class: 'permanent', state: 'expired', mismatch: true },
      'only expiry makes a 4xx final',
    ],
    ['Deliver', '', { class: 'none', state: 'delivered', basis: 'event' }, 'delivered'],
    [
      'Send external',
      '250 2.6.0 Queued mail for delivery',
      { class: 'none', state: 'relayed' },
      'handed over',
    ],
    ['SENDEXTERNAL', '', { class: 'none', state: 'relayed' }, 'the same in capitals'],
    [
      'Drop',
      '250 2.1.5 RESOLVER.GRP.Expanded; distribution list expanded',
      { class: 'none', state: 'expanded' },
      'the end of a group copy',
    ],
    [
      'Drop',
      '250 2.1.5 RESOLVER.MSGTYPE.AF; handled AutoForwarded addressed to external recipient',
      { class: 'permanent', state: 'blocked', reason: 'suppressed' },
      'a forward that was held back',
    ],
    [
      'Drop',
      '250 2.1.5 RESOLVER.MSGTYPE.OOF; handled OOF addressed to external recipient',
      { class: 'none', reason: 'suppressed' },
      'an automatic reply',
    ],
    ['Drop', '550 5.7.1 Message refused', { class: 'permanent', state: 'blocked' }, 'a loss'],
    ['HAREDIRECTFAIL', '550 5.1.1 User unknown', { basis: 'reply' }, 'a shadow copy: the word says nothing'],
    ['Frobnicate', '450 4.7.1 Greylisted', { class: 'transient', basis: 'reply' }, 'a word nobody knows'],
  ])('%s %s', (event, text, expected) => {
    expect(classify({ text, event })).toMatchObject(expected);
  });
});

describe('whose trouble it is depends on who spoke', () => {
  const carried = (inner: string): string =>
    `451 4.4.0 Primary target IP address responded with: "${inner}" Attempted failover to alternate host, but that did not succeed. The last endpoint attempted was 192.0.2.1:25`;
  const trailer = '[AB1PR01MB1234.eurprd01.prod.outlook.com 2026-06-02T17:04:11.123Z 08DC]';
  const FOREST =
    '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit';
  test.each<[text: string, fromExternalServer: boolean | null, party: string, why: string]>([
    [carried(FOREST), true, 'service', 'only Microsoft has resource forests'],
    [carried('451 4.3.2 Temporary server error ATTR2'), true, 'service', 'only Microsoft attributes tenants'],
    [carried('451 4.7.0 Temporary server error PRX4'), true, 'service', 'only Microsoft has such proxies'],
    ['451 4.4.0 Message failed to be made redundant', true, 'service', 'only Exchange keeps shadow copies'],
    ['452 4.3.1 Insufficient system storage', null, 'service', "Exchange's own words"],
    ['452 4.3.1 Insufficient system storage', false, 'service', 'Exchange said it'],
    ['452 4.3.1 Insufficient system storage', true, 'recipient', 'another Exchange said it'],
    [`452 4.3.1 Insufficient system storage ${trailer}`, true, 'service', 'the other server is Microsoft'],
    ['451 4.3.0 Temporary local problem', null, 'recipient', 'Exchange does not say it so'],
    ['451 4.3.0 Temporary local problem', true, 'recipient', 'another server'],
    ['451 4.3.0 Temporary local problem', false, 'service', 'the trace says that Exchange said it'],
    [
      carried('451 4.3.0 Temporary local problem'),
      false,
      'recipient',
      'Exchange tells what the next hop said',
    ],
    [
      `450 4.4.317 Cannot connect to remote server [Message=451 Temporary local problem] [LastAttemptedServerName=mx.fabrikam.example] ${trailer}`,
      null,
      'recipient',
      'the name at the end is of the server that tells',
    ],
    ['451 4.3.0', null, 'service', "a code alone is read as Microsoft's"],
    ['451 4.3.0', true, 'recipient', 'unless the trace says otherwise'],
  ])('%s (external: %s)', (text, external, party) => {
    const evidence = external === null ? { text } : { text, fromExternalServer: external };
    expect(classify(evidence).party).toBe(party);
  });
});

test('advice names who holds a deferred message: whoever has it where the text was found', () => {
  const text = '450 4.4.316 Connection refused';
  expect(classify({ text }).remedy).toContain("The sender's queue holds the message");
  expect(classify({ text, event: 'Defer' }).remedy).toContain('Exchange holds the message');
  expect(classify({ text: `[{LED=${text}};{MSG=};{FQDN=mx.fabrikam.example}]` }).remedy).toContain(
    'Exchange holds the message',
  );
  expect(classify({ text, holder: 'reporter' }).remedy).toContain('The server that wrote this notice holds');
});

test('advice says whether to wait or to send again', () => {
  expect(classify({ text: '451 4.3.2 Temporary server error ATTR2' }).remedy).toContain('do not resend');
  expect(classify({ text: '550 5.1.1 User unknown' }).remedy).toContain('send it again');
  expect(classify({ text: '550 4.4.7 QUEUE.Expired' }).remedy).toContain('send it again');
  expect(classify({ text: '' }).remedy).toContain('full reply');
});

test('in a pasted report the headers of the original message are no evidence', () => {
  const report = [
    'Generating server: AB1PR.prod.outlook.com',
    'kay@fabrikam.example',
    "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'",
    'Original message headers:',
    'Authentication-Results: spf=fail; dkim=fail; dmarc=fail',
    'Received: from mx (2001:db8::550) by mx with SMTP id 450; virus spam greylisted',
  ].join('\r\n');
  expect(classify({ text: report })).toMatchObject({
    reason: 'recipient-unknown',
    replyCode: 550,
    enhancedStatus: '5.1.10',
  });
  expect(
    classify({ text: report.replace('Original message headers:', 'Ursprungliche Kopfzeilen:') }).reason,
  ).toBe('recipient-unknown');
});

test('rules can be given', () => {
  const own: Rule = {
    id: 'own',
    match: [{ phrases: ['moon + phase'], replyCodes: ['4xx'] }],
    reason: 'policy',
    party: 'recipient-policy',
    retry: 'later',
    remedy: 'Wait for the moon.',
  };
  expect(classify({ text: '450 wrong phase of the moon' }, [own]).rule).toBe('own');
  expect(classify({ text: '550 wrong phase of the moon' }, [own]).rule).toBe('unknown');
  expect(classify({ text: '450 wrong moon' }, [own]).rule).toBe('unknown');
});

describe('hostile text', () => {
  const words = fc.constantFrom(
    '550 5.1.1 ',
    '[{LED=',
    '};{',
    "'451 4.4.0 ",
    '->',
    'mailbox',
    ' full',
    '\0',
    '\u202e',
    '\ud800',
    '{MSG=',
    '4.4.7',
    '\r\n',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words).map((list) => list.join('')),
  );

  test('always gives a verdict in the known words', () => {
    fc.assert(
      fc.property(
        text,
        fc.option(fc.constantFrom('Defer', 'Fail', 'Drop', 'x'), { nil: undefined }),
        (said, event) => {
          const verdict = classify(event === undefined ? { text: said } : { text: said, event });
          expect(VERDICT_CLASSES).toContain(verdict.class);
          expect(VERDICT_STATES).toContain(verdict.state);
          expect(REASONS).toContain(verdict.reason);
          expect(PARTIES).toContain(verdict.party);
          expect(RETRIES).toContain(verdict.retry);
          expect(BASES).toContain(verdict.basis);
          expect(verdict.remedy).not.toBe('');
        },
      ),
    );
  });

  test.each([
    '550 ',
    '5',
    '5.1.1 ',
    ':',
    "'",
    '{LED=',
    '};{LED=',
    'mailbox ',
    'a b ',
    '\u0301',
    '550-5.1.1 a\r\n',
    '450 x -> ',
  ])('a mebibyte of %j comes to an end', (unit) => {
    const size = 1_048_576;
    expect(classify({ text: unit.repeat(Math.ceil(size / unit.length)) }).text.length).toBeLessThanOrEqual(
      65_536,
    );
  });

  test('what lies beyond 64 KiB is not read', () => {
    expect(classify({ text: `${' '.repeat(65_536)}550 5.1.1 User unknown` }).class).toBe('unknown');
  });
});
