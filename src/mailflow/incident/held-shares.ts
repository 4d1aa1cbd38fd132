/** How the held mail divides among those whose account it goes to. */
import { estimateHeld, HELD_ACCOUNTS, type HeldAccount } from '../queue/held-accounts.js';
import type { HeldReading } from '../queue/held-reading.js';
import type { Estimate } from '../sampling/estimate-reasons.js';
import type { Evidence } from './evidence.js';

export interface HeldShare extends Estimate {
  readonly account: HeldAccount;
  /** Of those that were read. */
  readonly read: readonly HeldReading[];
}

/** Largest first; empty where nothing was read. */
export function heldShares({ sight, accounts }: Pick<Evidence, 'sight' | 'accounts'>): readonly HeldShare[] {
  if (sight === null || accounts === null || sight.held.read.length === 0) return [];
  return HELD_ACCOUNTS.map((account) => {
    const isMeant = (reading: HeldReading): boolean => accounts.accountOf(reading) === account;
    return {
      account,
      read: sight.held.read.filter(isMeant),
      ...estimateHeld(sight.held, sight.held.all, isMeant),
    };
  })
    .filter(({ read }) => read.length > 0)
    .sort((left, right) => right.estimate - left.estimate);
}
