/** What was asked, as the checks take it: seen, failed with its reason, or not asked on purpose. */
import type { Asked, CheckEvidence } from '#mailflow/check/check-evidence.js';
import type { Trouble } from '#mailflow/incident/signal.js';

import type { Attempt } from '../status/attempt.js';
import { troubleOf } from '../status/trouble-of.js';
import type { AskedCheck } from './ask-check.js';

export function evidenceOf({ asked, paths, quota, keepsHistory }: AskedCheck): CheckEvidence {
  return {
    sightings: asked.sightings,
    paths: askedOf(paths, NO_CHECK, ({ answer }) => answer.routes),
    quota: askedOf(quota, keepsHistory ? NO_CHECK : NOT_KEPT, (uses) => uses),
  };
}

/** Null where it was left out, for the reason that is given. */
function askedOf<Answer, Value>(
  tried: Attempt<Answer> | null,
  leftOut: Trouble,
  valueOf: (answer: Answer) => Value,
): Asked<Value> {
  if (tried === null) return { kind: 'not-asked', trouble: leftOut };
  if (tried.kind === 'failed') return { kind: 'failed', trouble: troubleOf(tried.failure) };
  return { kind: 'seen', value: valueOf(tried.value) };
}

const NO_CHECK: Trouble = {
  ...{ why: 'no check looks at it', reason: 'not-asked', retryAfterSeconds: null },
  remedy: 'Enable one that does in the policy.',
};

const NOT_KEPT: Trouble = {
  ...{ why: 'nothing is kept, so that only this run could be counted', reason: 'not-asked' },
  ...{ remedy: 'Leave out --no-history.', retryAfterSeconds: null },
};
