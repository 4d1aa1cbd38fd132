/** Where held mail is about to expire: by next hop, for that is how the end of a partner's or a connector's mail looks. */
import type { HeldAccount, HeldAccounts } from './held-accounts.js';
import type { HeldDomain, HeldTally } from './held-tally.js';

/** Held mail of one next hop that has little time left. */
export interface ExpiringHop {
  readonly hop: string;
  readonly expiring: number;
  readonly domains: readonly string[];
  readonly oldest: Date;
  /** Some of it was read. */
  readonly isRead: boolean;
}

/** Domains behind one next hop are laid together; that with most of it first. */
export function expiringByHop(tally: HeldTally, accounts: HeldAccounts): readonly ExpiringHop[] {
  const byHop = new Map<string, ExpiringHop>();
  for (const held of tally.domains) {
    const { domain, oldestReceivedAt } = held;
    if (domain === null || held.expiring === 0) continue;
    const hop = held.nextHop ?? domain;
    const { expiring = 0, domains = [], oldest = oldestReceivedAt, isRead = false } = byHop.get(hop) ?? {};
    byHop.set(hop, {
      hop,
      expiring: expiring + failingOf(held, tally, accounts),
      domains: [...domains, domain],
      oldest: oldestReceivedAt < oldest ? oldestReceivedAt : oldest,
      isRead: isRead || tally.read.some((reading) => reading.domain === domain),
    });
  }
  return [...byHop.values()].sort((left, right) => right.expiring - left.expiring);
}

/**
 * Of the expiring mail of a domain, what fails and does not wait by intent or for a person: by the measure of what was
 * read of it, else of all that was read. Where nothing was, all of it is taken for what it looks like.
 */
function failingOf(
  { domain, expiring }: HeldDomain,
  { read }: HeldTally,
  { accountOf }: HeldAccounts,
): number {
  const own = read.filter((reading) => reading.domain === domain);
  const basis = own.length > 0 ? own : read;
  if (basis.length === 0) return expiring;
  const failing = basis.filter((reading) => FAILING.has(accountOf(reading))).length;
  return Math.round((expiring * failing) / basis.length);
}

const FAILING: ReadonlySet<HeldAccount> = new Set<HeldAccount>(['service', 'path', 'sender', 'destination']);
