import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createSeenDeliveries } from '#mailflow/trace/seen-deliveries.js';

describe('createSeenDeliveries', () => {
  test('agrees with sets of pairs and of messages, whatever the names, their order and the seed', () => {
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'b', 'ab', ''));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 300 }), fc.maxSafeNat(), (pairs, seed) => {
        const seen = createSeenDeliveries(seed);
        const model = new Set<string>();
        for (const [message, recipient] of pairs) {
          const key = JSON.stringify([message, recipient]);
          expect(seen.add(message, recipient)).toBe(!model.has(key));
          model.add(key);
        }
        expect(seen.deliveries()).toBe(model.size);
        expect(seen.messages()).toBe(new Set(pairs.map(([message]) => message)).size);
      }),
    );
  });

  test.each([
    ['a', 'bc', 'ab', 'c', 'where the message ends'],
    ['', 'abc', 'abc', '', 'which of the two is empty'],
    ['a', 'b', 'b', 'a', 'which is the message'],
  ])('%j %j and %j %j are two: %s', (message, recipient, otherMessage, otherRecipient) => {
    const seen = createSeenDeliveries(1);
    expect([seen.add(message, recipient), seen.add(otherMessage, otherRecipient)]).toEqual([true, true]);
  });
});
