/** From what a relay holds to findings and advice. */
import { describe, expect, test } from 'vitest';

import { openHeldWatch } from '#mailflow/queue/held-tally.js';
import { QUEUE_THRESHOLDS } from '#mailflow/queue/thresholds.js';
import { adviseRelay, RELAY_COMMANDS, RELAY_PROGRAMS } from '#mailflow/relay/advice.js';
import { judgeRelay, type RelayEvidence } from '#mailflow/relay/judge-relay.js';
import { openRelayIntake } from '#mailflow/relay/relay-intake.js';
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import { openLeftWatch, openRelayWatch } from '#mailflow/relay/relay-tally.js';

import { FOREST, GREYLISTED, mail, MAILBOX_FULL, mails, minutesAgo, MX, NOW, TIMED_OUT } from './mails.js';

interface Given {
  readonly mails: readonly RelayMail[];
  readonly queues?: readonly RelayQueueCount[];
  readonly lifetimeHours?: number;
}

function evidenceOf({ mails: given, queues = [], lifetimeHours }: Given): RelayEvidence {
  const queueLifetimeSeconds = lifetimeHours === undefined ? null : lifetimeHours * 3600;
  const intake = openRelayIntake({ ownDomains: null, queueLifetimeSeconds, asOf: () => NOW }, 1);
  const [watch, left] = [openRelayWatch(NOW), openLeftWatch()];
  const [microsoft, others] = [openHeldWatch({ now: NOW }), openHeldWatch({ now: NOW })];
  for (const delivery of given.flatMap((each) => intake.take(each) ?? [])) {
    if (!delivery.held) left.observe(delivery);
    else {
      watch.observe(delivery);
      (delivery.toMicrosoft ? microsoft : others).observe(delivery);
    }
  }
  const tallies = { microsoft: microsoft.tally(), others: others.tally() };
  return { tally: watch.tally(), left: left.tally(), ...tallies, queues };
}

const DOMAINS = ['fabrikam.example', 'litware.example', 'adatum.example', 'northwind.example'];

/** Mail of ours to many partners, each behind its own host. */
function outgoing(count: number, reply: (host: string) => string | null, minutes = 90): readonly RelayMail[] {
  return Array.from({ length: count }, (_, index) => {
    const domain = DOMAINS[index % DOMAINS.length] ?? '';
    const host = `mx.${domain}`;
    const recipient = `bob${index}@${domain}`;
    return mail({
      queueId: `o${index}`,
      recipient,
      nextHop: host,
      reply: reply(host),
      arrivedAt: minutesAgo(minutes),
    });
  });
}

const timedOut = (host: string): string => `connect to ${host}[192.0.2.25]:25: Connection timed out`;

