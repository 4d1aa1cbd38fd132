import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Finding } from '#mailflow/finding.js';
import { judgeHeld } from '#mailflow/queue/judge-held.js';
import { QUEUE_THRESHOLDS } from '#mailflow/queue/thresholds.js';

import { deliveriesOf, type Kind, type Load, tallyOf } from './mail.js';

/** A working day's four hours. */
const ORDINARY: Load = { kind: 'delivered', count: 800, minutes: 240, toMinutes: 1, domains: 40 };

function judge(loads: readonly Load[], isListedWhole = true): readonly Finding[] {
  const deliveries = deliveriesOf(loads);
  const mail = isListedWhole ? { deliveries: deliveries.length, windowMinutes: 240 } : null;
  return judgeHeld(tallyOf(deliveries), { mail, source: 'graph' });
}

function verdictOf(findings: readonly Finding[]): string {
  const bad = findings.filter(({ level }) => level !== 'info');
  return bad.length === 0 ? 'ok' : bad.map(({ id, level }) => `${id} ${level}`).join(', ');
}

const held = (kind: Kind, count: number, minutes: number, more: Partial<Load> = {}): Load => ({
  kind,
  count,
  minutes,
  domains: 5,
  ...more,
});

const WARNS = 'held-mail-waiting warning';
const CRITICAL = 'held-mail-waiting critical';

describe('held mail that should have gone by now', () => {
  const rows: [string, readonly Load[], string][] = [
    ['nothing is held', [], 'ok'],
    ['20 older than 30 min over 5 domains', [held('by-service', 20, 31)], WARNS],
    ['19 are a handful', [held('by-service', 19, 31)], 'ok'],
    ['30 min exactly counts as old', [held('by-service', 20, 30)], `mail-deferred-now critical, ${WARNS}`],
    [
      '29 min is not old; of all mail it is under the share of new mail',
      [held('by-service', 20, 29.9), { ...ORDINARY, minutes: 29, count: 3000 }],
      'ok',
    ],
    ['3 domains are many', [held('by-service', 20, 31, { domains: 3 })], WARNS],
    ['2 domains have a reason of their own', [held('by-service', 20, 31, { domains: 2 })], 'ok'],
    ['inbound mail is all to us: its senders tell', [held('by-service', 20, 31, { inboundFrom: 3 })], WARNS],
    ['inbound from two senders only', [held('by-service', 20, 31, { inboundFrom: 2 })], 'ok'],
    ['200 older than an hour', [held('by-service', 200, 61)], CRITICAL],
    ['199 are not 200', [held('by-service', 199, 61)], WARNS],
    ['200 younger than an hour', [held('by-service', 200, 59)], WARNS],
    [
      '390 of 8,000 an hour are under 5 %',
      [held('by-service', 390, 61), { ...ORDINARY, count: 31_000, minutes: 239, toMinutes: 40 }],
      WARNS,
    ],
    [
      '410 of 8,000 an hour are over 5 %',
      [held('by-service', 410, 61), { ...ORDINARY, count: 31_000, minutes: 239, toMinutes: 40 }],
      CRITICAL,
    ],
  ];
  test.each(rows)('%s', (_why, loads, expected) => {
    expect(verdictOf(judge([ORDINARY, ...loads]))).toBe(expected);
  });
});

describe('what an ordinary day has', () => {
  const rows: [string, readonly Load[], string][] = [
    ['stragglers behind greylists', [held('greylisted', 60, 120, { toMinutes: 5, domains: 30 })], 'ok'],
    ['a partner whose server is down', [held('refused', 150, 235, { toMinutes: 1, domains: 1 })], 'ok'],
    [
      'two partners at once',
      [
        held('refused', 30, 235, { domains: 1 }),
        held('closed-abruptly', 30, 200, { domains: 1, name: 'other' }),
      ],
      'ok',
    ],
    ['slips of the keyboard, each at its own domain', [held('name-unknown', 6, 230, { domains: 6 })], 'ok'],
    ['dead servers, a few at each', [held('refused', 6, 230, { domains: 6, toMinutes: 60 })], 'ok'],
    [
      'a partner that is down beside dead servers that refuse alike',
      [held('refused', 60, 235, { domains: 1 }), held('refused', 3, 200, { domains: 3, name: 'dead' })],
      'ok',
    ],
    ['mail that waits for a moderator', [held('untold', 8, 200, { toMinutes: 40, inboundFrom: 8 })], 'ok'],
    ['limits of our own address at some providers', [held('sender-limit', 8, 90, { domains: 8 })], 'ok'],
    ['30 of them are more than an ordinary day has', [held('sender-limit', 30, 90, { domains: 8 })], WARNS],
    ['30 that no try is told of are more, too', [held('untold', 30, 90, { domains: 8 })], WARNS],
    ['unread: stragglers and slips are among it', [held('unread', 20, 90, { domains: 8 })], 'ok'],
    ['unread: so many are no stragglers', [held('unread', 40, 90, { domains: 8 })], WARNS],
    [
      'unread, however many: what nobody read proves nothing that is critical',
      [held('unread', 600, 90, { domains: 8 })],
      WARNS,
    ],
    [
      'one that was read says nothing of 60 that were not',
      [held('greylisted', 1, 90), held('unread', 60, 90, { domains: 8 })],
      WARNS,
    ],
    ['unread, to one domain: its own trouble', [held('unread', 300, 90, { domains: 1 })], 'ok'],
  ];
  test.each(rows)('%s', (_why, loads, expected) => {
    expect(verdictOf(judge([ORDINARY, ...loads]))).toBe(expected);
  });
});

