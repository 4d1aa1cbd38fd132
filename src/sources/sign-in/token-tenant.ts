import { tokenFacts } from './token-facts.js';

/** The tenant that a ready token names for itself (claim `tid`); null where it cannot be read. Nothing is verified. */
export function tokenTenant(token: string): string | null {
  return tokenFacts(token).tenant;
}
