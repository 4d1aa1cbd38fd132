import type { Verdict } from '../bounce/verdict.js';
import { chooseSample, type Sample } from '../sampling/choose-sample.js';
import type { Examined, ExaminedStratum } from '../sampling/estimate-reasons.js';
import { shuffled } from '../sampling/random.js';
import { splitSample } from '../sampling/split-sample.js';
import { type Chance, inOwnOrder } from './chance-of.js';
import type { TraceEntry } from './delivery.js';
import { isInnocent } from './innocent.js';
import type { Judgement } from './judgement.js';
import { isTraceable, type TraceableEntry } from './read-details.js';

/** How many details to read: a number for held and failed deliveries together, every one, or none. */
export type SampleSize = number | 'all' | 'none';

/** Rows that were kept back because their reasons must be asked for. */
export interface KeptRows {
  readonly held: readonly TraceEntry[];
  readonly failed: readonly TraceEntry[];
}

export interface DetailPlan {
  readonly held: Sample<TraceableEntry>;
  readonly failed: Sample<TraceableEntry>;
  /** Both samples, mixed, so that whatever part is read is fair to both. */
  readonly wanted: readonly TraceableEntry[];
}

export function wantsDetails(sample: SampleSize): boolean {
  return sample === 'all' || (sample !== 'none' && sample >= 1);
}

/** Chooses whose details to read. Rows without a trace id cannot be asked for and stay unread. */
export function planDetails(kept: KeptRows, sample: SampleSize, chance: Chance): DetailPlan {
  const held = inOwnOrder(kept.held.filter(isTraceable));
  const failed = inOwnOrder(kept.failed.filter(isTraceable));
  const random = chance([...held, ...failed]);
  const size = splitSample(sizeOf(sample), held.length, failed.length);
  const heldSample = chooseSample({ population: held, size: size.held, random });
  const failedSample = chooseSample({ population: failed, size: size.failed, random });
  const wanted = shuffled([...heldSample.drawn, ...failedSample.drawn], random).map(({ unit }) => unit);
  return { held: heldSample, failed: failedSample, wanted };
}

function sizeOf(sample: SampleSize): number {
  if (sample === 'all') return Infinity;
  return sample === 'none' ? 0 : Math.floor(sample);
}

/** What the details that were had say of each stratum. */
export function strataOf(
  sample: Sample<TraceableEntry>,
  judgements: ReadonlyMap<TraceEntry, Judgement>,
): ExaminedStratum[] {
  const examined = sample.stratumSizes.map((): Examined[] => []);
  for (const { unit, stratum, weight } of sample.drawn) {
    const judgement = judgements.get(unit);
    if (judgement?.verdict) examined[stratum]?.push(examinedOne(judgement.verdict, judgement, weight));
  }
  return sample.stratumSizes.map((size, stratum) => ({ size, examined: examined[stratum] ?? [] }));
}

function examinedOne(
  { reason, party, class: verdictClass }: Verdict,
  judgement: Judgement,
  weight: number,
): Examined {
  return { reason, party, class: verdictClass, weight, count: 1, isInnocent: isInnocent(judgement) };
}
