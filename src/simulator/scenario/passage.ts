/** The way of a message past the edge: let in at once, let in later, or given up by its sender before that. */
import type { SimulatedDelivery } from '../population/delivery.js';
import type { Random } from '../population/random.js';
import type { RefusedMail } from '../population/refused-mail.js';
import type { Draft } from './draft.js';
import type { ScenarioClock } from './scenario-clock.js';

export interface Passage {
  /** None where its sender gave up. */
  readonly deliveries: readonly SimulatedDelivery[];
  /** Null where it was let in at once. */
  readonly refused: RefusedMail | null;
}

interface Knock {
  readonly draft: Draft;
  /** The minute at which it came to the edge first. */
  readonly knocks: number;
  readonly clock: ScenarioClock;
  /** Of its sender. */
  readonly patience: Random;
}

/** Servers keep mail for days; scripts and devices often do not. */
const HASTY_SHARE = 0.03;
const HASTY_MINUTES = [60, 240] as const;

export function passageOf(
  deliveries: readonly SimulatedDelivery[],
  { draft, knocks, clock, patience }: Knock,
): Passage {
  const [first] = deliveries;
  if (draft.minute === knocks || first === undefined) return { deliveries, refused: null };
  const isRelayed = draft.elsewhere?.hosting === 'elsewhere';
  const isHasty = !isRelayed && patience.chance(HASTY_SHARE);
  const isGivenUp = isHasty && draft.minute - knocks > patience.between(...HASTY_MINUTES);
  const { id, sender, recipient, sizeBytes } = first;
  return {
    deliveries: isGivenUp ? [] : deliveries,
    refused: {
      ...{ id, sender, recipient, sizeBytes, isRelayed },
      knockedAt: clock(knocks),
      admittedAt: isGivenUp ? null : draft.acceptedAt,
    },
  };
}
