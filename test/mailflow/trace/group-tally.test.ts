import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Verdict } from '#mailflow/bounce/verdict.js';
import type { Likely, TraceEntry } from '#mailflow/trace/delivery.js';
import { type CountedGrouping, createGroupTally, type GroupCounts } from '#mailflow/trace/group-tally.js';
import { stateOfStatus } from '#mailflow/trace/status.js';

import { NOON, numbered, row, verdict } from './rows.js';

function grouped(
  grouping: CountedGrouping,
  entries: readonly TraceEntry[],
  most?: number,
): readonly GroupCounts[] {
  const tally = createGroupTally(grouping, most);
  for (const entry of entries) tally.add(entry, stateOfStatus(entry.status));
  return tally.groups();
}

const brief = ({ key, held, failed, deliveries }: GroupCounts): string =>
  `${key ?? 'others'}: ${held} ${failed} ${deliveries}`;
const minutesAgo = (minutes: number): Date => new Date(NOON.getTime() - minutes * 60_000);

describe('by what the list tells', () => {
  const entries = [
    row({ status: 'pending', recipient: 'a@Fabrikam.example', receivedAt: minutesAgo(90) }),
    row({ status: 'GettingStatus', recipient: 'b@fabrikam.example', receivedAt: minutesAgo(10) }),
    row({ status: 'failed', recipient: 'c@litware.example', receivedAt: minutesAgo(61) }),
    row({ status: 'delivered', recipient: 'd@litware.example', receivedAt: minutesAgo(62) }),
    row({ status: 'delivered', recipient: 'e@woodgrove.example', sender: '' }),
  ];

  test.each<[CountedGrouping, readonly string[], string]>([
    [
      'domain',
      ['fabrikam.example: 2 0 2', 'litware.example: 0 1 2', 'woodgrove.example: 0 0 1'],
      'the recipients’ domain in any case, most trouble first',
    ],
    ['sender', ['ana@contoso.example: 2 1 4', ': 0 0 1'], 'a report has no sender'],
    [
      'hour',
      [
        '2026-06-02T12:00:00.000Z: 0 0 1',
        '2026-06-02T11:00:00.000Z: 1 0 1',
        '2026-06-02T10:00:00.000Z: 1 1 3',
      ],
      'newest first; a full hour belongs to the one that begins',
    ],
  ])('%s: %j: %s', (grouping, expected) => {
    expect(grouped(grouping, entries).map(brief)).toEqual(expected);
  });

  test('a recipient without a domain is not taken for the domain that it looks like', () => {
    const odd = ['a@fabrikam.example', 'fabrikam.example', 'b@FABRIKAM.example.', 'x'];
    const rows = odd.map((recipient) => row({ status: 'failed', recipient }));
    expect(grouped('domain', rows).map(brief)).toEqual([': 0 2 2', 'fabrikam.example: 0 2 2']);
  });

  test('the oldest held one, where there is one', () => {
    const [fabrikam, litware] = grouped('domain', entries);
    expect([fabrikam?.oldestHeldAt, litware?.oldestHeldAt]).toEqual([minutesAgo(90), null]);
  });

  test('what is too much to tell apart is counted as one', () => {
    const many = Array.from({ length: 5 }, (_, index) =>
      numbered(index, { sender: `s${index}@contoso.example` }),
    );
    expect(grouped('sender', many, 2).map(brief).toSorted()).toEqual([
      'others: 0 0 3',
      's0@contoso.example: 0 0 1',
      's1@contoso.example: 0 0 1',
    ]);
  });

  test('the groups sum up to all, whatever they are', () => {
    const entry = fc
      .tuple(fc.nat(5), fc.nat(3), fc.constantFrom('pending', 'failed', 'delivered', 'x'), fc.nat(500))
      .map(([sender, domain, status, minutes]) =>
        row({
          ...{ sender: `s${sender}@contoso.example`, recipient: `r@d${domain}.example`, status },
          receivedAt: minutesAgo(minutes),
        }),
      );
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.constantFrom<CountedGrouping>('domain', 'sender', 'hour'),
        fc.integer({ min: 1, max: 9 }),
        (entries_, grouping, most) => {
          const groups = grouped(grouping, entries_, most);
          const sum = (pick: (group: GroupCounts) => number): number =>
            groups.reduce((total, group) => total + pick(group), 0);
          expect(sum(({ deliveries }) => deliveries)).toBe(entries_.length);
          expect(sum(({ held }) => held)).toBe(entries_.filter(({ status }) => status === 'pending').length);
          expect(sum(({ failed }) => failed)).toBe(
            entries_.filter(({ status }) => status === 'failed').length,
          );
          expect(groups.length).toBeLessThanOrEqual(most + 1);
        },
      ),
    );
  });
});

describe('what most of a group have in common', () => {
  const throttled = verdict({ reason: 'throttled', party: 'service' });
  const refused = verdict({ reason: 'connection-failed', party: 'network' });

  test.each<[readonly Verdict[], Likely | null, string]>([
    [[throttled, throttled], null, 'two say too little'],
    [
      [throttled, throttled, refused],
      { reason: 'throttled', party: 'service', share: 0.667, examined: 3 },
      'two of three',
    ],
    [[throttled, throttled, refused, refused], null, 'a half is not most'],
    [
      [verdict({ reason: 'unknown' }), verdict({ reason: 'unknown' }), verdict({ reason: 'unknown' })],
      null,
      'nobody knows',
    ],
  ])('%#: %j: %s', (verdicts, mostly) => {
    const tally = createGroupTally('domain');
    for (const [index, each] of verdicts.entries()) {
      const entry = numbered(index, { status: 'pending' });
      tally.add(entry, 'pending');
      tally.addVerdict(entry, each);
    }
    expect(tally.groups().map((group) => group.mostly)).toEqual([mostly]);
  });
});