describe('what so few were read of that nobody can tell', () => {
  // Read and unread ones of one domain are drawn from the same.
  const mixed = (kinds: readonly (readonly [Kind, number])[]): readonly Load[] =>
    kinds.map(([kind, count]) => held(kind, count, 120, { domains: 4, name: 'some' }));
  const rows: [string, readonly Load[], readonly string[]][] = [
    [
      'half of 6 that were read, of 46: it may be 20',
      mixed([
        ['by-service', 3],
        ['greylisted', 3],
        ['unread', 40],
      ]),
      ['held-mail-perhaps info'],
    ],
    [
      'one of 12 that were read, of 52: most likely it is not',
      mixed([
        ['by-service', 1],
        ['greylisted', 11],
        ['unread', 40],
      ]),
      [],
    ],
    ['certain: nothing of perhaps', mixed([['by-service', 30]]), ['held-mail-waiting warning']],
    ['all were read: 19 are 19', mixed([['by-service', 19]]), []],
  ];
  test.each(rows)('%s', (_why, loads, expected) => {
    expect(judge([ORDINARY, ...loads]).map(({ id, level }) => `${id} ${level}`)).toEqual(expected);
  });

  test('it says how many are certain, and how to tell more', () => {
    const [finding] = judge([
      ORDINARY,
      ...mixed([
        ['by-service', 3],
        ['greylisted', 3],
        ['unread', 40],
      ]),
    ]);
    expect(finding?.evidence).toEqual([
      "About 23 of the held deliveries older than 30 min are not their destinations' own trouble, at least 8 by the 6 details that were read; from 20 certain ones it is a warning.",
    ]);
    expect(finding?.remedy).toContain('--sample');
  });

  test('mail of just now that alarms leaves nothing to wonder about', () => {
    const ids = judge([
      { ...ORDINARY, minutes: 14, count: 60, toMinutes: 1 },
      held('by-service', 30, 10, { domains: 6, name: 'now' }),
      ...mixed([
        ['by-service', 3],
        ['greylisted', 3],
        ['unread', 40],
      ]),
    ]).map(({ id }) => id);
    expect(ids).toContain('mail-deferred-now');
    expect(ids).not.toContain('held-mail-perhaps');
  });
});

describe('unrelated destinations that fail alike', () => {
  const closed = (more: Partial<Load>): Load => held('closed-abruptly', 40, 200, { toMinutes: 40, ...more });
  const rows: [string, readonly Load[], string][] = [
    ['five domains behind five servers', [closed({ domains: 5 })], WARNS],
    ['three are enough', [closed({ domains: 3 })], WARNS],
    ['two are not', [closed({ domains: 2 })], 'ok'],
    [
      'five domains behind one server are one next hop of many',
      [closed({ domains: 5, nextHop: 'relay.fabrikam.example' })],
      WARNS,
    ],
    ['two domains behind one server', [closed({ domains: 2, nextHop: 'relay.fabrikam.example' })], 'ok'],
    [
      'alike in kind, not in words',
      [
        closed({ count: 14, domains: 1 }),
        held('refused', 14, 200, { domains: 1 }),
        held('name-unknown', 14, 200, { domains: 1 }),
      ],
      'ok',
    ],
    [
      'the largest domain does not count for the rest',
      [closed({ count: 200, domains: 1 }), closed({ count: 4, domains: 4, name: 'few' })],
      'ok',
    ],
  ];
  test.each(rows)('%s', (_why, loads, expected) => {
    expect(verdictOf(judge([ORDINARY, ...loads]))).toBe(expected);
  });

  test('the finding names how many, and what they have in common', () => {
    const [found] = judge([ORDINARY, closed({ domains: 5 })]);
    expect(found?.evidence).toContain(
      '5 unrelated domains behind 5 servers fail alike (session-closed-abruptly): that is not theirs.',
    );
  });
});

