import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { createProgress, type ProgressOptions, type Spinner } from '#terminal/progress.js';
import { createTextSink } from '#terminal/streams.js';

class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  readonly columns: number;
  constructor(columns = 80) {
    super();
    this.columns = columns;
  }
  cursorTo(): boolean {
    return true;
  }
  moveCursor(): boolean {
    return true;
  }
  clearLine(): boolean {
    return true;
  }
}

function optionsFor(
  stream: PassThrough & { isTTY?: boolean },
  more: Partial<ProgressOptions> = {},
): ProgressOptions {
  const sink = createTextSink(stream, { name: 'standard error', closesStream: false });
  return { stream, sink, isQuiet: false, isColoured: false, widthColumns: 40, env: {}, ...more };
}

/** Piece by piece: from Node.js 26 on, a read gives what one write brought. */
function textOf(stream: PassThrough): string {
  let text = '';
  for (let piece = stream.read() as Buffer | null; piece !== null; piece = stream.read() as Buffer | null)
    text += piece.toString();
  return text;
}

interface FakeSpinner extends Spinner {
  /** Texts at the moments of showing, and `-` when it was taken away. */
  readonly seen: string[];
}

function fakeSpinner(): FakeSpinner {
  const spinner: FakeSpinner = {
    text: '',
    seen: [],
    start: () => spinner.seen.push(spinner.text),
    stop: () => spinner.seen.push('-'),
  };
  return spinner;
}

describe('where nobody watches', () => {
  test.each<[string, PassThrough, Partial<ProgressOptions>]>([
    ['a pipe', new PassThrough(), {}],
    ['--quiet', new FakeTerminal(), { isQuiet: true }],
    ['a terminal that does not know its size', new FakeTerminal(0), {}],
    ['a dumb terminal', new FakeTerminal(), { env: { TERM: 'dumb' } }],
    ['a build server', new FakeTerminal(), { env: { CI: 'true' } }],
  ])('%s stays empty, byte for byte', async (_, stream, more) => {
    const progress = createProgress(optionsFor(stream, more));
    progress.start('reading');
    progress.update('reading page 2');
    await progress.stop();
    expect(textOf(stream)).toBe('');
  });
});

describe('notes', () => {
  test('are lines, made safe, in order, also in a pipe', async () => {
    const stream = new PassThrough();
    const progress = createProgress(optionsFor(stream));
    progress.note('window: 4 h');
    progress.note('::error::\u001b[2Jx\ny');
    await progress.stop();
    expect(textOf(stream)).toBe(`window: 4 h\n${String.raw`\u{3a}:error::\u{1b}[2Jx\u{a}y`}\n`);
  });

  test('are not written when told to be quiet', async () => {
    const stream = new PassThrough();
    const progress = createProgress(optionsFor(stream, { isQuiet: true }));
    progress.note('window: 4 h');
    await progress.stop();
    expect(textOf(stream)).toBe('');
  });

  test('that cannot be written do not fail the command', async () => {
    const stream = new PassThrough();
    const progress = createProgress(
      optionsFor(stream, {
        sink: {
          write: () => Promise.reject(new Error('full')),
          end: () => Promise.resolve(),
          isClosed: () => false,
        },
      }),
    );
    progress.note('window: 4 h');
    await expect(progress.stop()).resolves.toBeUndefined();
  });
});

describe('the spinner', () => {
  test('shows the latest text, safe and on one line', async () => {
    const spinner = fakeSpinner();
    const progress = createProgress(
      optionsFor(new FakeTerminal(), { loadSpinner: () => Promise.resolve(spinner) }),
    );
    progress.start('one');
    progress.update(`two \u001b[2J${'x'.repeat(100)}`);
    await Promise.resolve();
    await progress.stop();
    progress.update('three');
    progress.start('four');
    await progress.stop();
    expect(spinner.seen.at(0)).toBe(`two ${String.raw`\u{1b}[2J`}${'x'.repeat(22)}…`);
    expect(spinner.seen.slice(1)).toEqual(['-', 'four', '-']);
  });

  test('does not appear when the work is over before it was loaded', async () => {
    const spinner = fakeSpinner();
    let arrive: (loaded: Spinner) => void = () => undefined;
    const loading = new Promise<Spinner>((resolve) => (arrive = resolve));
    const progress = createProgress(optionsFor(new FakeTerminal(), { loadSpinner: () => loading }));
    progress.start('one');
    const stopped = progress.stop();
    arrive(spinner);
    await stopped;
    expect(spinner.seen).toEqual(['-']);
  });

  test('is ora at a terminal, and leaves no line behind', async () => {
    const stream = new FakeTerminal();
    const shown: string[] = [];
    stream.on('data', (chunk: Buffer) => shown.push(String(chunk)));
    const rendered = new Promise<void>((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        if (String(chunk).includes('reading')) resolve();
      });
    });
    const progress = createProgress(optionsFor(stream));
    progress.start('reading');
    await rendered;
    await progress.stop();
    expect(shown.join('')).toContain('reading');
    expect(shown.join('')).not.toContain('\n');
  });
});
