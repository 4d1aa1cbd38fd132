/** One question to one source: its answer, or why there is none. A source that fails must not take the others along. */
import { isRefusal } from '#cli/exit-code.js';
import type { Ports } from '#cli/ports.js';
import type { Failure } from '#failure.js';

import { failureOf } from '../health/ask-health.js';

export type Attempt<Value> =
  | { readonly kind: 'answered'; readonly value: Value; readonly at: Date }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly at: Date };

/** What is wrong with the question itself, and an interruption, is no sight of anything and passes through. */
export async function attempt<Value>(
  ask: () => Promise<Value>,
  ports: Pick<Ports, 'now'>,
): Promise<Attempt<Value>> {
  try {
    return { kind: 'answered', value: await ask(), at: ports.now() };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error), at: ports.now() };
  }
}

/** The word that a gap gives for a failure. */
export function reasonOf(failure: Failure): string {
  return isRefusal(failure) ? 'refused' : failure.kind;
}
