import { addressKey, domainOf } from '../address/address.js';
import type { Verdict } from '../bounce/verdict.js';
import type { DeliveryState, Likely, TraceEntry } from './delivery.js';
import { likelyOf, type ReadOne } from './likely.js';
import { isHeld } from './to-delivery.js';

/** What the list itself tells, so that deliveries are counted by it in full. */
export type CountedGrouping = 'domain' | 'sender' | 'hour';

/** Deliveries that share a value. */
export interface GroupCounts {
  /** The recipients' domain, the sender, or the hour (ISO, UTC); null for what was too much to tell apart. */
  readonly key: string | null;
  readonly deliveries: number;
  readonly held: number;
  readonly failed: number;
  /** When the oldest held one was received; null when none is. */
  readonly oldestHeldAt: Date | null;
  /** What most of its held and failed deliveries that were examined have in common; null when nothing, or too few were. */
  readonly mostly: Likely | null;
}

export interface GroupTally {
  readonly add: (entry: TraceEntry, state: DeliveryState) => void;
  /** Told of held and failed deliveries that were examined. */
  readonly addVerdict: (entry: TraceEntry, verdict: Verdict) => void;
  /** Those with most trouble first; hours newest first. */
  readonly groups: () => readonly GroupCounts[];
}

/** Different values beyond this many are counted as one, so that memory has an end. */
const MOST_GROUPS = 50_000;
const HOUR_MS = 3_600_000;

export function createGroupTally(grouping: CountedGrouping, mostGroups = MOST_GROUPS): GroupTally {
  const { spelledOf, keyOf } = KEYS[grouping];
  const byKey = new Map<string | null, Counts>();
  // Nearly every row spells its value as one before it did; only a new spelling has to be made comparable.
  const bySpelling = new Map<string | number, Counts>();

  function countsFor(entry: TraceEntry): Counts {
    const spelled = spelledOf(entry);
    const known = bySpelling.get(spelled);
    if (known !== undefined) return known;
    const own = keyOf(entry);
    const key = byKey.has(own) || byKey.size < mostGroups ? own : null;
    const counts = byKey.get(key) ?? noneYet();
    byKey.set(key, counts);
    if (bySpelling.size < mostGroups) bySpelling.set(spelled, counts);
    return counts;
  }

  function add(entry: TraceEntry, state: DeliveryState): void {
    const counts = countsFor(entry);
    counts.deliveries += 1;
    if (state === 'bounced') counts.failed += 1;
    if (isHeld(state)) {
      counts.held += 1;
      counts.oldestHeldMs = Math.min(counts.oldestHeldMs, entry.receivedAt.getTime());
    }
  }

  function addVerdict(entry: TraceEntry, { reason, party }: Verdict): void {
    const { read } = countsFor(entry);
    const words = `${reason} ${party}`;
    const weight = (read.get(words)?.weight ?? 0) + 1;
    read.set(words, { reason, party, weight });
  }

  return { add, addVerdict, groups: () => [...byKey].map(groupOf).sort(ORDERS[grouping]) };
}

interface Counts {
  deliveries: number;
  held: number;
  failed: number;
  oldestHeldMs: number;
  /** By reason and side; the weight is their number. */
  readonly read: Map<string, ReadOne>;
}

function noneYet(): Counts {
  return { deliveries: 0, held: 0, failed: 0, oldestHeldMs: Infinity, read: new Map() };
}

interface Key {
  /** The value as it stands in the row: cheap, and the same for two rows only if their keys are. */
  readonly spelledOf: (entry: TraceEntry) => string | number;
  readonly keyOf: (entry: TraceEntry) => string;
}

const KEYS: Readonly<Record<CountedGrouping, Key>> = {
  domain: {
    // With its @, so that a recipient without a domain is never taken for one.
    spelledOf: ({ recipient }) => recipient.slice(recipient.lastIndexOf('@')),
    keyOf: ({ recipient }) => domainOf(recipient),
  },
  sender: { spelledOf: ({ sender }) => sender, keyOf: ({ sender }) => addressKey(sender) },
  hour: {
    spelledOf: ({ receivedAt }) => Math.floor(receivedAt.getTime() / HOUR_MS),
    keyOf: ({ receivedAt }) => hourOf(receivedAt),
  },
};

function hourOf(instant: Date): string {
  return new Date(Math.floor(instant.getTime() / HOUR_MS) * HOUR_MS).toISOString();
}

function groupOf([key, counts]: readonly [string | null, Counts]): GroupCounts {
  const { oldestHeldMs, read, ...numbers } = counts;
  const kinds = [...read.values()];
  const examined = kinds.reduce((sum, { weight }) => sum + weight, 0);
  return {
    key,
    ...numbers,
    oldestHeldAt: oldestHeldMs === Infinity ? null : new Date(oldestHeldMs),
    mostly: likelyOf(kinds, examined),
  };
}

type Order = (left: GroupCounts, right: GroupCounts) => number;

const byTrouble: Order = (left, right) =>
  right.held + right.failed - (left.held + left.failed) ||
  right.deliveries - left.deliveries ||
  byName(left, right);

const byName: Order = (left, right) => ((left.key ?? '') < (right.key ?? '') ? -1 : 1);

const ORDERS: Readonly<Record<CountedGrouping, Order>> = {
  domain: byTrouble,
  sender: byTrouble,
  hour: (left, right) => byName(right, left),
};
