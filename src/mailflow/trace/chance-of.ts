/**
 * Chance that the mail itself decides. Two looks at the same held and failed mail draw the same sample: they tell the same
 * figures and the same level, and details that were read once are not asked for again. No reason of any mail has part in
 * it, so estimates are as fair as with any other chance; looks at the same mail only err alike, as their intervals say.
 */
import { createRandom, type Random } from '../sampling/random.js';
import { createKeyedHash } from './keyed-hash.js';
import type { TraceableEntry } from './read-details.js';

/** Of rows in the order of `inOwnOrder`. Trace ids are Microsoft's, so nobody who writes mail can choose what is drawn. */
export type Chance = (rows: readonly TraceableEntry[]) => Random;

export const chanceOf: Chance = (rows) => {
  const hash = createKeyedHash(0);
  let digest = 0;
  let second = 0;
  for (const { messageTraceId, recipient } of rows) {
    digest = hash.first(`${messageTraceId} ${recipient}`, digest, second);
    second = hash.second();
  }
  return createRandom(digest);
};

/** The same for the same rows, however they were listed: all anew, or a part of them from what is kept. */
export function inOwnOrder(rows: readonly TraceableEntry[]): TraceableEntry[] {
  return rows.toSorted(
    (left, right) =>
      compareTexts(left.messageTraceId, right.messageTraceId) ||
      compareTexts(left.recipient, right.recipient),
  );
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
