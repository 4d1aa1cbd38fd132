/** A help page under `mailcheck help TOPIC`. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  /** One text each; lines that begin with two spaces are kept as they are. A function where they are costly to make. */
  readonly paragraphs: readonly string[] | (() => Promise<readonly string[]>);
}
