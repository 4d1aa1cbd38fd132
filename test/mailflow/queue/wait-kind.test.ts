/** What held mail waits for, told apart by what its detail says. */
import { expect, test } from 'vitest';

import type { Verdict } from '#mailflow/bounce/verdict.js';
import { openKeyedAges } from '#mailflow/queue/age-table.js';
import { WAIT_KINDS, type WaitKind, waitKindOf, waitShares } from '#mailflow/queue/wait-kind.js';

import { NOON, verdict } from '../trace/rows.js';
import { deliveriesOf } from './mail.js';

const SILENT = { reason: 'unknown', party: 'unknown', replyCode: null, enhancedStatus: null } as const;

test.each<[Partial<Verdict>, boolean, WaitKind, string]>([
  [{}, false, 'known', 'a try failed for a reason that is told'],
  [{ reason: 'unknown' }, false, 'unclear', 'a reply that nobody knows'],
  [SILENT, false, 'untold', 'no try is told of'],
  [SILENT, true, 'moderator', 'the events end with its moderators'],
  [
    { reason: 'throttled', party: 'recipient-policy' },
    false,
    'greylist',
    'the receiver does not know the sender yet',
  ],
  [{ reason: 'throttled', party: 'sender' }, false, 'known', 'a limit of ours is no greylist'],
  [{ reason: 'policy', party: 'recipient-policy' }, false, 'rule', 'a rule of theirs'],
  [{ reason: 'policy', party: 'sender-policy' }, false, 'rule', 'a rule of ours'],
  [{ reason: 'policy', party: 'service' }, false, 'known', 'what the service decides is nobody’s intent'],
])('%j, with a moderator %s: %s, for %s', (facts, waitsForModerator, kind) => {
  expect(waitKindOf(verdict(facts), waitsForModerator)).toBe(kind);
});

test('nothing read says nothing of any kind; all read says it of each', () => {
  const sharesOf = (kind: 'unread' | 'greylisted') => {
    const ages = openKeyedAges({
      ...{ now: NOON, keys: WAIT_KINDS },
      keyOf: ({ verdict: read }) => (read === null ? undefined : waitKindOf(read, false)),
    });
    for (const delivery of deliveriesOf([{ kind, count: 7, minutes: 9 }])) ages.observe(delivery);
    return waitShares(ages.table());
  };
  expect(sharesOf('unread')).toBeNull();
  const none = { estimate: 0, low: 0, high: 0 };
  expect(sharesOf('greylisted')).toEqual({
    ...{ known: none, unclear: none, untold: none, rule: none, moderator: none },
    greylist: { estimate: 7, low: 7, high: 7 },
  });
});
