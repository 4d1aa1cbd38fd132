import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { shuffled } from '#mailflow/sampling/random.js';
import { chanceOf, inOwnOrder } from '#mailflow/trace/chance-of.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { planDetails } from '#mailflow/trace/detail-plan.js';
import { isTraceable } from '#mailflow/trace/read-details.js';

import { numbered } from './rows.js';

function heldRows(count: number, from = 0): readonly TraceEntry[] {
  return Array.from({ length: count }, (_, index) => numbered(from + index, { status: 'Pending' }));
}

function drawn(held: readonly TraceEntry[], size = 20): readonly (string | null)[] {
  return planDetails({ held, failed: [] }, size, chanceOf).wanted.map((entry) => entry.messageTraceId);
}

describe('the same mail gets the same sample', () => {
  const mail = heldRows(120);

  test('whenever it is drawn, and in the same order', () => {
    expect(drawn(mail)).toEqual(drawn(mail));
    expect(new Set(drawn(mail)).size).toBe(20);
  });

  test('however it was listed', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...mail], { minLength: mail.length }), (listed) => {
        expect(drawn(listed)).toEqual(drawn(mail));
      }),
      { numRuns: 30 },
    );
  });

  test('and other mail another one: a row that came, one that went, one more recipient', () => {
    const [first, ...others] = mail;
    const changed = [
      [...mail, ...heldRows(1, 500)],
      others,
      [...mail, { ...first!, recipient: 'zoe@x.example' }],
    ];
    for (const rows of changed) expect(drawn(rows)).not.toEqual(drawn(mail));
  });
});

test('over many populations every row is drawn as often as any other', () => {
  const times = Array.from({ length: 10 }, () => 0);
  for (let population = 0; population < 4000; population += 1) {
    const rows = inOwnOrder(heldRows(10, population * 10).filter(isTraceable));
    const places = rows.map((row, place) => ({ row, place }));
    const [chosen] = shuffled(places, chanceOf(rows));
    times[chosen!.place]! += 1;
  }
  // 400 each; six standard deviations are 114.
  for (const count of times) expect(Math.abs(count - 400)).toBeLessThan(114);
});
