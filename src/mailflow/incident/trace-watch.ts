/** Watches the deliveries of a survey go by, and lays what it counted beside what the survey found. */
import { openHeldWatch } from '../queue/held-tally.js';
import type { QueueThresholds } from '../queue/thresholds.js';
import { openArrivalTally } from '../trace/arrivals.js';
import type { Delivery } from '../trace/delivery.js';
import { messageKey } from '../trace/delivery-key.js';
import type { Survey } from '../trace/survey.js';
import type { TraceSight } from './sightings.js';
import { type Glimpse, seenSignal, type Signal } from './signal.js';

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
  const held = openHeldWatch(options);
  const arrivals = openArrivalTally();
  return {
    observe: (delivery) => {
      held.observe(delivery);
      arrivals.add(messageKey(delivery), delivery);
    },
    sight: (survey) => ({ survey, held: held.tally(), arrivals: arrivals.counts() }),
  };
}

/**
 * Fresh when the list is whole, whether or not each sampled detail could be read: reasons that were not read make the
 * estimates wide and nothing else. Pages that are missing, and clocks that disagree, spoil it.
 */
export function traceSignal(glimpse: Glimpse, sight: TraceSight, now: Date): Signal<TraceSight> {
  const { isListedWhole, gaps } = sight.survey;
  const spoiling = isListedWhole ? gaps.filter(({ reason }) => reason === 'clock') : gaps;
  return seenSignal(glimpse, sight, { now, gaps: spoiling });
}
