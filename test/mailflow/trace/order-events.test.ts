import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { TraceEvent } from '#mailflow/trace/delivery.js';
import { orderEvents } from '#mailflow/trace/order-events.js';

function at(second: number, event: string): TraceEvent {
  return { at: new Date(Date.UTC(2026, 5, 2, 17, 0, 0) + second * 1000), event, description: '', data: '' };
}

test.each<[events: TraceEvent[], expected: string[], why: string]>([
  [[at(2, 'Deliver'), at(0, 'Receive'), at(1, 'Submit')], ['Receive', 'Submit', 'Deliver'], 'by time'],
  [
    [at(0, 'Fail'), at(0, 'DLP rule'), at(0, 'Receive')],
    ['Receive', 'DLP rule', 'Fail'],
    'the rule caused the failure',
  ],
  [
    [at(0, 'Drop'), at(0, 'Expand'), at(0, 'RECEIVE')],
    ['RECEIVE', 'Expand', 'Drop'],
    'the group ends after it was expanded',
  ],
  [[at(0.9, 'Receive'), at(0.1, 'Fail')], ['Receive', 'Fail'], 'fractions do not overrule cause and effect'],
  [
    [at(0, 'SENDEXTERNAL'), at(0, 'Send external'), at(0, 'Defer')],
    ['Defer', 'SENDEXTERNAL', 'Send external'],
    'two spellings keep their order',
  ],
  [
    [at(0, 'Fail'), at(0, 'Frobnicate'), at(0, 'Receive')],
    ['Receive', 'Frobnicate', 'Fail'],
    'an unknown word falls in the middle',
  ],
])('%#', (events, expected) => {
  expect(orderEvents(events).map(({ event }) => event)).toEqual(expected);
});

test('nothing is lost, and the order of arrival does not matter', () => {
  const words = ['Receive', 'Submit', 'Expand', 'DLP rule', 'Defer', 'Deliver', 'Drop'];
  const event = fc.record({ second: fc.integer({ min: 0, max: 2 }), word: fc.constantFrom(...words) });
  const events = fc.uniqueArray(event, { selector: ({ second, word }) => `${second} ${word}` });
  fc.assert(
    fc.property(events, fc.integer(), (list, turn) => {
      const given = list.map(({ second, word }) => at(second, word));
      const cut = given.length === 0 ? 0 : Math.abs(turn) % given.length;
      const turned = [...given.slice(cut), ...given.slice(0, cut)];
      expect(orderEvents(turned)).toEqual(orderEvents(given));
      expect(orderEvents(given)).toHaveLength(given.length);
    }),
  );
});

test('an event without a valid time does not throw', () => {
  expect(orderEvents([{ ...at(0, 'Fail'), at: new Date(Number.NaN) }, at(0, 'Receive')])).toHaveLength(2);
});
