import type { AgeTableRow, QueueGrouping } from '#mailflow/queue/age-table.js';
import type { HeldTally } from '#mailflow/queue/held-tally.js';
import type { QueueTimes } from '#mailflow/queue/queue-clock.js';
import type { WaitShares } from '#mailflow/queue/wait-kind.js';
import type { Survey } from '#mailflow/trace/survey.js';

import type { QueueMovement } from './queue-movement.js';

/** What the views of `queue` are made of. */
export interface QueueAnswer {
  readonly survey: Survey;
  /** Of all held mail, for the verdict. */
  readonly tally: HeldTally;
  /** Of what is shown, as are the table and the shares. */
  readonly times: QueueTimes;
  readonly by: { readonly grouping: QueueGrouping; readonly rows: readonly AgeTableRow[] };
  /** Null when not one detail was read. */
  readonly waits: WaitShares | null;
  /** Details that the table and the shares are known by. */
  readonly examined: number;
  /** Lines of the table; null: as many as fit. */
  readonly top: number | null;
  readonly olderSeconds: number | null;
  /** The tenant's own limit; null where 24 h are assumed. */
  readonly expirationHours: number | null;
  readonly movement: QueueMovement;
}
