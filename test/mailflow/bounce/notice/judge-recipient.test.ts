/** How the parts of a notice are put together for one recipient. */
import { describe, expect, test } from 'vitest';

import { openJudge } from '#mailflow/bounce/notice/judge.js';
import type { RecipientEvidence } from '#mailflow/bounce/notice/judge-recipient.js';
import { judgeRecipient } from '#mailflow/bounce/notice/judge-recipient.js';
import { RULES } from '#mailflow/bounce/rules.js';
import type { Verdict } from '#mailflow/bounce/verdict.js';

type Given = Partial<Omit<RecipientEvidence, 'more'>> & { readonly more?: readonly string[] };

function judged({ more = [], ...given }: Given): Verdict {
  const evidence = { action: null, saysExpired: false, status: null, texts: [], isRemote: false, ...given };
  return judgeRecipient({ ...evidence, more: () => more }, openJudge(RULES));
}

const UNKNOWN_USER = '550 5.1.1 User unknown';
const TIMED_OUT = 'connect to mx.fabrikam.example[192.0.2.25]:25: Connection timed out';

describe('final or not', () => {
  test.each<[Given, Partial<Verdict>, string]>([
    [
      { action: 'failed', texts: [UNKNOWN_USER] },
      { class: 'permanent', state: 'bounced', basis: 'event' },
      'the action says failed',
    ],
    [
      { action: 'delayed', texts: [UNKNOWN_USER] },
      { class: 'transient', state: 'deferred', retry: 'automatic', mismatch: true },
      'the action says delayed, whatever the reply says',
    ],
    [
      { action: 'delayed', texts: ['421 4.3.2 Service not available'] },
      { class: 'transient', state: 'deferred', basis: 'event', mismatch: false },
      'and the reply agrees',
    ],
    [
      { action: 'delivered', status: '2.1.5', texts: ['250 ok'] },
      { class: 'none', state: 'delivered', enhancedStatus: '2.1.5' },
      'delivered, with the code of the report',
    ],
    [{ action: 'relayed' }, { class: 'none', state: 'relayed' }, 'relayed'],
    [{ action: 'expanded' }, { class: 'none', state: 'expanded' }, 'expanded'],
    [
      { status: '5.1.1' },
      { class: 'permanent', state: 'bounced', basis: 'event', reason: 'recipient-unknown' },
      'no action, but a status that is final',
    ],
    [{ status: '2.0.5' }, { class: 'none', state: 'delivered' }, 'no action, but a status of success'],
    [
      { status: '4.2.5' },
      { class: 'transient', state: 'deferred', basis: 'code' },
      'no action, and a status that is not final',
    ],
    [
      { saysExpired: true, status: '4.2.5' },
      { class: 'permanent', state: 'expired', basis: 'event', mismatch: true },
      'the time ran out, whatever digit the status has',
    ],
    [
      { texts: ['450 4.2.1 wait'] },
      { class: 'transient', state: 'deferred', basis: 'reply' },
      'nothing but a reply',
    ],
    [
      { texts: [UNKNOWN_USER] },
      { class: 'permanent', state: 'bounced', basis: 'reply' },
      'a reply that is final',
    ],
    [
      {},
      { class: 'unknown', state: 'unknown', replyCode: null, enhancedStatus: null, text: '' },
      'nothing at all',
    ],
  ])('%j is %j: %s', (given, expected) => {
    expect(judged(given)).toMatchObject(expected);
  });
});

describe('whether the retries ran out', () => {
  test.each<[Given, Verdict['state'], string]>([
    [
      { action: 'failed', status: '4.4.1', texts: [TIMED_OUT] },
      'expired',
      'a failure with a 4 in its status',
    ],
    [
      { action: 'failed', texts: ['450 4.2.1 wait'] },
      'expired',
      'a failure after a reply that was not final',
    ],
    [{ action: 'failed', texts: ['4.2.1 wait'] }, 'expired', 'or after a code that was not'],
    [{ action: 'failed', texts: ['550 4.2.1 wait'] }, 'bounced', 'the reply counts before its enhanced code'],
    [
      { action: 'failed', status: '5.2.1', texts: ['450 4.2.1 wait'] },
      'expired',
      'a final status behind a reply that was not: that is how the end of the retries is told',
    ],
    [{ action: 'failed', texts: [TIMED_OUT] }, 'expired', 'nobody refused, the other side was not reached'],
    [
      { action: 'failed', texts: ['it did not work'] },
      'bounced',
      'nobody refused, and nothing else is known',
    ],
    [{ action: 'failed', texts: ['it did not work'], saysExpired: true }, 'expired', 'the notice says so'],
    [
      { action: 'failed', status: '5.0.0', texts: ['it did not work'], saysExpired: true },
      'expired',
      'with a status that says nothing',
    ],
    [
      { action: 'failed', texts: ['550 4.4.7 QUEUE.Expired; message expired'] },
      'expired',
      'the reply says so',
    ],
    [
      { action: 'failed', status: '5.0.0', texts: ['it did not work', 'message expired'] },
      'expired',
      'a further text says so',
    ],
  ])('%j is %s: %s', (given, state) => {
    expect(judged(given).state).toBe(state);
  });
});

