import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { TraceEvent } from '#mailflow/trace/delivery.js';
import { judgeEvents } from '#mailflow/trace/judge-events.js';

const REFUSED =
  'Reason: [{LED=450 4.4.316 Connection refused [Message=Socket error code 10061]};{MSG=};{FQDN=mx.fabrikam.example};{IP=192.0.2.10};{LRT=6/2/2026 5:30:10 PM}]';
const GREYLISTED = '[{LED=451 4.7.1 Greylisted};{MSG=};{FQDN=};{IP=192.0.2.11};{LRT=6/2/2026 5:01:00 PM}]';

function event(minute: number, word: string, description = '', data = ''): TraceEvent {
  return { at: new Date(Date.UTC(2026, 5, 2, 17, minute)), event: word, description, data };
}

function data(values: Readonly<Record<string, string>>): string {
  const fields = Object.entries(values).map(([name, value]) => `<MEP Name="${name}" String="${value}"/>`);
  return `<root>${fields.join('')}</root>`;
}

const RECEIVE = event(0, 'Receive');
const SUBMIT = event(0, 'Submit');

describe('which event has the last word', () => {
  test.each<[events: TraceEvent[], status: string, expected: object | null, why: string]>([
    [[], 'Failed', null, 'nothing to judge'],
    [
      [RECEIVE, event(1, 'Deliver', 'DefaultFolderType:QuarantinedEmailSecured')],
      'quarantined',
      { class: 'none', state: 'quarantined' },
      'delivered to the quarantine is not delivered',
    ],
    [
      [RECEIVE, event(1, 'Deliver', 'DefaultFolderType:JunkEmail')],
      'filteredAsSpam',
      { state: 'filtered' },
      'nor is mail in the junk folder',
    ],
    [
      [RECEIVE, event(1, 'Deliver'), event(9, 'Recall', 'The message was recalled.')],
      'recalled',
      { class: 'none', state: 'not-bounce', rule: 'outcome-not-bounce' },
      'what its sender took back is no longer delivered',
    ],
    [
      [RECEIVE, event(1, 'Deliver')],
      'Recalled',
      { class: 'none', state: 'not-bounce' },
      'the status alone says so too',
    ],
    [
      [RECEIVE, event(1, 'Deliver'), event(9, 'Recall')],
      'unknownFutureValue',
      { class: 'none', state: 'not-bounce' },
      'older answers have no word for it, the events do',
    ],
    [
      [RECEIVE, event(1, 'Deliver'), event(9, 'Recall')],
      'Delivered',
      { class: 'none', state: 'delivered' },
      'a recall that came to nothing',
    ],
    [
      [RECEIVE, event(1, 'Defer', GREYLISTED), event(9, 'Defer', REFUSED)],
      'Pending',
      { class: 'transient', reason: 'connection-failed', basis: 'event' },
      'the last deferral is the current reason',
    ],
    [
      [RECEIVE, event(9, 'DEFER', REFUSED), event(1, 'DEFER', GREYLISTED)],
      'pending',
      { reason: 'connection-failed' },
      'on-premises words, in any order',
    ],
    [
      [RECEIVE, event(1, 'Defer', REFUSED), event(2, 'Deliver')],
      'Delivered',
      { class: 'none', state: 'delivered' },
      'late but delivered',
    ],
    [
      [RECEIVE, event(1, 'Defer', REFUSED), event(2, 'SENDEXTERNAL')],
      'Delivered',
      { class: 'none', state: 'relayed' },
      'late but handed over',
    ],
    [
      [RECEIVE, event(1, 'Defer', REFUSED), event(2, 'Fail', '[{LED=550 5.1.1 User unknown};{MSG=}]')],
      'Failed',
      { class: 'permanent', state: 'bounced', reason: 'recipient-unknown' },
      'a failure wins over deferrals',
    ],
    [
      [event(2, 'DELIVERFAIL', '554 5.2.2 mailbox full'), RECEIVE],
      'Failed',
      { reason: 'mailbox-full', state: 'bounced' },
      'an on-premises failure',
    ],
    [
      [RECEIVE, event(1, 'Fail', '550 5.7.171 Blocked by a DLP rule'), event(1, 'DLP rule')],
      'Failed',
      { reason: 'policy', class: 'permanent' },
      'same-second disorder',
    ],
    [
      [
        RECEIVE,
        event(1, 'Expand'),
        event(1, 'Drop', '[{LED=250 2.1.5 RESOLVER.GRP.Expanded; distribution list expanded}]'),
      ],
      'Expanded',
      { class: 'none', state: 'expanded' },
      'the end of a group copy is no loss',
    ],
    [
      [RECEIVE, event(1, 'Drop', '550 5.7.1 Refused')],
      'Failed',
      { class: 'permanent', state: 'blocked' },
      'any other drop is',
    ],
    [
      [RECEIVE, SUBMIT],
      'Pending',
      { class: 'transient', state: 'deferred', reason: 'unknown', party: 'unknown' },
      'held, and the events do not say why',
    ],
    [
      [RECEIVE, SUBMIT],
      'Failed',
      { class: 'permanent', state: 'bounced', reason: 'unknown' },
      'failed, and the events do not say why',
    ],
    [[RECEIVE], 'filteredAsSpam', { class: 'none', state: 'filtered' }, 'the status fills in'],
    [[RECEIVE], 'Quarantined', { class: 'none', state: 'quarantined' }, 'the status fills in'],
    [[RECEIVE], 'Frobnicated', { class: 'unknown', state: 'unknown' }, 'neither is known'],
  ])('%#', (events, status, expected) => {
    const { verdict } = judgeEvents(events, status);
    if (expected === null) expect(verdict).toBeNull();
    else expect(verdict).toMatchObject(expected);
  });
});

