import type { Party, Reason } from '../bounce/verdict.js';
import type { Sample } from '../sampling/choose-sample.js';
import type { Likely, TraceEntry } from './delivery.js';
import type { Judgement } from './judgement.js';
import type { TraceableEntry } from './read-details.js';

/** Fewer tell too little to call anything likely. */
const LEAST_EXAMINED = 3;

/** For rows that were not read, where more than half of their kind turned out alike. */
export function likelyByEntry(
  sample: Sample<TraceableEntry>,
  judgements: ReadonlyMap<TraceEntry, Judgement>,
): ReadonlyMap<TraceEntry, Likely> {
  const likelyByStratum = sample.strata.map((_, stratum) => likelyIn(sample, stratum, judgements));
  return new Map(
    sample.strata.flatMap((entries, stratum) => {
      const likely = likelyByStratum[stratum] ?? null;
      if (likely === null) return [];
      return entries
        .filter((entry) => !judgements.has(entry))
        .map((entry): readonly [TraceEntry, Likely] => [entry, likely]);
    }),
  );
}

function likelyIn(
  { drawn }: Sample<TraceableEntry>,
  stratum: number,
  judgements: ReadonlyMap<TraceEntry, Judgement>,
): Likely | null {
  const read = drawn.flatMap(({ unit, stratum: own, weight }) => {
    const verdict = own === stratum ? (judgements.get(unit)?.verdict ?? null) : null;
    return verdict === null ? [] : [{ reason: verdict.reason, party: verdict.party, weight }];
  });
  return likelyOf(weighAlike(read), read.length);
}

/** Deliveries that were read and have one reason and side. */
export interface ReadOne {
  readonly reason: Reason;
  readonly party: Party;
  /** How many deliveries they stand for. */
  readonly weight: number;
}

/** The kind that more than half of the examined belong to; null when there is none, or when too few were examined. */
export function likelyOf(kinds: readonly ReadOne[], examined: number): Likely | null {
  const [first] = kinds.toSorted((left, right) => right.weight - left.weight);
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  if (examined < LEAST_EXAMINED || first === undefined) return null;
  if (first.reason === 'unknown' || first.weight * 2 <= total) return null;
  const share = Math.round((first.weight / total) * 1000) / 1000;
  return { reason: first.reason, party: first.party, share, examined };
}

function weighAlike(read: readonly ReadOne[]): readonly ReadOne[] {
  const byWords = new Map<string, ReadOne>();
  for (const { reason, party, weight } of read) {
    const words = `${reason} ${party}`;
    byWords.set(words, { reason, party, weight: (byWords.get(words)?.weight ?? 0) + weight });
  }
  return [...byWords.values()];
}
