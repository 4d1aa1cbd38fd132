/** Mail by when it arrived and which way it went, in steps of five minutes. Counts messages, not recipients. */
import type { Delivery } from './delivery.js';
import { createDigestSet } from './digest-set.js';
import { createKeyedHash } from './keyed-hash.js';

export const ARRIVAL_STEP_MS = 300_000;

/** What arrived in one step. */
export interface Arrivals {
  readonly fromMs: number;
  readonly inbound: number;
  /** Outbound, internal, and what nobody can tell: the control by which a late trace is told from missing mail. */
  readonly others: number;
}

export type Arrival = Pick<Delivery, 'receivedAt' | 'direction'>;

export interface ArrivalTally {
  /** `message` is a `messageKey`. A message counts once, however many recipients it has: mail to a list is one arrival. */
  readonly add: (message: string, arrival: Arrival) => void;
  /** Steps in which something arrived, oldest first. */
  readonly counts: () => readonly Arrivals[];
}

/** Memory grows by eight bytes a message. */
export function openArrivalTally(): ArrivalTally {
  // Whoever crafts two messages that count as one has hidden one arrival, and nothing else.
  const hash = createKeyedHash(0);
  const messages = createDigestSet();
  const byStep = new Map<number, { inbound: number; others: number }>();
  return {
    add: (message, { receivedAt, direction }) => {
      if (!messages.add(hash.first(message), hash.second())) return;
      const fromMs = Math.floor(receivedAt.getTime() / ARRIVAL_STEP_MS) * ARRIVAL_STEP_MS;
      const step = byStep.get(fromMs) ?? { inbound: 0, others: 0 };
      step[direction === 'inbound' ? 'inbound' : 'others'] += 1;
      byStep.set(fromMs, step);
    },
    counts: () =>
      [...byStep]
        .map(([fromMs, step]) => ({ fromMs, ...step }))
        .toSorted((one, other) => one.fromMs - other.fromMs),
  };
}
