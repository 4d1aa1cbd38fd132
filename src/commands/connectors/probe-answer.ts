import type { UnprobedConnector } from '#mailflow/connector/path/mail-route.js';
import type { RouteJudgement } from '#mailflow/connector/path/route-judgement.js';
import type { OwnNetwork } from '#mailflow/connector/probe/probe-path.js';
import type { StopPoint } from '#mailflow/connector/probe/smtp-prober.js';

import type { PathRow } from './path-row.js';

export interface ProbeAnswer {
  readonly rows: readonly PathRow[];
  readonly routes: readonly RouteJudgement[];
  readonly unprobed: readonly UnprobedConnector[];
  /** Accepted domains that are left out because there are so many. */
  readonly domainsLeftOut: number;
  /** Hosts and domains of which not every address was tried because there are so many. */
  readonly inPart: readonly string[];
  readonly own: OwnNetwork;
  /** The furthest point that any path reached. */
  readonly furthest: StopPoint | null;
  /** Whether the trace was asked for deferrals. */
  readonly isConfirmed: boolean;
}
