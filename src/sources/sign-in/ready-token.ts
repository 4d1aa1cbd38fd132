import { Failure } from '#failure.js';

import type { TokenSource } from './token-source.js';

/** Printable ASCII: anything else would end the header line, or was cut or pasted wrongly. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/**
 * A token that somebody else has fetched. `variable` names where it came from, as `MAILCHECK_GRAPH_TOKEN`. `ifFresh` is
 * what else to look at when it is refused.
 */
export function readyToken(value: string, variable = 'MAILCHECK_GRAPH_TOKEN', ifFresh = ''): TokenSource {
  const trimmed = value.trim();
  if (!HEADER_SAFE.test(trimmed)) {
    throw new Failure(
      'configuration',
      `${variable} does not hold a token: it is empty or has characters that no token has.`,
      {
        remedy: `Set ${variable} to the access token alone, without "Bearer" and without quotes.`,
      },
    );
  }
  return {
    token: (_scope, options) => {
      if (options?.refresh !== true) return Promise.resolve(trimmed);
      return Promise.reject(
        new Failure('sign-in', `The token in ${variable} was refused, and a ready token cannot be renewed.`, {
          remedy: `Fetch a new access token and set ${variable}, or unset it and sign in with AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or certificate.${ifFresh}`,
        }),
      );
    },
  };
}
