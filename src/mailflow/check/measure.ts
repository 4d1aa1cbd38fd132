/** Measures are named once, here and where a command adds its own: graphs and alerts lean on the names. */
import type { Measure, MeasureUnit } from './check-result.js';

/** One without limits of its own. */
export function measure(name: string, unit: MeasureUnit, help: string, value: number | null): Measure {
  return { name, unit, help, value, warning: null, critical: null };
}

/** What is told of held mail, wherever it is held. Null: nobody could count. */
export interface HeldNumbers {
  readonly held: number;
  readonly oldestReceivedAt: Date | null;
  readonly expiringWithin4h: number;
  readonly pastExpiry: number;
  /** As of when ages are told. */
  readonly asOf: Date;
}

export function heldMeasures(seen: HeldNumbers | null): readonly Measure[] {
  return [
    measure('held_deliveries', 'deliveries', 'Mail that is held and retried (4.x).', seen?.held ?? null),
    measure('held_oldest_age', 'seconds', 'Age of the oldest held mail; 0 when none is.', oldestAge(seen)),
    measure(
      'expiring_deliveries',
      'deliveries',
      'Held mail that is given up within 4 hours.',
      seen?.expiringWithin4h ?? null,
    ),
    measure(
      'held_past_expiry',
      'deliveries',
      'Mail held by its status though its expiry has passed.',
      seen?.pastExpiry ?? null,
    ),
  ];
}

function oldestAge(seen: HeldNumbers | null): number | null {
  if (seen === null) return null;
  return seen.oldestReceivedAt === null ? 0 : secondsBetween(seen.oldestReceivedAt, seen.asOf);
}

/** A clock that is behind gives ages below nothing: those are young. */
export function secondsBetween(earlier: Date, later: Date): number {
  return Math.max(0, Math.round((later.getTime() - earlier.getTime()) / 1000));
}
