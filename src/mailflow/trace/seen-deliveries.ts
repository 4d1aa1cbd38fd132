import { createDigestSet } from './digest-set.js';
import { createKeyedHash } from './keyed-hash.js';

/** Which deliveries have been seen, and of how many messages, without keeping their keys. */
export interface SeenDeliveries {
  /** True when the delivery is new. Its message is named by `messageKey`, its recipient by `addressKey`. */
  readonly add: (message: string, recipient: string) => boolean;
  readonly deliveries: () => number;
  readonly messages: () => number;
}

/**
 * Two deliveries of a million share a digest with a chance of one in thirty million; then the second is taken for seen.
 * `seed` is any non-negative safe integer.
 */
export function createSeenDeliveries(seed: number): SeenDeliveries {
  const hash = createKeyedHash(seed);
  const deliveries = createDigestSet();
  const messages = createDigestSet();
  let message: string | null = null;
  let first = 0;
  let second = 0;

  /** Recipients of one message mostly come in a row. */
  function turnTo(next: string): void {
    if (next === message) return;
    message = next;
    first = hash.first(next);
    second = hash.second();
    messages.add(first, second);
  }

  return {
    add: (next, recipient) => {
      turnTo(next);
      return deliveries.add(hash.first(recipient, first, second), hash.second());
    },
    deliveries: deliveries.size,
    messages: messages.size,
  };
}
