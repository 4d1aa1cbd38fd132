/** Takes each mail once, whichever inputs tell of it: what a queue says goes before what a log says, for it is read first. */
import { addressKey } from '../address/address.js';
import { createSeenKeys } from '../trace/seen-keys.js';
import { type RelayDelivery, type RelayTerms, toRelayDelivery } from './relay-delivery.js';
import { isHeld, type RelayMail } from './relay-mail.js';

export interface RelayIntake {
  /** Null for one that was taken before. */
  readonly take: (mail: RelayMail) => RelayDelivery | null;
}

export function openRelayIntake(terms: RelayTerms, hashSeed: number): RelayIntake {
  const seen = createSeenKeys(hashSeed);
  return {
    take: (mail) => {
      // Delivered mail is only counted, and there may be millions of it.
      if (mail.state !== 'delivered' && !seen.add(keyOf(mail))) return null;
      return toRelayDelivery(mail, terms);
    },
  };
}

/** Relays use their ids again after days, so of mail that has left the time belongs to it. */
function keyOf(mail: RelayMail): string {
  const { queueId, recipient, lastAttemptAt, state } = mail;
  const own = `${queueId}\u0000${addressKey(recipient)}`;
  return isHeld(mail) ? own : `${own}\u0000${state}\u0000${lastAttemptAt?.getTime() ?? ''}`;
}
