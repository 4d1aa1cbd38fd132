/** What a look at held mail has to count, beside the survey: how old, where to, at which next hop, how near its end. */
import { domainOf } from '../address/address.js';
import type { Delivery } from '../trace/delivery.js';
import { type HeldReading, otherSideOf, readHeld } from './held-reading.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from './thresholds.js';

export interface HeldTally {
  /** By age, youngest first; the last bucket has no upper end. */
  readonly buckets: readonly AgeBucket[];
  readonly all: HeldPart;
  /** Older than a warning asks for. */
  readonly waiting: HeldPart;
  /** Older than critical asks for. */
  readonly old: HeldPart;
  /** Received just now, in spans of growing length that all end now. */
  readonly recent: readonly RecentMail[];
  /** Most held first. */
  readonly domains: readonly HeldDomain[];
  /** Those whose detail was read; of very many, evenly chosen ones. */
  readonly read: readonly HeldReading[];
  /** As of when ages are told. */
  readonly asOf: Date;
}

export interface AgeBucket {
  readonly fromMinutes: number;
  /** Null for the last one. */
  readonly toMinutes: number | null;
  readonly held: number;
}

export interface RecentMail {
  readonly minutes: number;
  /** All of them, whatever became of them. */
  readonly deliveries: number;
  readonly held: HeldPart;
}

/** Held mail of some age. */
export interface HeldPart {
  readonly held: number;
  /** Domains on the other side. */
  readonly domains: number;
  /** Which readings belong to it: by when they were received, in ms; both ends are in it. */
  readonly receivedFromMs: number;
  readonly receivedToMs: number;
}

export interface HeldDomain {
  /** The recipients' domain; null for all that were too many to tell apart. */
  readonly domain: string | null;
  /** Of the last one that was read; null when none names it. */
  readonly nextHop: string | null;
  readonly held: number;
  readonly waiting: number;
  /** Whose expiry is near, though not past. */
  readonly expiring: number;
  readonly oldestReceivedAt: Date;
}

export interface HeldWatch {
  /** Any delivery, held or not; each once. */
  readonly observe: (delivery: Delivery) => void;
  readonly tally: () => HeldTally;
}