describe('findings', () => {
  test.each<[string, Given, readonly string[]]>([
    ['nothing is held', { mails: [] }, []],
    [
      '200 of an hour ago are critical',
      { mails: mails(200, { arrivedAt: minutesAgo(60) }) },
      ['critical microsoft-defers-relay-mail'],
    ],
    [
      '199 are not',
      { mails: mails(199, { arrivedAt: minutesAgo(60) }) },
      ['warning microsoft-defers-relay-mail'],
    ],
    [
      '200 that are younger than an hour are a warning',
      { mails: mails(200, { arrivedAt: minutesAgo(59) }) },
      ['warning microsoft-defers-relay-mail'],
    ],
    [
      '20 of half an hour ago are a warning',
      { mails: mails(20, { arrivedAt: minutesAgo(30) }) },
      ['warning microsoft-defers-relay-mail'],
    ],
    ['19 are not', { mails: mails(19, { arrivedAt: minutesAgo(30) }) }, []],
    ['20 that are younger are nothing yet', { mails: mails(20, { arrivedAt: minutesAgo(29) }) }, []],
    [
      'nobody answers',
      { mails: mails(200, { reply: TIMED_OUT }) },
      ['critical relay-mail-for-microsoft-waits'],
    ],
    [
      'no reason is told: never critical',
      { mails: mails(500, { reply: null }) },
      ['warning relay-mail-for-microsoft-waits'],
    ],
    ['on hold by intent', { mails: mails(500, { state: 'on-hold' }) }, []],
    ['full mailboxes are their owners own', { mails: mails(500, { reply: MAILBOX_FULL }) }, []],
    [
      'mail to partners is judged as a queue is: unrelated ones do not fail alike by chance',
      { mails: outgoing(300, timedOut) },
      ['critical held-mail-waiting'],
    ],
    ['greylists of partners', { mails: outgoing(300, () => GREYLISTED) }, []],
    [
      'twenty that expire at one next hop',
      { mails: mails(20, { arrivedAt: minutesAgo(22 * 60) }), lifetimeHours: 24 },
      ['critical held-mail-expiring', 'warning microsoft-defers-relay-mail'],
    ],
    [
      'a listing without reasons says where to look',
      { mails: outgoing(30, () => null) },
      ['warning held-mail-waiting'],
    ],
    [
      'bounced mail informs',
      { mails: [mail({ state: 'bounced', reply: '550 5.1.1 no such user' }), mail({ state: 'expired' })] },
      ['info relay-mail-failed'],
    ],
    [
      'queues that are only counted',
      { mails: [], queues: [queue({ waiting: 20 })] },
      ['warning relay-queues-for-microsoft'],
    ],
    ['too few of them', { mails: [], queues: [queue({ waiting: 19 })] }, []],
    ['those of others', { mails: [], queues: [queue({ nextHop: 'mx.fabrikam.example', reply: null })] }, []],
    [
      'a little that is named does not hide what is counted',
      { mails: mails(1), queues: [queue({ waiting: 500 })] },
      ['warning relay-queues-for-microsoft'],
    ],
    [
      'mail of others that is named hides nothing either',
      {
        mails: [mail({ recipient: 'bob@fabrikam.example', nextHop: null, reply: null })],
        queues: [queue({ waiting: 20 })],
      },
      ['warning relay-queues-for-microsoft'],
    ],
    ['what is counted and named is judged once', { mails: mails(15), queues: [queue({ waiting: 34 })] }, []],
  ])('%s', (_why, given, expected) => {
    const findings = judgeRelay(evidenceOf(given));
    expect(findings.map(({ level, id }) => `${level} ${id}`)).toEqual(expected);
  });

  test('a policy moves the limits', () => {
    const waiting = { ...QUEUE_THRESHOLDS.waiting, warningHeld: 2, criticalHeld: 4 };
    const levels = [1, 2, 4].map((count) => {
      const evidence = evidenceOf({ mails: mails(count) });
      return judgeRelay(evidence, { ...QUEUE_THRESHOLDS, waiting }).map(({ level }) => level);
    });
    expect(levels).toEqual([[], ['warning'], ['critical']]);
  });

  test.each([
    [FOREST, 'Keep the queue'],
    ['451 4.7.500 Server busy. Please try again later from [192.0.2.5]. (S77719)', 'not by an outage'],
    [TIMED_OUT, 'whether the relay reaches Microsoft'],
  ])('what is to be done about %s: %s', (reply, words) => {
    expect(judgeRelay(evidenceOf({ mails: mails(200, { reply }) }))[0]?.remedy).toContain(words);
  });

  test('no remedy sends the owner of a relay to a trace of his held mail', () => {
    const found = judgeRelay(evidenceOf({ mails: [...outgoing(300, timedOut), ...mails(300)] }));
    expect(found.length).toBeGreaterThan(1);
    for (const { remedy } of found) expect(remedy).not.toContain('mailcheck trace');
  });
});

function queue(given: Partial<RelayQueueCount>): RelayQueueCount {
  return {
    ...{
      queueId: 'MBX01\\17',
      nextHop: MX,
      waiting: 100,
      state: 'deferred',
      reply: FOREST,
      lastAttemptAt: null,
    },
    ...given,
  };
}

