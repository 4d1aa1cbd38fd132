import { describe, expect, test } from 'vitest';

import type { TraceEvent } from '#mailflow/trace/delivery.js';
import { describeJourney, type Journey } from '#mailflow/trace/journey.js';
import type { JudgeEvents } from '#mailflow/trace/judgement.js';

import { event, judgeByWord, NOON, row, verdict } from './rows.js';

const after = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000);
const byTime = (events: readonly TraceEvent[]): TraceEvent[] =>
  [...events].sort((left, right) => left.at.getTime() - right.at.getTime());

function journeyOf(
  events: readonly TraceEvent[],
  status = 'Pending',
  judge: JudgeEvents = judgeByWord,
): Journey {
  const context = { ownDomains: null, expirationHours: null };
  return describeJourney({ entry: row({ status }), events, order: byTime, judge, context });
}

describe('describeJourney', () => {
  test('tells the steps in order, with what each means and how long it took', () => {
    const { steps } = journeyOf([
      event('Defer', { at: after(65), description: 'mx.fabrikam.example' }),
      event('Receive', { at: after(0) }),
      event('Label added', { at: after(5.5), description: 'Confidential' }),
    ]);
    expect(steps).toMatchObject([
      {
        at: after(0),
        event: 'Receive',
        what: 'accepted by the service',
        text: '',
        delaySincePreviousSeconds: null,
        hop: null,
      },
      {
        at: after(5.5),
        event: 'Label added',
        what: null,
        text: 'Confidential',
        delaySincePreviousSeconds: 5.5,
        hop: 'Confidential',
      },
      {
        at: after(65),
        event: 'Defer',
        what: 'put off; the service tries again',
        text: 'mx.fabrikam.example',
        delaySincePreviousSeconds: 59.5,
        hop: 'mx.fabrikam.example',
        verdict: { class: 'transient', reason: 'connection-failed' },
      },
    ]);
  });

  test('counts the tries, and knows the last one, the next hop and the expiry', () => {
    const journey = journeyOf([
      event('Receive'),
      event('Defer', { at: after(60) }),
      event('DEFER', { at: after(960), description: 'mx2.fabrikam.example' }),
    ]);
    expect(journey).toMatchObject({ attempts: 2, totalDelaySeconds: 960 });
    expect(journey.delivery).toMatchObject({
      lastAttemptAt: after(960),
      nextHop: 'mx2.fabrikam.example',
      expiresAt: after(86_400),
      expiresAtBasis: 'assumed-24h',
    });
  });

  test('the hand-over is a try too', () => {
    const journey = journeyOf(
      [event('Defer', { at: after(60) }), event('Send external', { at: after(90) })],
      'Delivered',
    );
    expect(journey).toMatchObject({
      attempts: 2,
      totalDelaySeconds: 90,
      delivery: { held: false, expiresAt: null },
    });
  });

  const silent: JudgeEvents = () => ({
    verdict: verdict({ state: 'bounced' }),
    lastAttemptAt: null,
    nextHop: null,
  });
  const expired: JudgeEvents = () => ({
    verdict: verdict({ state: 'expired' }),
    lastAttemptAt: null,
    nextHop: null,
  });
  test.each([
    ['a refusal is a try', silent, 2, 100],
    ['the end of waiting is none', expired, 1, 60],
  ])('%s', (_why, judge, attempts, lastTry) => {
    const events = [event('Defer', { at: after(60) }), event('Fail', { at: after(100) })];
    expect(journeyOf(events, 'Failed', judge)).toMatchObject({
      attempts,
      delivery: { lastAttemptAt: after(lastTry) },
    });
  });

  test('no events: no steps, no delay, no verdict', () => {
    expect(journeyOf([])).toMatchObject({
      steps: [],
      totalDelaySeconds: null,
      attempts: 0,
      delivery: { verdict: null },
    });
  });

  test('a clock that runs behind does not make time run back', () => {
    expect(journeyOf([event('Receive', { at: after(-2) })]).totalDelaySeconds).toBe(0);
  });
});
