/**
 * Whose account held mail goes to. One reply that two parties could have caused says little; the population decides:
 * destinations that have nothing to do with each other do not break down together.
 */
import { type Estimate } from '../sampling/estimate-reasons.js';
import { type Range, wilsonInterval } from '../sampling/wilson.js';
import type { HeldReading } from './held-reading.js';
import type { HeldPart, HeldTally, RecentMail } from './held-tally.js';
import type { MailRate } from './mail-rate.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from './thresholds.js';

export const HELD_ACCOUNTS = [
  /** The service: by its own words, or because unrelated destinations fail alike. */
  'service',
  /** One next hop on the way to many domains, or a connector. */
  'path',
  /** Limits and standing of our own side. */
  'sender',
  /** One destination's own trouble. */
  'destination',
  /** No try is told of. */
  'untold',
  /** A rule or a greylist wants it to wait. */
  'by-intent',
] as const;
export type HeldAccount = (typeof HELD_ACCOUNTS)[number];

/** How much mail there is beside the held. */
export interface ListedMail {
  readonly deliveries: number;
  readonly windowMinutes: number;
}

/** One way to fail that many unrelated destinations have in common. */
export interface AlikeFailure {
  readonly shape: string;
  readonly domains: number;
  readonly nextHops: number;
  /** Of the readings. */
  readonly read: number;
}

export interface HeldAccounts {
  readonly accountOf: (reading: HeldReading) => HeldAccount;
  /** Failures that are the service's because unrelated destinations share them, most read first. */
  readonly alike: readonly AlikeFailure[];
  /** Next hops that many domains are held up at. */
  readonly sharedHops: readonly string[];
}

/** `mail` is null where only held mail was listed: then shares can be told by its rate, or not at all. */
export function openAccounts(
  tally: HeldTally,
  mail: ListedMail | null,
  thresholds: QueueThresholds = QUEUE_THRESHOLDS,
  rate: MailRate | null = null,
): HeldAccounts {
  const open = tally.read.filter(isOpen);
  const alike = alikeFailures(open, { tally, mail, rate, thresholds });
  const shapes = new Set(alike.map(({ shape }) => shape));
  const sharedHops = hopsOfMany(
    open.filter(({ shape }) => !shapes.has(shape)),
    thresholds,
  );
  const hops = new Set(sharedHops);
  return { accountOf: (reading) => accountOf(reading, shapes, hops), alike, sharedHops };
}

/** Parties of which one item alone cannot be sure. */
function isOpen({ wait, party }: HeldReading): boolean {
  return wait === 'failing' && (party === 'unknown' || party === 'network');
}

function accountOf(
  { wait, party, shape, nextHop }: HeldReading,
  alike: ReadonlySet<string>,
  sharedHops: ReadonlySet<string>,
): HeldAccount {
  if (wait !== 'failing') return wait;
  switch (party) {
    case 'service':
      return 'service';
    case 'connector':
      return 'path';
    case 'sender':
    case 'sender-policy':
      return 'sender';
    case 'recipient':
    case 'recipient-policy':
      return 'destination';
    case 'unknown':
    case 'network':
      if (alike.has(shape)) return 'service';
      return nextHop !== null && sharedHops.has(nextHop) ? 'path' : 'destination';
  }
}

interface Basis {
  readonly tally: HeldTally;
  readonly mail: ListedMail | null;
  readonly rate: MailRate | null;
  readonly thresholds: QueueThresholds;
}

function alikeFailures(open: readonly HeldReading[], basis: Basis): AlikeFailure[] {
  const { domains: leastDomains, nextHops: leastHops } = basis.thresholds.alike;
  return [...groupBy(open, ({ shape }) => shape)]
    .map(([shape, readings]) => ({ shape, readings, ...spreadOf(readings) }))
    .filter(({ domains, nextHops }) => domains >= leastDomains && nextHops >= leastHops)
    .filter(({ readings }) => isCommon(readings, basis))
    .map(({ shape, domains, nextHops, readings }) => ({ shape, domains, nextHops, read: readings.length }))
    .sort((left, right) => right.read - left.read);
}

/** Where no hop is named, as when a name was not found, each domain stands for its own. */
function spreadOf(readings: readonly HeldReading[]): Pick<AlikeFailure, 'domains' | 'nextHops'> {
  return {
    domains: new Set(readings.map(({ domain }) => domain)).size,
    nextHops: new Set(readings.map(({ domain, nextHop }) => nextHop ?? domain)).size,
  };
}

