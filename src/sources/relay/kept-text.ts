/** Text that outlives the piece it was cut from: a cut string keeps the whole piece in memory. */

/** Longer replies, names and addresses are no longer read by anybody, and many of them would fill the memory. */
export const LONGEST_KEPT = 4096;

/** A string of its own, cut to a length that many of may be kept. V8 writes a sum out anew before it cuts it. */
export function keptText(text: string): string {
  const short = text.length > LONGEST_KEPT ? text.slice(0, LONGEST_KEPT) : text;
  return short.length < 13 ? short : ` ${short}`.slice(1);
}