describe('the cause', () => {
  test.each<[Given, Partial<Verdict>, string]>([
    [
      { action: 'failed', texts: [TIMED_OUT] },
      { reason: 'expired', rule: 'connection-timed-out' },
      'not reached is the usual way to expire; rule and advice tell it',
    ],
    [
      { action: 'delayed', texts: [TIMED_OUT] },
      { reason: 'connection-failed' },
      'while it goes on, it is the cause',
    ],
    [
      { action: 'failed', status: '5.2.2', texts: ['it did not work'] },
      { reason: 'mailbox-full' },
      'a text that says nothing borrows the code of the report',
    ],
    [
      { action: 'failed', status: '5.0.0', texts: ['it did not work'], more: ['mailbox is full'] },
      { reason: 'mailbox-full', text: 'it did not work' },
      'further texts are asked, the first is shown',
    ],
    [
      { action: 'failed', status: '5.0.0', texts: ['550 5.1.1 User unknown'], more: ['mailbox is full'] },
      { reason: 'recipient-unknown' },
      'not when the first says all',
    ],
    [
      { action: 'failed', status: '5.0.0', texts: ['mailbox is full', 'user unknown'] },
      { reason: 'mailbox-full' },
      'of two that know as much the first',
    ],
    [
      { action: 'failed', texts: [], more: ['', 'mailbox is full'] },
      { reason: 'mailbox-full', text: 'mailbox is full' },
      'without a text of its own the first that is filled',
    ],
    [
      { action: 'failed', status: '5.2.2', texts: [] },
      { reason: 'mailbox-full', text: '5.2.2' },
      'nothing but the code',
    ],
    [
      { action: 'failed', status: '4.4.7', texts: ['message expired', TIMED_OUT] },
      { reason: 'expired', rule: 'connection-timed-out' },
      'that the time ran out is half a cause',
    ],
    [
      { action: 'failed', texts: ['550', 'message expired'] },
      { reason: 'expired' },
      'and more than a broad code',
    ],
    [
      { action: 'failed', status: '5.0.0', texts: ['550', 'it did not work'] },
      { rule: 'basic-permanent' },
      'which is more than nothing',
    ],
    [
      { action: 'failed', saysExpired: true, texts: ['no words for it'] },
      { reason: 'expired', rule: 'retries-ran-out' },
      'said in words or languages that no rule has',
    ],
    [
      { action: 'delayed', texts: ['no words for it'] },
      { reason: 'unknown', rule: 'message-delayed' },
      'a delay too',
    ],
    [
      { action: 'delayed', status: '4.4.7' },
      { reason: 'expired', rule: 'message-delayed' },
      'a code for the end of the retries: the advice is that for a delay',
    ],
    [
      { action: 'failed', status: '4.4.7' },
      { reason: 'expired', rule: 'retries-ran-out' },
      'and for the end where it has ended',
    ],
    [
      { action: 'failed', status: '5.0.0', texts: ['it did not work'], more: ['250 2.0.0 ok'] },
      { class: 'permanent', replyCode: null },
      'what succeeded on the way is no cause',
    ],
    [
      { action: 'failed', texts: ['451 4.3.0 Temporary local problem'], isRemote: true },
      { party: 'recipient' },
      'another server speaks',
    ],
    [
      { action: 'delayed', texts: ['451 4.3.0 Temporary local problem'], isRemote: true },
      { party: 'recipient' },
      'and while it goes on',
    ],
  ])('%j is %j: %s', (given, expected) => {
    expect(judged(given)).toMatchObject(expected);
  });

  test('advice ends with what to do with this copy', () => {
    expect(judged({ action: 'delayed', texts: [TIMED_OUT] }).remedy).toMatch(/do not resend/);
    expect(judged({ action: 'failed', texts: [TIMED_OUT] }).remedy).not.toMatch(/do not resend/);
    expect(judged({ action: 'delayed', status: '4.4.7' }).remedy).not.toMatch(/whole lifetime/);
  });
});

