import type { AgeTableRow, QueueGrouping } from '#mailflow/queue/age-table.js';
import type { HeldTally } from '#mailflow/queue/held-tally.js';
import type { Advice } from '#mailflow/relay/advice.js';
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import type { LeftTally, RelayTally } from '#mailflow/relay/relay-tally.js';

/** What the views of `relay` are made of. */
export interface RelayAnswer {
  readonly tally: RelayTally;
  readonly left: LeftTally;
  /** Of all held mail. */
  readonly held: HeldTally;
  readonly grouping: QueueGrouping;
  /** Most held first; only mail that is as old as was asked for. */
  readonly table: readonly AgeTableRow[];
  readonly olderSeconds: number | null;
  /** Rows of the table to show. */
  readonly top: number;
  /** Queues that are counted without naming their mail. */
  readonly queues: readonly RelayQueueCount[];
  readonly formats: readonly string[];
  /** When the queue was as told. */
  readonly asOf: Date;
  readonly queueLifetimeSeconds: number | null;
  readonly knowsOwnDomains: boolean;
  readonly advice: readonly Advice[];
}
