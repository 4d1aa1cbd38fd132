/** Text that outlives the piece it was cut from, and is no longer than anybody reads. */
import { copyText } from '#sources/rows/copied-text.js';

/** Longer replies, names and addresses are no longer read by anybody, and many of them would fill the memory. */
const LONGEST_KEPT = 4096;

/** A string of its own, cut to a length that many of may be kept. */
export function keptText(text: string): string {
  return copyText(text.length > LONGEST_KEPT ? text.slice(0, LONGEST_KEPT) : text);
}
