/** Names that can be asked for. What DNS hands back as a name is held against the same grammar before anybody asks for it. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

import { normalizeDomain } from '#mailflow/address/address.js';

const LONGEST_NAME = 253;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

/** In lower case, without the final dot, in A-labels; null for what is no name. */
export function hostNameOf(given: string): string | null {
  const name = normalizeDomain(given);
  // Only what needs it: the function also reads 127.1 as an address.
  const ascii = /^[\x00-\x7f]*$/.test(name) ? name : domainToASCII(name);
  if (ascii === '' || ascii.length > LONGEST_NAME || isIP(ascii) !== 0) return null;
  return ascii.split('.').every((label) => label.length <= 63 && LABEL.test(label)) ? ascii : null;
}
