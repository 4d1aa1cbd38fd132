/** Watches the deliveries of a survey go by, and lays what it counted beside what the survey found. */
import { openHeldWatch } from '../queue/held-tally.js';
import type { QueueThresholds } from '../queue/thresholds.js';
import type { Delivery } from '../trace/delivery.js';
import type { Survey } from '../trace/survey.js';
import type { TraceSight } from './sightings.js';

export interface TraceWatch {
  /** Each delivery that the survey gives out. */
  readonly observe: (delivery: Delivery) => void;
  /** When the survey is through. */
  readonly sight: (survey: Survey) => TraceSight;
}

export interface TraceWatchOptions {
  /** By the clock of the service, as that of the survey. */
  readonly now: Date;
  readonly thresholds?: QueueThresholds;
}

export function openTraceWatch(options: TraceWatchOptions): TraceWatch {
  const { observe, tally } = openHeldWatch(options);
  return { observe, sight: (survey) => ({ survey, held: tally() }) };
}