describe('new mail', () => {
  const fresh = (count: number): Load => ({
    kind: 'delivered',
    count,
    minutes: 29,
    toMinutes: 16,
    domains: 20,
  });
  const older: Load = { ...ORDINARY, minutes: 240, toMinutes: 130 };
  const rows: [string, readonly Load[], string][] = [
    ['12 of 100', [fresh(88), held('by-service', 12, 20)], 'mail-deferred-now critical'],
    ['12 of 100, over two domains', [fresh(88), held('by-service', 12, 20, { domains: 2 })], 'ok'],
    ['9 are under 10', [fresh(51), held('by-service', 9, 20)], 'mail-deferred-now warning'],
    ['10 of 400: too small a share', [fresh(390), held('by-service', 10, 20)], 'ok'],
    ['20 of 400: half of critical', [fresh(380), held('by-service', 20, 20)], 'mail-deferred-now warning'],
    ['35 of 400', [fresh(365), held('by-service', 35, 20)], 'mail-deferred-now critical'],
    ['12 of 49: too few to say a share', [fresh(37), held('by-service', 12, 20)], 'ok'],
    ['greylists are no outage', [fresh(60), held('greylisted', 40, 20, { domains: 20 })], 'ok'],
    ['one destination is no outage', [fresh(60), held('refused', 40, 20, { domains: 1 })], 'ok'],
    [
      'many that fail alike are',
      [fresh(60), held('closed-abruptly', 40, 20, { domains: 8 })],
      'mail-deferred-now critical',
    ],
    ['what no try is told of may be on its way', [fresh(60), held('untold', 40, 5, { domains: 8 })], 'ok'],
    [
      'few in half an hour, because the outage makes mail few: the hour before counts',
      [{ ...fresh(40), minutes: 58, toMinutes: 31 }, held('by-service', 15, 25)],
      'mail-deferred-now critical',
    ],
    [
      'the first minutes of an outage in a busy tenant',
      [
        { ...fresh(2000), toMinutes: 15.1 },
        fresh(0),
        { kind: 'delivered', count: 40, minutes: 14, domains: 9 },
        held('by-service', 20, 10),
      ],
      'mail-deferred-now critical',
    ],
  ];
  test.each(rows)('%s', (_why, loads, expected) => {
    expect(verdictOf(judge([older, ...loads]))).toBe(expected);
  });

  test('the finding tells the limits as they are', () => {
    const [found] = judge([older, fresh(88), held('by-service', 12, 20)]);
    expect(found?.evidence[1]).toBe(
      'That is at least 7 % of the mail; from 2.5 % it is a warning, from 5 % critical.',
    );
  });

  test('no share is told where only held mail was listed', () => {
    expect(verdictOf(judge([held('by-service', 60, 20)], false))).toBe('ok');
  });
});

describe('mail that will be given up', () => {
  const dying = (kind: Kind, count: number, more: Partial<Load> = {}): Load =>
    held(kind, count, 21 * 60, { domains: 1, ...more });
  const rows: [string, readonly Load[], string][] = [
    ['20 at one next hop', [dying('refused', 20)], 'held-mail-expiring critical'],
    ['19 at one next hop', [dying('refused', 19)], 'ok'],
    ['20 at two next hops', [dying('refused', 10), dying('refused', 10, { name: 'other' })], 'ok'],
    [
      '20 to four domains behind one host',
      [dying('refused', 20, { domains: 4, nextHop: 'relay.fabrikam.example' })],
      'held-mail-expiring critical, held-mail-waiting warning',
    ],
    ['more than four hours are left', [held('refused', 60, 19 * 60, { domains: 1 })], 'ok'],
    [
      'past its expiry: a status that is late, nothing to save',
      [held('refused', 60, 25 * 60, { domains: 1 })],
      'ok',
    ],
    ['with a moderator: nobody gives it up', [dying('untold', 60)], 'ok'],
    ['slips of the keyboard expire alone', [dying('name-unknown', 40, { domains: 40 })], 'ok'],
    [
      'unread, to one domain: it looks like mail that is about to be lost, and is not proven',
      [dying('unread', 25)],
      'held-mail-expiring warning',
    ],
  ];
  test.each(rows)('%s', (_why, loads, expected) => {
    expect(verdictOf(judge(loads, false)).split(', ').sort().join(', ')).toBe(expected);
  });
});

test('a queue without the other mail is judged by numbers alone', () => {
  expect(verdictOf(judge([held('closed-abruptly', 60, 200)], false))).toBe(WARNS);
  expect(verdictOf(judge([held('name-unknown', 60, 200, { domains: 60 })], false))).toBe('ok');
});

test('what no try is told of is told, not alarmed about, where nobody knows whether it is much', () => {
  const findings = judge([held('untold', 300, 200, { domains: 9 }), held('sender-limit', 300, 200)], false);
  expect(findings.map(({ id, level }) => `${id} ${level}`)).toEqual(['held-mail-untold info']);
});

