/** The drawing holds for any way: nothing wider than the page, nothing but ASCII of our own, and never a crash. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { timeline } from '#commands/trace/timeline.js';
import { describeJourney } from '#mailflow/trace/journey.js';
import { judgeEvents } from '#mailflow/trace/judge-events.js';
import { orderEvents } from '#mailflow/trace/order-events.js';
import { widthOf } from '#render/layout.js';

import { event, row } from '../../mailflow/trace/rows.js';
import { pageOf } from '../../render/pages.js';
import { NOW } from '../run-command.js';
import { minutesAgo } from './outage.js';

const steps = fc
  .array(
    fc.record({
      word: fc.constantFrom(
        'Receive',
        'Submit',
        'Defer',
        'Defer',
        'Defer',
        'Fail',
        'Deliver',
        'Gnome\u001b[2J',
      ),
      minutes: fc.double({ min: -10, max: 4000, noNaN: true }),
      description: fc.constantFrom('450 4.4.316 Connection refused', '421 4.3.2 busy', 'x\u202ey', ''),
    }),
    { maxLength: 30 },
  )
  .map(
    (facts) =>
      describeJourney({
        entry: row({ status: 'pending', receivedAt: minutesAgo(4000) }),
        events: facts.map(({ word, minutes, description }) =>
          event(word, { at: minutesAgo(minutes), description }),
        ),
        order: orderEvents,
        judge: judgeEvents,
        context: { ownDomains: null, expirationHours: null },
      }).steps,
  );
const held = fc.option(
  fc.record({
    expiresAt: fc.option(fc.double({ min: -3000, max: 3000, noNaN: true }).map(minutesAgo)),
    isAssumed: fc.boolean(),
  }),
);

describe('for any way', () => {
  test('the drawing fits its page and is ASCII', () => {
    fc.assert(
      fc.property(steps, held, fc.constantFrom(40, 60, 80, 120), (each, outlook, width) => {
        const text = timeline({ steps: each, held: outlook }, pageOf(width));
        expect(text).toMatch(/^[\x20-\x7e\n]*$/u);
        expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
      }),
    );
  });

  test('each try is drawn, or counted among those that are alike', () => {
    fc.assert(
      fc.property(steps, (each) => {
        const text = timeline({ steps: each, held: null }, pageOf(120));
        const drawn = text.match(/^\d\d:\d\d:\d\d [x!*]/gmu)?.length ?? 0;
        const folded = [...text.matchAll(/(\d+) more tr/gu)].reduce(
          (sum, [, count]) => sum + Number(count),
          0,
        );
        const told = each.filter(
          ({ verdict }) => verdict !== null && verdict.class !== 'unknown' && verdict.state !== 'filtered',
        );
        expect(drawn + folded).toBeGreaterThanOrEqual(
          each.filter(({ event: word }) => word === 'Defer').length,
        );
        expect(drawn + folded).toBeLessThanOrEqual(told.length);
      }),
    );
  });
});

test('a hundred thousand tries are a few lines', () => {
  const at = (index: number): Date => new Date(NOW.getTime() - (100_000 - index) * 1000);
  const step = {
    ...{ event: 'Defer', what: 'put off', text: '', delaySincePreviousSeconds: 1, hop: null },
    verdict: judgeEvents([event('Defer', { description: '450 4.4.316 Connection refused' })], '').verdict,
  };
  const many = Array.from({ length: 100_000 }, (_, index) => ({
    ...step,
    at: at(index),
    attempt: index + 1,
  }));
  const lines = timeline({ steps: many, held: null }, pageOf(80)).split('\n');
  expect(lines.length).toBeLessThan(12);
  expect(lines.join('\n')).toContain('99,998 more tries');
});