test('of a deferral in a trace Exchange holds the message, not the sender', () => {
  const held = [RECEIVE, event(1, 'Defer', REFUSED)];
  expect(judgeEvents(held, 'Pending').verdict?.remedy).toContain('Exchange holds the message');
  expect(judgeEvents([RECEIVE], 'Pending').verdict?.remedy).not.toContain("sender's queue");
});

test('an expiry takes its cause from the last deferral, and keeps its own text and codes', () => {
  const { verdict } = judgeEvents(
    [RECEIVE, event(9, 'Defer', REFUSED), event(59, 'Fail', '550 4.4.7 QUEUE.Expired; message expired')],
    'Failed',
  );
  expect(verdict).toMatchObject({
    class: 'permanent',
    state: 'expired',
    reason: 'connection-failed',
    party: 'network',
    replyCode: 550,
    enhancedStatus: '4.4.7',
    text: '550 4.4.7 QUEUE.Expired; message expired',
  });
});

describe('where the record stands', () => {
  test.each<[description: string, blob: string, why: string]>([
    [REFUSED, '', 'in the description'],
    ['', data({ RecipientStatus: REFUSED }), 'in the data'],
    ['Message deferred', data({ RecipientStatus: REFUSED }), 'in the data, beside a caption'],
    [REFUSED, data({ RecipientStatus: '250 2.0.0 OK' }), 'in the description, beside another text'],
  ])('%s %s', (description, blob) => {
    const judgement = judgeEvents([event(9, 'Defer', description, blob)], 'Pending');
    expect(judgement).toMatchObject({
      verdict: { reason: 'connection-failed', enhancedStatus: '4.4.316' },
      nextHop: 'mx.fabrikam.example',
      lastAttemptAt: new Date('2026-06-02T17:30:10Z'),
    });
  });
});

describe('whose reply it was', () => {
  test.each<[blob: string, party: string, why: string]>([
    ['', 'service', 'not told'],
    [data({ IsSmtpResponseFromExternalServer: 'False' }), 'service', "Exchange's own"],
    [data({ IsSmtpResponseFromExternalServer: 'True' }), 'recipient', "the remote server's"],
    [
      data({ CustomData: 'S:A=1;S:IsSmtpResponseFromExternalServer=True' }),
      'recipient',
      'told in the custom data',
    ],
  ])('%s', (blob, party) => {
    const text = '[{LED=452 4.3.1 Insufficient system storage}]';
    expect(judgeEvents([event(1, 'Defer', text, blob)], 'Pending').verdict?.party).toBe(party);
  });
});

describe('next hop and last attempt', () => {
  test.each<[events: TraceEvent[], nextHop: string | null, lastAttemptAt: string | null, why: string]>([
    [[event(1, 'Defer', GREYLISTED)], '192.0.2.11', '2026-06-02T17:01:00Z', 'no name: the address'],
    [
      [
        event(
          1,
          'Defer',
          '[{LED=450 4.4.317 x [LastAttemptedServerName=mail.fabrikam.example] [LastAttemptedIP=192.0.2.12:25]}]',
        ),
      ],
      'mail.fabrikam.example',
      '2026-06-02T17:01:00Z',
      'the last server tried; the time of the event',
    ],
    [
      [event(1, 'Defer', '450 4.4.317 x [LastAttemptedIP=192.0.2.12:25]')],
      '192.0.2.12',
      '2026-06-02T17:01:00Z',
      'its address without the port',
    ],
    [
      [event(3, 'Send external', '', data({ OutboundProxyTargetHostName: 'mx.fabrikam.example' }))],
      'mx.fabrikam.example',
      '2026-06-02T17:03:00Z',
      'the target of the proxy',
    ],
    [
      [event(1, 'Defer', GREYLISTED), event(2, 'Defer', '')],
      '192.0.2.11',
      '2026-06-02T17:02:00Z',
      'the last that names one',
    ],
    [[RECEIVE, SUBMIT], null, null, 'no attempt'],
  ])('%#', (events, nextHop, lastAttemptAt) => {
    expect(judgeEvents(events, 'Pending')).toMatchObject({
      nextHop,
      lastAttemptAt: lastAttemptAt === null ? null : new Date(lastAttemptAt),
    });
  });
});

test('any events give a judgement', () => {
  const word = fc.oneof(fc.constantFrom('Receive', 'Defer', 'Fail', 'Drop', 'Deliver'), fc.string());
  const piece = fc.constantFrom(
    '[{LED=',
    '550 5.1.1 ',
    '};{',
    'FQDN=',
    'mx',
    '}]',
    'LRT=6/2/2026',
    '<MEP Name="',
    '"/>',
    "'",
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  const any = fc.record({
    at: fc.date({ noInvalidDate: false }),
    event: word,
    description: text,
    data: text,
  });
  fc.assert(
    fc.property(fc.array(any), fc.string(), (events, status) => {
      const { verdict } = judgeEvents(events, status);
      expect(verdict === null).toBe(events.length === 0);
    }),
  );
});
