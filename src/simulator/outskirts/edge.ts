/** Whether the servers that take mail from outside greet those who connect, or turn them away. */

/** A span of time in which they turn connections away. */
export interface EdgeRefusal {
  readonly from: Date;
  /** Not included. */
  readonly until: Date;
  /** Of the connections, from 0 to 1. */
  readonly share: number;
  /** The reply that they get in place of a greeting. */
  readonly reply: string;
}

/** From this share on a single look is to show it: each connection is turned away. */
const SURE_SHARE = 0.5;

/** The reply that turns the `connection`th connection away (from 1), or null when it is greeted. No chance is in it. */
export function refusalAt(refusals: readonly EdgeRefusal[], now: Date, connection: number): string | null {
  const refusal = refusals.find(({ from, until }) => now >= from && now < until);
  if (refusal === undefined) return null;
  const { share, reply } = refusal;
  const isTurnedAway =
    share >= SURE_SHARE || Math.floor(connection * share) > Math.floor((connection - 1) * share);
  return isTurnedAway ? reply : null;
}
