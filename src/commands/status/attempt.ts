/** One question to one source: its answer, or why there is none. A source that fails must not take the others along. */
import type { Ports } from '#cli/ports.js';
import type { FailureKind } from '#failure.js';
import { Failure } from '#failure.js';

export type Attempt<Value> =
  | { readonly kind: 'answered'; readonly value: Value; readonly at: Date }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly at: Date };

/** What is wrong with the question itself, or an interruption, is no sight of anything and passes through. */
export async function attempt<Value>(
  ask: () => Promise<Value>,
  ports: Pick<Ports, 'now'>,
): Promise<Attempt<Value>> {
  try {
    return { kind: 'answered', value: await ask(), at: ports.now() };
  } catch (error) {
    if (!(error instanceof Failure) || REASON_BY_KIND[error.kind] === null) throw error;
    return { kind: 'failed', failure: error, at: ports.now() };
  }
}

/** The word that a gap gives for a failure. */
export function reasonOf({ kind }: Failure): string {
  return REASON_BY_KIND[kind] ?? kind;
}

/** Nobody may ask: to try again will not help. */
export function isRefused({ kind }: Failure): boolean {
  return REASON_BY_KIND[kind] === REFUSED;
}

const REFUSED = 'refused';

const REASON_BY_KIND: Readonly<Record<FailureKind, string | null>> = {
  usage: null,
  input: null,
  'sign-in': REFUSED,
  permission: REFUSED,
  configuration: REFUSED,
  unreachable: 'unreachable',
  throttled: 'throttled',
  timeout: 'timeout',
  protocol: 'protocol',
  interrupted: null,
  terminated: null,
};