export interface HeldWatchOptions {
  readonly now: Date;
  readonly thresholds?: QueueThresholds;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const BUCKET_BOUNDS_MINUTES: readonly number[] = [5, 15, 60, 240, 720, 1440];

/** Different domains beyond this many are counted as one, so that memory has an end. */
const MOST_DOMAINS = 20_000;

/** Readings that are kept at most; there is nothing to learn from more. */
const MOST_READINGS = 8_192;

/** Ages are as of `now`; an expiry is the delivery's own. */
export function openHeldWatch({ now, thresholds = QUEUE_THRESHOLDS }: HeldWatchOptions): HeldWatch {
  const nowMs = now.getTime();
  const { waiting: wait, recent: fresh, expiring } = thresholds;
  const parts = {
    all: openPart(-Infinity, Infinity),
    waiting: openPart(-Infinity, nowMs - wait.warningMinutes * MINUTE_MS),
    old: openPart(-Infinity, nowMs - wait.criticalMinutes * MINUTE_MS),
  };
  const recents = [...fresh.minutes, ...fresh.longerMinutes].map((minutes) => ({
    minutes,
    deliveries: 0,
    part: openPart(nowMs - minutes * MINUTE_MS, Infinity),
  }));
  const expiresBefore = nowMs + expiring.withinHours * HOUR_MS;
  const buckets = Array.from({ length: BUCKET_BOUNDS_MINUTES.length + 1 }, () => 0);
  const domains = new Map<string | null, DomainCounts>();
  const readings = openReadings();

  function countsFor(delivery: Delivery): DomainCounts {
    const own = domainOf(delivery.recipient);
    const key = domains.has(own) || domains.size < MOST_DOMAINS ? own : null;
    const counts = domains.get(key) ?? noneYet(delivery.receivedAt);
    domains.set(key, counts);
    return counts;
  }

  function observe(delivery: Delivery): void {
    const receivedMs = delivery.receivedAt.getTime();
    for (const recent of recents) if (recent.part.holds(receivedMs)) recent.deliveries += 1;
    if (!delivery.held) return;
    const bucket = bucketOf(nowMs - receivedMs);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    const otherSide = otherSideOf(delivery);
    for (const part of Object.values(parts)) part.add(receivedMs, otherSide);
    for (const { part } of recents) part.add(receivedMs, otherSide);
    const counts = countsFor(delivery);
    counts.held += 1;
    if (delivery.receivedAt < counts.oldestReceivedAt) counts.oldestReceivedAt = delivery.receivedAt;
    if (parts.waiting.holds(receivedMs)) counts.waiting += 1;
    const expiryMs = delivery.expiresAt?.getTime() ?? Infinity;
    if (expiryMs > nowMs && expiryMs <= expiresBefore) counts.expiring += 1;
    const reading = readHeld(delivery);
    if (reading === null) return;
    counts.nextHop = reading.nextHop ?? counts.nextHop;
    readings.add(reading);
  }

  return {
    observe,
    tally: () => ({
      buckets: buckets.map((held, index) => ({
        fromMinutes: BUCKET_BOUNDS_MINUTES[index - 1] ?? 0,
        toMinutes: BUCKET_BOUNDS_MINUTES[index] ?? null,
        held,
      })),
      all: parts.all.result(),
      waiting: parts.waiting.result(),
      old: parts.old.result(),
      recent: recents.map(({ minutes, deliveries, part }) => ({ minutes, deliveries, held: part.result() })),
      domains: [...domains]
        .map(([domain, counts]) => ({ domain, ...counts }))
        .sort((left, right) => right.held - left.held),
      read: readings.kept(),
      asOf: now,
    }),
  };
}

/** A clock that is behind gives ages below nothing: those are young. */
export function bucketOf(ageMs: number): number {
  const found = BUCKET_BOUNDS_MINUTES.findIndex((bound) => ageMs < bound * MINUTE_MS);
  return found === -1 ? BUCKET_BOUNDS_MINUTES.length : found;
}

interface DomainCounts {
  nextHop: string | null;
  held: number;
  waiting: number;
  expiring: number;
  oldestReceivedAt: Date;
}

function noneYet(oldestReceivedAt: Date): DomainCounts {
  return { nextHop: null, held: 0, waiting: 0, expiring: 0, oldestReceivedAt };
}

interface OpenPart {
  readonly holds: (receivedMs: number) => boolean;
  readonly add: (receivedMs: number, otherSide: string) => void;
  readonly result: () => HeldPart;
}

function openPart(receivedFromMs: number, receivedToMs: number): OpenPart {
  const sides = new Set<string>();
  let held = 0;
  const holds = (receivedMs: number): boolean => receivedMs >= receivedFromMs && receivedMs <= receivedToMs;
  return {
    holds,
    add: (receivedMs, otherSide) => {
      if (!holds(receivedMs)) return;
      held += 1;
      if (sides.size < MOST_DOMAINS) sides.add(otherSide);
    },
    result: () => ({ held, domains: sides.size, receivedFromMs, receivedToMs }),
  };
}

interface Readings {
  readonly add: (reading: HeldReading) => void;
  readonly kept: () => readonly HeldReading[];
}

/** Keeps each one, then each second, each fourth …: without chance, and whatever comes late is there like the rest. */
function openReadings(): Readings {
  let kept: HeldReading[] = [];
  let stride = 1;
  let seen = 0;
  return {
    add: (reading) => {
      if (seen % stride === 0) kept.push(reading);
      seen += 1;
      if (kept.length < MOST_READINGS) return;
      kept = kept.filter((_, index) => index % 2 === 0);
      stride *= 2;
    },
    kept: () => kept,
  };
}
