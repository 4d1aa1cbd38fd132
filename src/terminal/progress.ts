/** What is going on, on stderr: a spinner for a person at a terminal, notes for everyone, nothing when told to be quiet. */
import type { Writable } from 'node:stream';

import { truncate } from '#render/layout.js';
import { safeLine, safeText } from '#render/safe-text.js';

import type { TextSink } from './streams.js';

export interface Progress {
  /** Shows a running task. Starting again changes its text. */
  readonly start: (text: string) => void;
  readonly update: (text: string) => void;
  /** A remark on a line of its own, kept on the screen. */
  readonly note: (line: string) => void;
  /** Takes the spinner away and waits for the notes; after it, others may write to stderr. */
  readonly stop: () => Promise<void>;
}

/** The part of ora that is used. */
export interface Spinner {
  text: string;
  readonly start: () => unknown;
  readonly stop: () => unknown;
}

export interface ProgressOptions {
  readonly stream: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Over the same stream; takes the notes. */
  readonly sink: TextSink;
  readonly isQuiet: boolean;
  readonly isColoured: boolean;
  readonly widthColumns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Another spinner, for tests. */
  readonly loadSpinner?: (options: ProgressOptions) => Promise<Spinner>;
}

/** ora's own marks in front of the text, and one column that some terminals keep free. */
const SPINNER_COLUMNS = 4;

export function createProgress(options: ProgressOptions): Progress {
  const { sink, isQuiet, widthColumns, loadSpinner = loadOra } = options;
  let notes = Promise.resolve();
  let text = '';
  let spinner: Spinner | null = null;
  let loading: Promise<void> | null = null;
  let isRunning = false;

  const load = async (): Promise<void> => {
    spinner = await loadSpinner(options);
    if (isRunning) show(spinner);
  };
  const show = (shown: Spinner): void => {
    shown.text = text;
    shown.start();
  };
  const update = (next: string): void => {
    text = truncate(safeText(next), widthColumns - SPINNER_COLUMNS);
    if (spinner !== null) spinner.text = text;
  };
  return {
    start: (next) => {
      update(next);
      if (!isAnimated(options) || isRunning) return;
      isRunning = true;
      if (spinner === null) loading ??= load();
      else show(spinner);
    },
    update,
    note: (line) => {
      if (isQuiet) return;
      // Where stderr is full or closed there is nobody left to tell, and the answer on stdout still counts.
      notes = Promise.all([notes, sink.write(`${safeLine(safeText(line))}\n`)]).then(noop, noop);
    },
    stop: async () => {
      isRunning = false;
      await loading;
      spinner?.stop();
      await notes;
    },
  };
}

function noop(): void {
  // A note that could not be written is left.
}

/** Build servers have terminals that keep every frame; and on one that says 0 columns, ora clears lines for ever. */
function isAnimated({ stream, isQuiet, env }: ProgressOptions): boolean {
  const isScreen = stream.isTTY === true && stream.columns !== 0 && env['TERM'] !== 'dumb';
  return isScreen && !isQuiet && env['CI'] === undefined;
}

async function loadOra({ stream, isColoured }: ProgressOptions): Promise<Spinner> {
  const { default: ora } = await import('ora');
  // Standard input may be a file that is being read; and ora writes plain lines unless it is told that it is enabled.
  return ora({
    stream,
    discardStdin: false,
    isEnabled: true,
    isSilent: false,
    ...(isColoured ? {} : { color: false }),
  });
}