describe('the code', () => {
  test.each<[Given, string | null, string]>([
    [{ action: 'failed', status: '5.1.1', texts: ['550 5.7.1 no'] }, '5.1.1', 'the one of the report'],
    [{ action: 'failed', status: '5.0.0', texts: ['550 5.7.1 no'] }, '5.7.1', 'unless it says nothing'],
    [
      { action: 'failed', status: '5.0.0', texts: ['550 5.2.0 no', '550 5.2.2 full'] },
      '5.2.2',
      'then the first that says most',
    ],
    [
      { action: 'failed', status: '5.0.0', texts: ['550 5.2.0 no'] },
      '5.2.0',
      'then the first that says something',
    ],
    [{ action: 'failed', status: '5.0.0', texts: ['550 no'] }, '5.0.0', 'then itself'],
    [
      { action: 'failed', status: '5.0.0', texts: ["550 5.0.0 said: '550 5.7.1 no'"] },
      '5.7.1',
      'a reply inside the reply',
    ],
    [{ action: 'failed', texts: ['550 no'] }, null, 'none'],
  ])('%j has %j: %s', (given, code) => {
    expect(judged(given).enhancedStatus).toBe(code);
  });
});

describe('whether the parts agree', () => {
  test.each<[Given, boolean, string]>([
    [{ action: 'failed', status: '5.1.1', texts: [UNKNOWN_USER] }, false, 'all say final'],
    [
      { action: 'failed', status: '4.1.1', texts: ['it did not work'] },
      true,
      'final, with a status that is not',
    ],
    [
      { action: 'delayed', status: '5.1.1', texts: ['it did not work'] },
      true,
      'not final, with a status that is',
    ],
    [
      { action: 'delayed', status: '4.4.5', texts: ['it did not work'] },
      false,
      'not final, with a status that agrees',
    ],
    [{ action: 'failed', texts: ['it did not work'] }, false, 'no status, no quarrel'],
    [{ action: 'failed', status: '5.2.1', texts: ['450 5.2.1 no'] }, true, 'the reply quarrels with itself'],
  ])('%j: %s: %s', (given, mismatch) => {
    expect(judged(given).mismatch).toBe(mismatch);
  });
});

describe('what is left to say', () => {
  test.each<[Given, Partial<Verdict>, string]>([
    [{ action: 'failed', texts: [UNKNOWN_USER] }, { retry: 'after-fix' }, 'a failure: what its rule says'],
    [
      { action: 'failed', texts: ['it did not work'] },
      { retry: 'later', rule: 'unknown' },
      'a failure that no rule knows',
    ],
    [
      { action: 'failed', texts: ['it did not work', '550 5.1.1 User unknown'] },
      { replyCode: 550 },
      'the reply code of whichever text has one',
    ],
    [
      { texts: ['it did not work', '550 5.1.1 User unknown'] },
      { class: 'permanent', state: 'bounced' },
      'without an action the first text that tells',
    ],
    [
      { texts: ['it did not work', '450 4.2.1 wait'] },
      { class: 'transient', state: 'deferred', retry: 'automatic' },
      'that it goes on too',
    ],
    [
      { texts: ['mailbox is full', '450 4.2.1 wait'] },
      { class: 'transient', reason: 'mailbox-full' },
      'one text tells the cause, another that it goes on',
    ],
    [
      { action: 'failed', texts: ['', '550 5.1.1 User unknown'] },
      { text: UNKNOWN_USER },
      'an empty text is none',
    ],
    [
      { action: 'failed', texts: [TIMED_OUT, 'message expired'] },
      { rule: 'connection-timed-out' },
      'a cause, though the end of the retries comes after it',
    ],
    [
      { action: 'failed', texts: ['550 5.0.350 Remote server returned an error', 'mailbox is full'] },
      { reason: 'mailbox-full' },
      'a rule without a reason gives way',
    ],
    [
      { action: 'failed', texts: ['550', 'mailbox is full'] },
      { reason: 'mailbox-full' },
      'a broad code gives way',
    ],
  ])('%j: %j: %s', (given, expected) => {
    expect(judged(given)).toMatchObject(expected);
  });

  test('a known failure has the advice of its rule, another has what would help to know it', () => {
    expect(judged({ action: 'failed', texts: [UNKNOWN_USER] }).remedy).toMatch(/address/);
    expect(judged({ action: 'failed', texts: ['it did not work'] }).remedy).toMatch(/does not tell/);
  });
});