test('a destination that takes no mail is told, and is no alarm', () => {
  const found = judge([ORDINARY, held('refused', 30, 100, { domains: 1, name: 'woodgrove' })]);
  expect(found.map(({ id, level, subject }) => `${id} ${level} ${subject}`)).toEqual([
    'destination-takes-no-mail info woodgrove0.example',
  ]);
});

test('a policy can set each number', () => {
  const deliveries = deliveriesOf([ORDINARY, held('by-service', 6, 31)]);
  const thresholds = { ...QUEUE_THRESHOLDS, waiting: { ...QUEUE_THRESHOLDS.waiting, warningHeld: 5 } };
  const mail = { deliveries: deliveries.length, windowMinutes: 240 };
  const found = judgeHeld(tallyOf(deliveries, thresholds), { mail, source: 'graph' }, thresholds);
  expect(verdictOf(found)).toBe(WARNS);
});

const KINDS: readonly Kind[] = [
  'by-service',
  'closed-abruptly',
  'refused',
  'name-unknown',
  'at-connector',
  'greylisted',
  'sender-limit',
  'untold',
  'unread',
];
const anyLoad: fc.Arbitrary<Load> = fc.record({
  kind: fc.constantFrom<Kind>('delivered', ...KINDS),
  count: fc.integer({ min: 0, max: 120 }),
  minutes: fc.integer({ min: -10, max: 1500 }),
  domains: fc.integer({ min: 1, max: 20 }),
});

const RANK = ['info', 'warning', 'critical'] as const;

function worst(findings: readonly Finding[]): number {
  return Math.max(0, ...findings.map(({ level }) => RANK.indexOf(level)));
}

test("more held mail that is old and the service's own never makes it better", () => {
  const readLoad = anyLoad.filter(({ kind }) => kind !== 'unread');
  fc.assert(
    fc.property(
      fc.array(readLoad, { maxLength: 6 }),
      fc.integer({ min: 1, max: 400 }),
      fc.boolean(),
      (loads, count, isWhole) => {
        const more = held('by-service', count, 90, { name: 'more' });
        const before = worst(judge([ORDINARY, ...loads], isWhole));
        expect(worst(judge([ORDINARY, ...loads, more], isWhole))).toBeGreaterThanOrEqual(before);
      },
    ),
    { numRuns: 60 },
  );
});

test('more held mail that is old never makes it better where nothing can be read', () => {
  fc.assert(
    fc.property(fc.array(anyLoad, { maxLength: 6 }), fc.integer({ min: 1, max: 400 }), (loads, count) => {
      const unread = loads.map((load): Load =>
        load.kind === 'delivered' ? load : { ...load, kind: 'unread' },
      );
      const more = held('unread', count, 90, { name: 'more' });
      const before = worst(judge([ORDINARY, ...unread]));
      expect(worst(judge([ORDINARY, ...unread, more]))).toBeGreaterThanOrEqual(before);
    }),
    { numRuns: 60 },
  );
});

test('what waits by intent never makes it worse', () => {
  fc.assert(
    fc.property(fc.array(anyLoad, { maxLength: 6 }), fc.integer({ min: 1, max: 200 }), (loads, count) => {
      // Where nothing was read, what was read first says something of the rest.
      const read = [ORDINARY, ...loads.filter(({ kind }) => kind !== 'unread')];
      const more = held('greylisted', count, 90, { name: 'more' });
      expect(worst(judge([...read, more]))).toBeLessThanOrEqual(worst(judge(read)));
    }),
    { numRuns: 60 },
  );
});

test('each held delivery is in one bucket', () => {
  fc.assert(
    fc.property(fc.array(anyLoad, { maxLength: 6 }), (loads) => {
      const deliveries = deliveriesOf(loads);
      const { buckets, all } = tallyOf(deliveries);
      expect(buckets.reduce((sum, bucket) => sum + bucket.held, 0)).toBe(all.held);
      expect(all.held).toBe(deliveries.filter((delivery) => delivery.held).length);
      expect(buckets.map(({ fromMinutes }) => fromMinutes)).toEqual([0, 5, 15, 60, 240, 720, 1440]);
    }),
    { numRuns: 40 },
  );
});

test('memory has an end: of very many readings evenly chosen ones are kept', () => {
  const deliveries = deliveriesOf([
    held('by-service', 20_000, 90, { domains: 7 }),
    held('greylisted', 20_000, 90),
  ]);
  const { read, all } = tallyOf(deliveries);
  expect(all.held).toBe(40_000);
  expect(read.length).toBeLessThan(8_192);
  const share = read.filter(({ wait }) => wait === 'by-intent').length / read.length;
  expect(share).toBeCloseTo(0.5, 1);
});
