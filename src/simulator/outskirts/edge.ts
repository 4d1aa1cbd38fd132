/** Whether the servers that take mail from outside greet those who connect, or turn them away. */

/** A span of time in which they turn connections away. */
export interface EdgeRefusal {
  readonly from: Date;
  /** Not included. */
  readonly until: Date;
  /** Of the connections, from 0 to 1; below a half, of the minutes. */
  readonly share: number;
  /** The reply that they get in place of a greeting. */
  readonly reply: string;
}

/** From this share on a single look is to show it: each connection is turned away. */
const SURE_SHARE = 0.5;

/**
 * The reply that turns a connection away, or null when it is greeted. Who knocks twice in one minute hears the same: no
 * chance is in it, and nothing of who knocked before, so that a moment that is rehearsed again is the same moment.
 */
export function refusalAt(refusals: readonly EdgeRefusal[], now: Date): string | null {
  const refusal = refusals.find(({ from, until }) => now >= from && now < until);
  if (refusal === undefined) return null;
  const { from, share, reply } = refusal;
  const minute = Math.floor((now.getTime() - from.getTime()) / 60_000) + 1;
  const isTurnedAway = share >= SURE_SHARE || Math.floor(minute * share) > Math.floor((minute - 1) * share);
  return isTurnedAway ? reply : null;
}