test('the same mail in two inputs is counted once; an id that is used again is another mail once it has left', () => {
  const left = mail({ state: 'bounced', lastAttemptAt: minutesAgo(5) });
  const evidence = evidenceOf({
    mails: [
      mail(),
      mail({ recipient: 'ANN@contoso.example' }),
      mail({ recipient: 'eve@contoso.example' }),
      ...[left, left, { ...left, lastAttemptAt: minutesAgo(4000) }],
    ],
  });
  expect([evidence.tally.held, evidence.left.bounced]).toEqual([2, 2]);
});

test('the sums of what is held agree with each other', () => {
  const given = [
    ...mails(30),
    ...mails(7, { reply: TIMED_OUT }, 't'),
    ...outgoing(9, timedOut),
    ...mails(3, { state: 'on-hold' }, 'h'),
  ];
  const { tally } = evidenceOf({ mails: given });
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  expect([tally.held, sum(tally.heldBy)]).toEqual([49, 49]);
  expect([tally.atMicrosoft.held, sum(tally.atMicrosoft.heldBy)]).toEqual([40, 40]);
  expect(tally.atMicrosoft.byReason.reduce((total, { count }) => total + count, 0)).toBe(40);
  expect(tally.atMicrosoft.replies).toMatchObject([{ reply: '421 4.3.2', count: 30 }]);
});

describe('advice', () => {
  function advised({ mails: given, lifetimeHours }: Given, formats: readonly string[]): readonly string[] {
    const { tally, left } = evidenceOf({
      mails: given,
      ...(lifetimeHours === undefined ? {} : { lifetimeHours }),
    });
    const queueLifetimeSeconds = lifetimeHours === undefined ? null : lifetimeHours * 3600;
    return adviseRelay({ tally, left, queueLifetimeSeconds }, formats).map(({ id, commands }) =>
      [id, ...commands].join(' | '),
    );
  }

  test.each<[string, Given, readonly string[]]>([
    ['nothing is held', { mails: [] }, []],
    [
      'the limit of connections',
      { mails: mails(2) },
      [
        'leave-it',
        "lower-concurrency | postconf -e 'smtp_destination_concurrency_limit = 5' && postfix reload",
        'retry-after-recovery | postqueue -f',
      ],
    ],
    [
      'near the end',
      { mails: mails(1, { reply: TIMED_OUT, arrivedAt: minutesAgo(23 * 60) }), lifetimeHours: 24 },
      ['leave-it', "raise-lifetime | postconf -e 'maximal_queue_lifetime = 10d' && postfix reload"],
    ],
    [
      'old, and nobody said how long it is kept',
      { mails: mails(1, { reply: TIMED_OUT, arrivedAt: minutesAgo(13 * 60) }) },
      ['leave-it', 'learn-lifetime'],
    ],
    [
      'old, and the relay tells when it gives up',
      {
        mails: mails(1, {
          ...{ reply: TIMED_OUT, arrivedAt: minutesAgo(13 * 60), expiresAt: minutesAgo(-35 * 60) },
        }),
      },
      ['leave-it'],
    ],
    ['failed', { mails: [mail({ state: 'bounced' })] }, ['send-again']],
  ])('%s', (_why, given, expected) => {
    expect(advised(given, ['postfix-json'])).toEqual(expected);
  });

  test('each program has its own command to retry, and one that nobody knows has none', () => {
    const retries = [...RELAY_PROGRAMS.map((program) => `${program}-queue`), 'sendmail-queue'].map((format) =>
      advised({ mails: mails(1) }, [format]).at(-1),
    );
    expect(retries).toEqual([
      'retry-after-recovery | postqueue -f',
      'retry-after-recovery | exim -qff',
      'retry-after-recovery | smtpctl schedule all',
      `retry-after-recovery | ${RELAY_COMMANDS.exchange.retry}`,
      'retry-after-recovery',
    ]);
  });

  test('of several programs all are told', () => {
    const [, , retry] = advised({ mails: mails(1) }, ['postfix-json', 'postfix-log', 'exim-queue']);
    expect(retry).toBe('retry-after-recovery | postqueue -f | exim -qff');
  });
});
