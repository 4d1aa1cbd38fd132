import type { CommandEnd } from './run-command.js';

/** One file, pipe or program that the queue or the log of a relay is read from, as text. */
export interface RelayInput {
  /** As the user gave it, for messages. */
  readonly name: string;
  readonly origin: 'file' | 'standard-input' | 'program';
  /** When what it tells was so: of a file when it was written, else when it was opened. */
  readonly asOf: Date;
  /** Its first characters, up to 64 Ki; empty when there is nothing at all. */
  readonly beginning: string;
  /** All of it, in pieces. */
  readonly text: () => AsyncIterable<string>;
  /** How the program ended, to be asked when all was read; null where there is none. */
  readonly ending: (() => Promise<CommandEnd>) | null;
  readonly close: () => Promise<void>;
}
