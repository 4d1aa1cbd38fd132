/** What has moved in the queue since earlier looks, and whether it drains. Keeps this look for the next one. */
import type { Ports } from '#cli/ports.js';
import type { Gap } from '#mailflow/finding.js';
import { groupBy, openAccounts } from '#mailflow/queue/held-accounts.js';
import { digestText, type HeldKeys, keyCount, markOfSide, openDigests } from '#mailflow/queue/held-keys.js';
import type { HeldReading } from '#mailflow/queue/held-reading.js';
import type { HeldTally } from '#mailflow/queue/held-tally.js';
import type { MailRate } from '#mailflow/queue/mail-rate.js';
import {
  compareLooks,
  diffOf,
  type LeftCounts,
  type LooksCompared,
  nothingKnown,
  openLeftWatch,
  type QueueDiff,
  spanOfLeft,
} from '#mailflow/queue/queue-diff.js';
import {
  comparableLooks,
  type KeyedLook,
  lookBefore,
  QUEUE_LOOK_RULES,
  type QueueLook,
  type QueueLookHistory,
} from '#mailflow/queue/queue-look.js';
import { everydayLevel, type QueueTrend, withoutRecovery } from '#mailflow/queue/queue-trend.js';
import type { QueueThresholds } from '#mailflow/queue/thresholds.js';
import { trendOfAges } from '#mailflow/queue/trend-of-ages.js';
import { lookToMeasureFrom, trendOfLooks } from '#mailflow/queue/trend-of-looks.js';
import { shapeOf } from '#mailflow/trace/question-shape.js';
import { stateOfStatus } from '#mailflow/trace/status.js';
import type { Survey } from '#mailflow/trace/survey.js';
import type { TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';
import { formatAge } from '#render/human-format.js';

import { gapOfFailure } from '../health/ask-health.js';
import { attempt } from '../status/attempt.js';
import { reachesNow } from './ask-rate.js';

/** Nothing is told of an export, or of a window that ends in the past. */
export interface QueueMovement {
  readonly trend: QueueTrend | null;
  /** Null where it was not asked for, or there is no earlier look. */
  readonly diff: QueueDiff | null;
  /** What is missing from the diff. */
  readonly gaps: readonly Gap[];
}

const NO_MOVEMENT: QueueMovement = { trend: null, diff: null, gaps: [] };

export type DiffChoice = 'none' | 'counts' | 'outcomes';

interface MovementQuestion {
  readonly source: TraceSource;
  readonly query: TraceQuery;
  readonly survey: Survey;
  readonly tally: HeldTally;
  readonly keys: HeldKeys;
  readonly thresholds: QueueThresholds;
  readonly keepsHistory: boolean;
  /** `outcomes` lists the mail that left once more, to learn what became of it. */
  readonly diff: DiffChoice;
  /** The diff is since a look at least so long ago, where one is kept. */
  readonly leastSecondsAgo: number;
  /** Null where it is not known how much mail there is. */
  readonly rate: MailRate | null;
  /** The newest mail of all, where that was asked for. */
  readonly newestAt: Date | null;
  readonly now: Date;
}

export async function seeMovement(question: MovementQuestion, ports: Ports): Promise<QueueMovement> {
  const { source, query, now, keepsHistory } = question;
  if (source.kind === 'file' || query.window === null || !reachesNow(query, now)) return NO_MOVEMENT;
  const look = lookOf(question, query.window);
  const history = await openLooks(keepsHistory, ports);
  const earlier = await earlierLooks(history, look, ports);
  const trend = await trendOf(look, earlier, question, ports);
  const before = lookBefore(comparableLooks(earlier, look), look.at, question.leastSecondsAgo);
  const told = await diffSince(before, look, question, ports);
  // What cannot be kept is no reason to withhold the answer.
  await attempt(async () => history?.keep(look.isWhole ? look : { ...look, keys: null }), ports);
  return { trend, ...told };
}

function lookOf(
  { query, survey, tally, keys, now }: MovementQuestion,
  window: KeyedLook['window'],
): KeyedLook {
  return {
    at: now,
    window,
    question: digestText(shapeOf(query)),
    isWhole: survey.isListedWhole,
    held: keyCount(keys),
    heldByBucket: tally.buckets.map(({ held }) => held),
    keys,
  };
}

async function openLooks(keepsHistory: boolean, ports: Ports): Promise<QueueLookHistory | null> {
  const opened = await attempt(() => ports.queueLooks(keepsHistory), ports);
  return opened.kind === 'answered' ? opened.value : null;
}

async function earlierLooks(
  history: QueueLookHistory | null,
  { at, question }: QueueLook,
  ports: Ports,
): Promise<readonly QueueLook[]> {
  if (history === null) return [];
  const since = new Date(at.getTime() - QUEUE_LOOK_RULES.keptHours * HOUR_MS);
  const found = await attempt(() => history.since(since, question), ports);
  return found.kind === 'answered' ? found.value : [];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Null where pages are missing: what was not seen would look like what has left. */
async function trendOf(
  look: KeyedLook,
  earlier: readonly QueueLook[],
  question: MovementQuestion,
  ports: Ports,
): Promise<QueueTrend | null> {
  if (!look.isWhole) return null;
  const mostHeld = earlier.reduce((most, { held }) => Math.max(most, held), 0);
  const context = { aside: sidesAside(question), mostHeld };
  const base = lookToMeasureFrom(comparableLooks(earlier, look), look.at);
  const trend = base === null ? trendOfAges(look.keys, look.at, context) : trendOfLooks(base, look, context);
  const isRecovery = trend.phase === 'drain' || (trend.phase === 'empty' && mostHeld > everydayLevel(0));
  return isRecovery && !(await isFresh(question, ports)) ? withoutRecovery(trend) : trend;
}

/** Sides whose held mail was mostly read to wait for reasons of their own, that hardly anybody else has. */
function sidesAside({ tally, rate, thresholds }: MovementQuestion): ReadonlySet<number> {
  const { accountOf } = openAccounts(tally, null, thresholds, rate);
  const readingsByShape = groupBy(tally.read, ({ shape }) => shape);
  const sidesOf = (shape: string): number =>
    new Set(readingsByShape.get(shape)?.map(({ otherSide }) => otherSide)).size;
  const isOwn = (reading: HeldReading): boolean =>
    accountOf(reading) === 'destination' && sidesOf(reading.shape) <= MOST_ALIKE;
  const aside = [...groupBy(tally.read, ({ otherSide }) => otherSide)].filter(([, readings]) => {
    const own = readings.filter(isOwn).length;
    return own >= LEAST_OWN && own * 2 > readings.length;
  });
  return new Set(aside.map(([side]) => markOfSide(side)));
}

/** Two hosts may be down on the same day. */
const MOST_ALIKE = 2;

/** One reading may be a slip of the keyboard. */
const LEAST_OWN = 2;

/** A trace that shows no mail of just now shows no new held mail either: it may be late, and nothing is over. */
const FRESH_MINUTES = 60;

async function isFresh({ source, query, newestAt, now }: MovementQuestion, ports: Ports): Promise<boolean> {
  const from = new Date(now.getTime() - FRESH_MINUTES * MINUTE_MS);
  if (newestAt !== null) return newestAt >= from;
  const seen = await attempt(async () => {
    const anyMail = { ...query, statuses: [], window: { from, to: now } };
    for await (const { entries } of source.deliveries(anyMail, ports.signal)) {
      if (entries.length > 0) return true;
    }
    return false;
  }, ports);
  return seen.kind === 'answered' && seen.value;
}

async function diffSince(
  before: KeyedLook | null,
  look: KeyedLook,
  question: MovementQuestion,
  ports: Ports,
): Promise<Pick<QueueMovement, 'diff' | 'gaps'>> {
  if (question.diff === 'none') return { diff: null, gaps: [] };
  if (before === null) {
    if (question.diff === 'outcomes')
      ports.note(
        'There is no earlier look after the same mail to compare with; this one is kept for the next.',
      );
    return { diff: null, gaps: [] };
  }
  if (look.at.getTime() - before.at.getTime() < question.leastSecondsAgo * 1000)
    ports.note(
      `No look of ${formatAge(question.leastSecondsAgo)} ago after the same mail is kept; the oldest that is kept is compared with.`,
    );
  const compared = compareLooks(before, look);
  const { left, gaps } =
    question.diff === 'counts'
      ? { left: nothingKnown(compared), gaps: [] }
      : await askOutcomes(compared, question, ports);
  return { diff: diffOf(compared, left), gaps };
}

interface Outcomes {
  readonly left: LeftCounts;
  readonly gaps: readonly Gap[];
}

/** One list of all mail of the time in which those that left were received; what it does not show stays unknown. */
async function askOutcomes(
  compared: LooksCompared,
  { source, query }: MovementQuestion,
  ports: Ports,
): Promise<Outcomes> {
  const window = spanOfLeft(compared);
  if (window === null) return { left: nothingKnown(compared), gaps: [] };
  const watch = openLeftWatch(compared);
  const digest = openDigests();
  const gaps: Gap[] = [];
  const asked = await attempt(async () => {
    for await (const batch of source.deliveries({ ...query, statuses: [], window }, ports.signal)) {
      gaps.push(...batch.gaps);
      for (const entry of batch.entries) watch.observe(digest(entry), stateOfStatus(entry.status));
    }
  }, ports);
  if (asked.kind === 'failed') gaps.push(gapOfFailure('what became of the mail that left', asked.failure));
  return { left: watch.counts(), gaps };
}
