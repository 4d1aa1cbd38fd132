/** Everything that `check` could see: what `status` sees, and what it asks for beside that. */
import type { RouteJudgement } from '../connector/path/route-judgement.js';
import type { Sightings } from '../incident/sightings.js';
import type { Trouble } from '../incident/signal.js';
import type { QuotaUse } from '../quota/quota-use.js';

export interface CheckEvidence {
  /**
   * A source that was not asked is `missing` with the reason `not-asked`. The held mail of the trace must have been watched
   * with the limits of the policy.
   */
  readonly sightings: Sightings;
  /** Paths that were walked from this machine. */
  readonly paths: Asked<readonly RouteJudgement[]>;
  /** Of this tenant. */
  readonly quota: Asked<readonly QuotaUse[]>;
}

export type Asked<Value> =
  | { readonly kind: 'seen'; readonly value: Value }
  | { readonly kind: 'failed'; readonly trouble: Trouble }
  /** On purpose, for a reason that the trouble tells. */
  | { readonly kind: 'not-asked'; readonly trouble: Trouble };
