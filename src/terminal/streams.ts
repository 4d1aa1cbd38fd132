/** Text into a stream that may be slow, closed or full. */
import type { Writable } from 'node:stream';

import { Failure } from '#failure.js';

export interface TextSink {
  /** Resolves when there is room for more; rejects with a Failure when the text cannot be kept. */
  readonly write: (text: string) => Promise<void>;
  /** Resolves when all has been handed over; the sink takes nothing afterwards. */
  readonly end: () => Promise<void>;
  /** True once the reader has gone, as `head` does: nobody wants more, and that is no failure. */
  readonly isClosed: () => boolean;
}

interface SinkOptions {
  /** For the failure's text, as `standard output` or a file name. */
  readonly name: string;
  /** Files are closed at the end; the standard streams stay open for whoever else writes. */
  readonly closesStream: boolean;
}

export function createTextSink(stream: Writable, { name, closesStream }: SinkOptions): TextSink {
  let fault: Error | null = null;
  let isClosed = stream.destroyed;
  const take = (error: unknown): void => {
    if (isReaderGone(error)) isClosed = true;
    else fault ??= error instanceof Error ? error : new Error(String(error));
  };
  // Without a listener an error would end the process with a raw trace.
  stream.on('error', take);
  stream.on('close', () => (isClosed = true));

  const check = (): void => {
    if (fault !== null) throw cannotWrite(name, fault);
  };
  /** Some standard streams write at once and throw from there. */
  const attempt = async (step: () => Promise<unknown>): Promise<void> => {
    check();
    if (isClosed) return;
    await step().catch(take);
    check();
  };
  return {
    write: (text) => attempt(() => writeOut(stream, text)),
    end: () => attempt(() => finish(stream, closesStream)),
    isClosed: () => isClosed,
  };
}

async function writeOut(stream: Writable, text: string): Promise<void> {
  if (text === '' || stream.write(text)) return;
  await roomAgain(stream);
}

function roomAgain(stream: Writable): Promise<void> {
  const events = ['drain', 'close', 'error'] as const;
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

async function finish(stream: Writable, closesStream: boolean): Promise<void> {
  // Files only, and they are few: the standard streams are there before anything of this is loaded.
  const { finished } = closesStream ? await import('node:stream') : {};
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    };
    // An empty write comes back after all writes before it; a file may refuse as late as when it is closed.
    if (finished === undefined) stream.write('', done);
    else finished(stream.end(), done);
  });
}

/** The codes of a pipe without a reader, on POSIX and on Windows, and of our own writes after that. */
function isReaderGone(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['EPIPE', 'EOF', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(String(error.code));
}

function cannotWrite(name: string, cause: Error): Failure {
  return new Failure('unreachable', `cannot write to ${name}: ${cause.message}`, {
    remedy: 'Check space, quota and rights there, then run again: what was written so far is cut off.',
    cause,
  });
}
