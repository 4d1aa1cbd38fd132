/** Limits from a policy: all of them can be set, and what is wrong is named with the key that was meant. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { nearestWord } from '#mailflow/nearest-word.js';
import { QUEUE_POLICY_EXAMPLE, readQueueThresholds } from '#mailflow/queue/read-queue-thresholds.js';
import { QUEUE_THRESHOLDS } from '#mailflow/queue/thresholds.js';

describe('what is taken', () => {
  test('the example, with the rest as usual', () => {
    expect(readQueueThresholds(JSON.parse(QUEUE_POLICY_EXAMPLE))).toEqual({
      ok: true,
      thresholds: {
        ...QUEUE_THRESHOLDS,
        waiting: { ...QUEUE_THRESHOLDS.waiting, warningHeld: 50 },
        expiring: { ...QUEUE_THRESHOLDS.expiring, held: 100 },
      },
    });
  });

  test('an empty part, and parts that belong to others', () => {
    const read = readQueueThresholds({ queue: {}, health: { anything: true } });
    expect(read).toEqual({ ok: true, thresholds: QUEUE_THRESHOLDS });
  });

  test('every setting there is, given back as it is', () => {
    expect(readQueueThresholds({ queue: QUEUE_THRESHOLDS })).toEqual({
      ok: true,
      thresholds: QUEUE_THRESHOLDS,
    });
  });
});

test.each<[unknown, string, RegExp, string]>([
  [[], 'the file', /^an object/u, 'a list'],
  [null, 'the file', /^an object/u, 'nothing'],
  [{}, 'the file', /^a "queue"/u, 'no part of it'],
  [{ Queues: {} }, '"Queues"', /^"queue" in its place/u, 'a slip in the part'],
  [{ queue: 7 }, '"queue"', /^an object/u, 'a number for the part'],
  [{ queue: { wating: {} } }, '"queue.wating"', /^"waiting" in its place/u, 'a slip in the group'],
  [{ queue: { waiting: 5 } }, '"queue.waiting"', /^an object/u, 'a number for the group'],
  [
    { queue: { waiting: { warningheld: 5 } } },
    '"queue.waiting.warningheld"',
    /^"warningHeld" in its place; "queue\.waiting" has warningMinutes, warningHeld/u,
    'a small letter',
  ],
  [
    { queue: { expiring: { colour: 1 } } },
    '"queue.expiring.colour"',
    /^a key that there is: "queue\.expiring" has withinHours, held$/u,
    'nothing that was meant',
  ],
  [{ queue: { waiting: { warningHeld: '5' } } }, '"queue.waiting.warningHeld"', /^a whole number/u, 'a text'],
  [{ queue: { waiting: { warningHeld: 0 } } }, '"queue.waiting.warningHeld"', /^a whole number/u, 'none'],
  [{ queue: { waiting: { warningHeld: 2.5 } } }, '"queue.waiting.warningHeld"', /^a whole number/u, 'a half'],
  [
    { queue: { failed: { warningShare: 5 } } },
    '"queue.failed.warningShare"',
    /^a share from 0 to 1/u,
    'percent',
  ],
  [{ queue: { alike: { share: -0.1 } } }, '"queue.alike.share"', /^a share/u, 'less than nothing'],
  [{ queue: { recent: { minutes: 15 } } }, '"queue.recent.minutes"', /^one to five numbers/u, 'one bare'],
  [{ queue: { recent: { minutes: [] } } }, '"queue.recent.minutes"', /^one to five numbers/u, 'no span'],
  [
    { queue: { expiring: { withinHours: 0 } } },
    '"queue.expiring.withinHours"',
    /^a number above 0/u,
    'no time',
  ],
  [
    { queue: { ['__proto__x']: {} } },
    '"queue.__proto__x"',
    /^a key that there is/u,
    'a name of the language',
  ],
])('%j: %s is not right, for %s', (policy, at, expected) => {
  const read = readQueueThresholds(policy);
  expect(read).toMatchObject({ ok: false, at });
  expect(read.ok ? '' : read.expected).toMatch(expected);
});

test('whatever it is given, it says so and does not throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (policy, queue) => {
      expect(typeof readQueueThresholds(policy).ok).toBe('boolean');
      expect(typeof readQueueThresholds({ queue }).ok).toBe('boolean');
    }),
  );
});

test.each([
  ['domian', 'domain'],
  ['SENDER', 'sender'],
  ['', null],
  ['x'.repeat(100_000), null],
  ['warning', null],
])('the word meant by %s is %s', (given, meant) => {
  expect(nearestWord(given, ['domain', 'sender'])).toBe(meant);
});
