import type { Failure } from '#failure.js';
import type { Trouble } from '#mailflow/incident/signal.js';

import { reasonOf } from './attempt.js';

/** Why is told within sentences, so it has no full stop of its own. */
export function troubleOf(failure: Failure): Trouble {
  const { message, remedy, retryAfterSeconds = null } = failure;
  return { why: message.replace(/\.$/u, ''), reason: reasonOf(failure), remedy, retryAfterSeconds };
}
