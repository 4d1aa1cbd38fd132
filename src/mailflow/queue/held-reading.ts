/** What the detail of one held delivery says, as far as the judges of a queue need it. */
import { domainOf } from '../address/address.js';
import type { Party, Reason, Verdict } from '../bounce/verdict.js';
import type { Delivery } from '../trace/delivery.js';
import { isHeldByRule } from '../trace/innocent.js';

export interface HeldReading {
  readonly receivedAt: Date;
  /** The domain on the other side: of the sender where mail comes in, else of the recipient. */
  readonly otherSide: string;
  /** The recipient's domain. */
  readonly domain: string;
  /** Null where the try names none. */
  readonly nextHop: string | null;
  /** The names and addresses of a next hop that could not be reached or spoken with, in lower case; empty for other waits. */
  readonly unreachedHops: readonly string[];
  /**
   * `failing`: a try failed. `by-intent`: a rule or a greylist wants it to wait. `untold`: no try is told of; it may wait
   * for a person, and it may wait in an outage.
   */
  readonly wait: 'failing' | 'by-intent' | 'untold';
  readonly reason: Reason;
  readonly party: Party;
  /** What replies that mean the same have in common: the rule that knows them, else their codes. */
  readonly shape: string;
}

/** Null when its detail was not read. */
export function readHeld(delivery: Delivery): HeldReading | null {
  const { verdict } = delivery;
  if (verdict === null) return null;
  return {
    receivedAt: delivery.receivedAt,
    otherSide: otherSideOf(delivery),
    domain: domainOf(delivery.recipient),
    nextHop: delivery.nextHop?.toLowerCase() ?? null,
    unreachedHops: unreachedHopsOf(delivery.nextHop, verdict),
    wait: waitOf(verdict),
    reason: verdict.reason,
    party: verdict.party,
    shape: shapeOf(verdict),
  };
}

/** All recipients of inbound mail are in our domains: what tells one failure from many is where it comes from. */
export function otherSideOf({ direction, sender, recipient }: Delivery): string {
  return domainOf(direction === 'inbound' ? sender : recipient);
}

export function waitOf(verdict: Verdict): HeldReading['wait'] {
  if (isHeldByRule(verdict)) return 'by-intent';
  const { reason, replyCode, enhancedStatus } = verdict;
  return reason === 'unknown' && replyCode === null && enhancedStatus === null ? 'untold' : 'failing';
}

/** Microsoft's own words for a next hop that fails: its name, the connection, TLS, or a sudden end. */
const HOP_FAILED = /^[45]\.4\.31[2-8]$/;
const HOP_NAME = /LastAttemptedServerName=([^\]\s;]{1,253})/gi;
/** With its port. */
const HOP_ADDRESS = /LastAttemptedIP=([^\]\s;]{1,64}):\d{1,5}/gi;

export function isHopFailure({ enhancedStatus }: Pick<Verdict, 'enhancedStatus'>): boolean {
  return HOP_FAILED.test(enhancedStatus ?? '');
}

/** Lower case: names and addresses that a failure of a next hop gives; empty for any other verdict. */
export function unreachedHopsOf(nextHop: string | null, verdict: Verdict): readonly string[] {
  if (!isHopFailure(verdict)) return [];
  const told = [HOP_NAME, HOP_ADDRESS].flatMap((each) =>
    [...verdict.text.matchAll(each)].map(([, name]) => name),
  );
  const names = [nextHop, ...told].flatMap((name) =>
    name === null || name === undefined ? [] : [name.toLowerCase()],
  );
  return [...new Set(names)];
}

function shapeOf({ rule, reason, replyCode, enhancedStatus }: Verdict): string {
  return reason === 'unknown' ? `${replyCode ?? '-'} ${enhancedStatus ?? '-'}` : rule;
}
