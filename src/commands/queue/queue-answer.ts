import type { DomainAges } from '#mailflow/queue/domain-ages.js';
import type { HeldTally } from '#mailflow/queue/held-tally.js';
import type { Survey } from '#mailflow/trace/survey.js';

/** What the views of `queue` are made of. */
export interface QueueAnswer {
  readonly survey: Survey;
  readonly tally: HeldTally;
  /** Most held first. */
  readonly domains: readonly DomainAges[];
}

/** Of the held deliveries that were read: how many tell why, by a reply that puts them off. */
export interface KnownReasons {
  readonly examined: number;
  readonly known: number;
}

export function knownReasons({ tally }: Pick<QueueAnswer, 'tally'>): KnownReasons {
  const known = tally.read.filter(({ wait, reason }) => wait === 'failing' && reason !== 'unknown');
  return { examined: tally.read.length, known: known.length };
}
