import type { Advice } from '#mailflow/relay/advice.js';
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import type { LeftTally, RelayTally } from '#mailflow/relay/relay-tally.js';

import type { AgeAnswer } from '../queue/age-block.js';

/** What the views of `relay` are made of: the table by age as of `queue`, and what only a relay tells. */
export interface RelayAnswer extends AgeAnswer {
  /** Of what is shown. */
  readonly relay: RelayTally;
  readonly left: LeftTally;
  readonly olderSeconds: number | null;
  /** Queues that are counted without naming their mail. */
  readonly queues: readonly RelayQueueCount[];
  readonly formats: readonly string[];
  readonly queueLifetimeSeconds: number | null;
  readonly knowsOwnDomains: boolean;
  readonly advice: readonly Advice[];
}
