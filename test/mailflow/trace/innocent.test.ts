import { describe, expect, test } from 'vitest';

import { isInnocent } from '#mailflow/trace/innocent.js';
import { judgeEvents } from '#mailflow/trace/judge-events.js';

import { event } from './rows.js';

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
    const { verdict } = judgeEvents(
      [event('Receive'), event('Defer', { description: record(reply) })],
      'pending',
    );
    expect(verdict !== null && isInnocent(verdict)).toBe(expected);
  });

  test('a rule that rejects lets nothing wait', () => {
    const { verdict } = judgeEvents(
      [event('Fail', { description: record('550 5.7.1 Rejected by policy') })],
      'failed',
    );
    expect([verdict?.reason, verdict !== null && isInnocent(verdict)]).toEqual(['policy', false]);
  });

  test('without a failed try nobody knows', () => {
    const { verdict } = judgeEvents([event('Receive'), event('Submit')], 'pending');
    expect(verdict !== null && isInnocent(verdict)).toBe(false);
  });
});
