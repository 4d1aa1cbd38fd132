/** What held mail waits for, as far as its detail tells. */
import type { Verdict } from '../bounce/verdict.js';
import { type Estimate } from '../sampling/estimate-reasons.js';
import { isHeldByRule } from '../trace/innocent.js';
import type { AgeTableRow } from './age-table.js';
import { waitOf } from './held-reading.js';

export const WAIT_KINDS = [
  /** A try failed, and its reply tells why. */
  'known',
  /** A try failed, and nobody can tell why. */
  'unclear',
  /** No try is told of. */
  'untold',
  /** Nothing is broken: a rule of either side wants it to wait. */
  'rule',
  /** Nothing is broken: its moderators have it. */
  'moderator',
  /** Nothing is broken: the receiver does not know the sender yet. */
  'greylist',
] as const;
export type WaitKind = (typeof WAIT_KINDS)[number];

export function waitKindOf(verdict: Verdict, waitsForModerator: boolean): WaitKind {
  if (waitsForModerator) return 'moderator';
  if (isHeldByRule(verdict)) return verdict.reason === 'throttled' ? 'greylist' : 'rule';
  if (waitOf(verdict) === 'untold') return 'untold';
  return verdict.reason === 'unknown' ? 'unclear' : 'known';
}

export type WaitShares = Readonly<Record<WaitKind, Estimate>>;

/** From a table that has all these kinds for keys; null when not one detail of held mail was read. */
export function waitShares(rows: readonly AgeTableRow[]): WaitShares | null {
  const byKind = new Map(rows.map(({ key, held }) => [key, held]));
  if (rows.length === 0 || byKind.has(null)) return null;
  const of = (kind: WaitKind): Estimate => byKind.get(kind) ?? NONE;
  return {
    known: of('known'),
    unclear: of('unclear'),
    untold: of('untold'),
    rule: of('rule'),
    moderator: of('moderator'),
    greylist: of('greylist'),
  };
}

/** All was read, and it was not among it. */
const NONE: Estimate = { estimate: 0, low: 0, high: 0 };
