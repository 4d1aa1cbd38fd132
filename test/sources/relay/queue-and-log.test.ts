/** The queue of a relay together with its own log: what each adds to the other, and what does not count twice. */
import { describe, expect, test } from 'vitest';

import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import { openQueueAndLog } from '#sources/relay/queue-and-log.js';

import { FOREST, mail, minutesAgo, MX } from '../../mailflow/relay/mails.js';

/** As the queue of Exim tells it. */
const UNTOLD = mail({ reply: null, nextHop: null, messageId: null, lastAttemptAt: null, state: 'active' });
const TRIED = mail({ lastAttemptAt: minutesAgo(5), arrivedAt: minutesAgo(91) });

interface Told {
  readonly atOnce: readonly RelayMail[];
  readonly later: readonly RelayMail[];
  readonly fromLog: readonly RelayMail[];
  readonly notes: readonly string[];
}

function told(queue: readonly RelayMail[], log: readonly RelayMail[]): Told {
  const both = openQueueAndLog();
  const atOnce = both.queued(queue);
  const fromLog = both.logged(log);
  return { atOnce, later: both.rest(), fromLog, notes: both.notes() };
}

describe('why mail waits', () => {
  test('is told by the log where the queue tells nothing; what the queue tells stands', () => {
    expect(told([UNTOLD], [TRIED])).toEqual({
      ...{ atOnce: [], fromLog: [], notes: [] },
      later: [
        {
          ...UNTOLD,
          ...{ reply: FOREST, nextHop: MX, messageId: TRIED.messageId, lastAttemptAt: minutesAgo(5) },
        },
      ],
    });
  });

  test.each<[string, Partial<RelayMail>, Partial<RelayMail>]>([
    ['an address in other letters', { recipient: 'ANN@contoso.example' }, {}],
    ['a queue that leaves recipients out', { recipient: '' }, {}],
  ])('is found by %s', (_why, queued, logged) => {
    const { later, fromLog } = told([{ ...UNTOLD, ...queued }], [{ ...TRIED, ...logged }]);
    expect([later.map(({ reply }) => reply), fromLog]).toEqual([[FOREST], []]);
  });

  test.each<[string, RelayMail]>([
    ['tells why', mail({ reply: 'host mx said: 450 4.2.0 later' })],
    ['has it on hold', mail({ state: 'on-hold', reply: null })],
    ['has delivered it', mail({ state: 'delivered', reply: null })],
  ])('need not be waited for when the queue %s', (_why, queued) => {
    expect(told([queued], [])).toMatchObject({ atOnce: [queued], later: [], notes: [] });
  });

  test('is not known when the log tells nothing either', () => {
    expect(told([UNTOLD], [])).toMatchObject({ atOnce: [], later: [UNTOLD] });
  });
});

describe('what only one of both tells of', () => {
  test('is held by the log alone: it counts, and a note says so', () => {
    const other = mail({ queueId: 'other' });
    const { fromLog, notes } = told([UNTOLD], [TRIED, other]);
    expect([fromLog, notes]).toEqual([
      [other],
      [expect.stringContaining('not named by the queue: 1, counted as held')],
    ]);
  });

  test('has failed by the log and is held by the queue: it counts as both, and a note says so', () => {
    const failed = mail({ state: 'bounced' });
    const { fromLog, notes } = told([UNTOLD], [failed]);
    expect([fromLog, notes]).toEqual([
      [failed],
      [expect.stringContaining('named by the queue as well: 1, counted as both')],
    ]);
  });

  test('was delivered by the log: nothing is said, for ids are used again', () => {
    expect(told([UNTOLD], [mail({ state: 'delivered' })]).notes).toEqual([]);
  });
});
