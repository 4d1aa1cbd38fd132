import type { Delivery } from './delivery.js';

/** The span in which an expiry is called near, in hours. */
export const EXPIRY_NEAR_HOURS = 4;

const HOUR_MS = 3_600_000;

/** How long held mail has waited and how long it has left. */
export interface HeldTimes {
  /** Null when nothing is held. */
  readonly oldestHeld: Delivery | null;
  /** Held deliveries whose expiry lies ahead, by four hours at most. */
  readonly expiringWithin4h: number;
  /** Held by their status though their expiry has passed: late statuses, or mail that waits for a person. */
  readonly pastExpiry: number;
}

export interface HeldClock {
  /** Gives the delivery back, so that it can stand in a stream. */
  readonly observe: (delivery: Delivery) => Delivery;
  readonly times: () => HeldTimes;
}

/** Watches deliveries go by as of `now`. */
export function createHeldClock(now: Date): HeldClock {
  const near = new Date(now.getTime() + EXPIRY_NEAR_HOURS * HOUR_MS);
  let oldestHeld: Delivery | null = null;
  let expiringWithin4h = 0;
  let pastExpiry = 0;

  function observe(delivery: Delivery): Delivery {
    if (!delivery.held) return delivery;
    if (oldestHeld === null || delivery.receivedAt < oldestHeld.receivedAt) oldestHeld = delivery;
    if (delivery.expiresAt === null || delivery.expiresAt > near) return delivery;
    if (delivery.expiresAt > now) expiringWithin4h += 1;
    else pastExpiry += 1;
    return delivery;
  }

  return { observe, times: () => ({ oldestHeld, expiringWithin4h, pastExpiry }) };
}
