/** What a pure `parse` may know of its surroundings. */
export interface ParseContext {
  readonly now: Date;
  /** IANA zone of the machine, the default of `--time-zone`. */
  readonly localTimeZone: string;
}
