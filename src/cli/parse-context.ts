import type { TimeZone } from '#mailflow/time-zone.js';

/** What a pure `parse` may know of its surroundings. */
export interface ParseContext {
  readonly now: Date;
  /** The zone of the machine, the default of `--time-zone`. */
  readonly localTimeZone: TimeZone;
}
