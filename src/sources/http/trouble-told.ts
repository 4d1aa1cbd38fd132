import type { Failure, FailureKind } from '#failure.js';
import type { Trouble, TroubleKind } from '#mailflow/doctor/doctor-evidence.js';

/** A failure as whoever looks for causes is told of it. */
export function troubleTold({ kind, message, remedy, retryAfterSeconds }: Failure): Trouble {
  return { kind: KINDS[kind], message, remedy, retryAfterSeconds: retryAfterSeconds ?? null };
}

const KINDS: Readonly<Record<FailureKind, TroubleKind>> = {
  usage: 'configuration',
  input: 'configuration',
  'sign-in': 'sign-in',
  permission: 'permission',
  configuration: 'configuration',
  unreachable: 'unreachable',
  throttled: 'throttled',
  timeout: 'timeout',
  protocol: 'protocol',
  interrupted: 'timeout',
  terminated: 'timeout',
};