/** More of it than an ordinary day has, among all mail or among that of just now; the domain that has most is left out. */
function isCommon(readings: readonly HeldReading[], basis: Basis): boolean {
  const { tally, mail, rate, thresholds } = basis;
  const { alike, recent } = thresholds;
  const others = new Set(withoutLargestDomain(readings));
  const isOther = (reading: HeldReading): boolean => others.has(reading);
  const isShare = (span: Pick<RecentMail, 'held' | 'deliveries'>): boolean =>
    shareOfMail(tally, span, isOther).low >= alike.share;
  if (rate !== null && judgedRecent(tally, recent).some(isShare)) return true;
  if (mail === null) {
    // Names that nobody has are what an ordinary queue is full of.
    const isOfNames = readings.some(({ reason }) => reason === 'dns-failure');
    const least = Math.max(alike.held, alike.share * (rate?.daily ?? 0));
    return !isOfNames && estimateHeld(tally, tally.all, isOther).low >= least;
  }
  return [{ held: tally.all, deliveries: mail.deliveries }, ...judgedRecent(tally, recent)].some(isShare);
}

/** The spans of recent mail that are long enough to say something, or the first longer one that is. */
export function judgedRecent(
  { recent }: Pick<HeldTally, 'recent'>,
  { floor, minutes }: QueueThresholds['recent'],
): readonly RecentMail[] {
  const enough = recent.filter(({ deliveries }) => deliveries >= floor);
  const short = enough.filter((span) => minutes.includes(span.minutes));
  return short.length > 0 ? short : enough.slice(0, 1);
}

function withoutLargestDomain(readings: readonly HeldReading[]): readonly HeldReading[] {
  const byDomain = [...groupBy(readings, ({ domain }) => domain).values()];
  return byDomain
    .toSorted((left, right) => right.length - left.length)
    .slice(1)
    .flat();
}

function hopsOfMany(open: readonly HeldReading[], { alike }: QueueThresholds): string[] {
  const named = open.filter(({ nextHop }) => nextHop !== null);
  return [...groupBy(named, ({ nextHop }) => nextHop ?? '')]
    .filter(([, readings]) => spreadOf(readings).domains >= alike.domains)
    .map(([hop]) => hop);
}

/** Readings fewer than this are stretched by those of all held mail. */
const LEAST_READ = 10;

/** So few that they say nothing of the rest. */
export function isHardlyRead({ read, all }: Pick<HeldTally, 'read' | 'all'>): boolean {
  return read.length < Math.min(LEAST_READ, all.held);
}

/**
 * How much held mail of a part those that are meant stand for, with a 95 % interval. What was read counts as it is;
 * what was not is taken to be like what was. The sample was drawn in proportion, so readings count alike.
 */
export function estimateHeld(
  tally: HeldTally,
  part: HeldPart,
  isMeant: (reading: HeldReading) => boolean,
): Estimate {
  const own = tally.read.filter((reading) => isIn(reading, part));
  const basis = own.length >= Math.min(LEAST_READ, part.held) ? own : tally.read;
  const seen = own.filter(isMeant).length;
  const unread = Math.max(0, part.held - own.length);
  if (basis.length === 0) return { estimate: 0, low: 0, high: part.held };
  const share = basis.filter(isMeant).length / basis.length;
  const { low, high } = wilsonInterval(share, basis.length);
  return {
    estimate: seen + Math.round(share * unread),
    low: seen + Math.floor(low * unread),
    high: seen + Math.ceil(high * unread),
  };
}

/**
 * The share of all mail that those that are meant have, with a 95 % interval: of how many deliveries it was counted,
 * and of how few details the reasons are known, both make it wide.
 */
export function shareOfMail(
  tally: HeldTally,
  { held: part, deliveries }: Pick<RecentMail, 'held' | 'deliveries'>,
  isMeant: (reading: HeldReading) => boolean,
): Range {
  const size = Math.max(deliveries, part.held);
  if (size === 0) return { low: 0, high: 1 };
  const read = tally.read.filter((reading) => isIn(reading, part)).length;
  const { estimate } = estimateHeld(tally, part, isMeant);
  const share = estimate / size;
  if (part.held === 0 || read >= part.held) return wilsonInterval(share, size);
  const heldShare = part.held / size;
  // One of each kind is added, so that three alike are not taken for certainty.
  const meantShare = ((estimate / part.held) * read + 1) / (read + 2);
  const unread = (part.held - read) / part.held;
  const variance =
    (meantShare ** 2 * heldShare * (1 - heldShare)) / size +
    (heldShare ** 2 * meantShare * (1 - meantShare) * unread) / Math.max(1, read);
  const told = heldShare * meantShare;
  return wilsonInterval(share, Math.max(1, Math.min(size, (told * (1 - told)) / variance)));
}

export function isIn({ receivedAt }: HeldReading, { receivedFromMs, receivedToMs }: HeldPart): boolean {
  const receivedMs = receivedAt.getTime();
  return receivedMs >= receivedFromMs && receivedMs <= receivedToMs;
}

/** The lower 95 % bound of a share; 0 of nothing. */
export function lowShare(count: number, size: number): number {
  return size === 0 ? 0 : wilsonInterval(Math.min(1, count / size), size).low;
}

export function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
