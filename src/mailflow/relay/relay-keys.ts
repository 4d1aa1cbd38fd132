/** What a relay's mail is laid out by. Whatever a relay tells has been read, so that nothing is estimated. */
import { addressKey, domainOf } from '../address/address.js';
import type { QueueGrouping } from '../queue/age-table.js';
import type { Delivery, Likely } from '../trace/delivery.js';
import { likelyOf, type ReadOne } from '../trace/likely.js';

/** Null where the relay does not tell. */
export type RelayKey = (delivery: Delivery) => string | null;

export const RELAY_KEYS: Readonly<Record<QueueGrouping, RelayKey>> = {
  domain: ({ recipient }) => domainOf(recipient),
  sender: ({ sender }) => addressKey(sender),
  'next-hop': ({ nextHop }) => nextHop?.toLowerCase() ?? null,
  reason: ({ verdict }) => verdict?.reason ?? null,
};

export interface MostlyWatch {
  readonly observe: (delivery: Delivery) => void;
  /** Why most of a domain's mail waits, for domains where one reason is that of more than a half. */
  readonly destinations: () => readonly { readonly key: string; readonly mostly: Likely | null }[];
}

/** More domains than this have so little mail each that nobody asks. */
const MOST_DOMAINS = 5_000;

export function openMostly(): MostlyWatch {
  const byDomain = new Map<string, Map<string, { readonly one: Omit<ReadOne, 'weight'>; weight: number }>>();
  return {
    observe: ({ recipient, verdict }) => {
      const domain = domainOf(recipient);
      const kinds =
        byDomain.get(domain) ?? new Map<string, { one: Omit<ReadOne, 'weight'>; weight: number }>();
      if (verdict === null || (!byDomain.has(domain) && byDomain.size >= MOST_DOMAINS)) return;
      byDomain.set(domain, kinds);
      const { reason, party } = verdict;
      const kind = kinds.get(`${reason} ${party}`) ?? { one: { reason, party }, weight: 0 };
      kind.weight += 1;
      kinds.set(`${reason} ${party}`, kind);
    },
    destinations: () =>
      [...byDomain].map(([key, kinds]) => {
        const ones = [...kinds.values()].map(({ one, weight }) => ({ ...one, weight }));
        const examined = ones.reduce((sum, { weight }) => sum + weight, 0);
        return { key, mostly: likelyOf(ones, examined) };
      }),
  };
}
