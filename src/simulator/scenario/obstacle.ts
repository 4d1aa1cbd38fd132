/** What stands in the way of a message at a given minute of a scenario. */
import type { Random } from '../population/random.js';
import type { Destination } from './places.js';
import type { MailDirection, Phase, Trouble } from './scenario.js';

/** What decides whether a trouble strikes a message. */
interface Course {
  readonly direction: MailDirection;
  /** Null for mail that stays inside. */
  readonly destination: Destination | null;
}

/** Chance of a try once nothing stands in the way any more: queues take a while to drain. */
const DRAIN_CHANCE = 0.45;

/** The trouble that a message meets at its first try, or null when it goes through. */
export function firstTrouble(
  phases: readonly Phase[],
  course: Course,
  minute: number,
  random: Random,
): Trouble | null {
  return troublesAt(phases, course, minute).find((trouble) => random.chance(trouble.share)) ?? null;
}

/** The trouble that a held message meets at a later try; the last one again while the queue drains. */
export function laterTrouble(
  phases: readonly Phase[],
  course: Course,
  minute: number,
  last: Trouble,
  random: Random,
): Trouble | null {
  const troubles = troublesAt(phases, course, minute);
  const current = troubles.find((trouble) => trouble.reply === last.reply) ?? troubles[0];
  if (current === undefined) return random.chance(DRAIN_CHANCE) ? null : last;
  return random.chance(current.retrySucceeds) ? null : current;
}

/**
 * When the edge lets an inbound message in that first knocks at `minute`: at once, or some time after the phase that
 * turns it away, because its sender keeps it and tries again in its own rhythm.
 */
export function admittedAt(phases: readonly Phase[], minute: number, random: Random): number {
  let admitted = minute;
  for (let phase = refusing(phases, admitted); phase !== null; phase = refusing(phases, admitted)) {
    if (!random.chance(phase.refusedAtEdge)) return admitted;
    admitted = phase.until;
  }
  return admitted === minute ? minute : admitted + exponential(random, 50);
}

function troublesAt(phases: readonly Phase[], course: Course, minute: number): readonly Trouble[] {
  return phases.filter((phase) => covers(phase, minute)).flatMap((phase) => strikers(phase, course));
}

function strikers(phase: Phase, course: Course): readonly Trouble[] {
  return phase.troubles.filter(
    (trouble) => trouble.direction === course.direction && strikes(trouble, course),
  );
}

function strikes(trouble: Trouble, { destination }: Course): boolean {
  if (trouble.strikes === 'all') return true;
  if (trouble.strikes === 'on-microsoft-365') return destination?.hosting === 'microsoft-365';
  return destination?.domain === trouble.strikes.domain;
}

function refusing(phases: readonly Phase[], minute: number): Phase | null {
  return phases.find((phase) => phase.refusedAtEdge > 0 && covers(phase, minute)) ?? null;
}

function covers(phase: Phase, minute: number): boolean {
  return minute >= phase.from && minute < phase.until;
}

function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}
