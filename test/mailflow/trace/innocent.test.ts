import { describe, expect, test } from 'vitest';

import type { TraceEvent } from '#mailflow/trace/delivery.js';
import { isInnocent } from '#mailflow/trace/innocent.js';
import { judgeEvents } from '#mailflow/trace/judge-events.js';

import { event, NOON } from './rows.js';

const record = (reply: string): string => `Reason: [{LED=${reply}};{MSG=};{FQDN=};{IP=};{LRT=}]`;

describe('held though nothing is broken', () => {
  test.each([
    ['450 4.7.0 Message deferred by a transport rule', true, 'a rule of a tenant'],
    ['450 4.7.1 Access is put off by policy', true, 'a rule of the receiver'],
    ['451 4.7.1 Recipient address rejected: Greylisted, try again in 300 seconds', true, 'an unknown sender'],
    ['450 4.4.316 Connection refused', false, 'a server that is down'],
    ['421 4.3.2 Service not available, closing transmission channel', false, 'a service that is down'],
    ['451 4.7.500 Server busy. Please try again later', false, 'a sender that is slowed down'],
    ['452 4.2.2 Mailbox full', false, 'a full mailbox'],
  ])('%s: %s: %s', (reply, expected) => {
    const events = [event('Receive'), event('Defer', { description: record(reply) })];
    expect(isInnocent(judgeEvents(events, 'pending'))).toBe(expected);
  });

  test('a rule that rejects lets nothing wait', () => {
    const events = [event('Fail', { description: record('550 5.7.1 Rejected by policy') })];
    const judgement = judgeEvents(events, 'failed');
    expect([judgement.verdict?.reason, isInnocent(judgement)]).toEqual(['policy', false]);
  });

  const at = (seconds: number): Partial<TraceEvent> => ({ at: new Date(NOON.getTime() + seconds * 1000) });
  test.each<[readonly TraceEvent[], boolean, string]>([
    [[event('Receive'), event('Submit')], false, 'without a failed try nobody knows'],
    [[], false, 'nothing is told'],
    [[event('Receive'), event('INITMESSAGECREATED', at(1))], true, 'the moderators have it'],
    [[event('Moderation', at(1)), event('Receive')], true, 'in whatever order it is told'],
    [
      [event('INITMESSAGECREATED'), event('ModeratorApprove', at(60)), event('Defer', at(61))],
      false,
      'approved, and held for another reason now',
    ],
  ])('%#: %s: %s', (events, expected) => {
    expect(isInnocent(judgeEvents(events, 'pending'))).toBe(expected);
  });
});
