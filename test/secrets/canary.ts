/** Secrets of tests: each carries the mark that those of the simulated tenant carry, so that one search finds all of them. */
import { SECRET_MARK } from '#simulator/sign-in/secret-mark.js';

/** With signs that a URL writes another way. The word tells one from another; it may stand in a header as it is. */
export function canary(word: string): string {
  return `${word}~${SECRET_MARK}/+${word}`;
}

/** A ready token that no tenant issued, for one that takes any. */
export const READY_TOKEN = canary('ready-token');
