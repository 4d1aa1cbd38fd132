/** A help page under `mailcheck help TOPIC`. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  /** One text each; lines that begin with two spaces are kept as they are. */
  readonly paragraphs: readonly string[];
}
