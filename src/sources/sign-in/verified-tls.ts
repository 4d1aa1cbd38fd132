import { Failure } from '#failure.js';

import type { EnvironmentVariables } from './token-source.js';

/** Refuses to send credentials while the environment tells Node to accept any certificate. */
export function refuseUnverifiedTls(env: EnvironmentVariables): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new Failure(
    'configuration',
    'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off; no token is sent that way.',
    {
      remedy:
        'Unset NODE_TLS_REJECT_UNAUTHORIZED; to trust a certificate authority of your own, name its PEM file with --ca-file.',
    },
  );
}
