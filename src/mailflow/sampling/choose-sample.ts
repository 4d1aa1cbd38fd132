/**
 * Whose details to read when not all can be, so that what they say holds for all. Knows deliveries by message,
 * recipient and status only; what the details cost and who reads them is not its business.
 */
import { allocate } from './apportion.js';
import { drawUnits } from './draw-units.js';
import { type Random, shuffled } from './random.js';
import { type Candidate, stratify } from './stratify.js';

/** A delivery to look up. */
export interface Drawn<Unit> {
  readonly unit: Unit;
  /** Index into the sample's `stratumSizes`. */
  readonly stratum: number;
  /** How many deliveries of its stratum it stands for. */
  readonly weight: number;
}

export interface Sample<Unit> {
  readonly strata: readonly (readonly Unit[])[];
  /** Deliveries in each stratum. */
  readonly stratumSizes: readonly number[];
  /** In an order to be read in: whatever part of it is read is a fair sample. */
  readonly drawn: readonly Drawn<Unit>[];
}

export interface SampleRequest<Unit> {
  readonly population: readonly Unit[];
  /** Details to read; Infinity for all. */
  readonly size: number;
  readonly random: Random;
}

/** Fewer details than this say nothing about a stratum of its own. */
const DETAILS_PER_STRATUM = 5;
const FLOOR = 2;

/**
 * Chooses whose details to read: at most size/5 strata, details in proportion to their deliveries with a floor
 * of two, and within a stratum messages first, then one recipient of each.
 */
export function chooseSample<Unit extends Candidate>(request: SampleRequest<Unit>): Sample<Unit> {
  const { population, random } = request;
  const size = Math.min(Math.floor(request.size), population.length);
  if (size <= 0) return { ...oneStratum(population), drawn: [] };
  if (size === population.length) return readAll(population, random);
  const strata = stratify(population, Math.max(1, Math.floor(size / DETAILS_PER_STRATUM)));
  const stratumSizes = strata.map((units) => units.length);
  const counts = allocate(stratumSizes, size, FLOOR);
  const drawn = strata.flatMap((units, stratum) =>
    drawUnits(units, counts[stratum] ?? 0, random).map((unit) => ({ ...unit, stratum })),
  );
  return { strata, stratumSizes, drawn: shuffled(drawn, random) };
}

function readAll<Unit>(population: readonly Unit[], random: Random): Sample<Unit> {
  const drawn = shuffled(population, random).map((unit) => ({ unit, stratum: 0, weight: 1 }));
  return { ...oneStratum(population), drawn };
}

function oneStratum<Unit>(population: readonly Unit[]): Pick<Sample<Unit>, 'strata' | 'stratumSizes'> {
  return population.length === 0
    ? { strata: [], stratumSizes: [] }
    : { strata: [population], stratumSizes: [population.length] };
}
