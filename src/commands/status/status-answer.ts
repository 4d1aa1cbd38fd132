import type { Assessment } from '#mailflow/incident/assessment.js';
import type { Sightings } from '#mailflow/incident/sightings.js';

/** What the screen of `status` is made of. */
export interface StatusAnswer {
  readonly sightings: Sightings;
  readonly assessment: Assessment;
}
