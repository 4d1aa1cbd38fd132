/** Whoever is to write to a pipe may never do it; the user can stop the waiting, and that is told as such. */
export async function* standardInput(signal: AbortSignal): AsyncGenerator<Uint8Array | string> {
  // Who stopped before it began would be waited for without end.
  signal.throwIfAborted();
  const stop = (): void => void process.stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    yield* process.stdin;
  } catch (fault) {
    // A stream that is taken away from its reader ends with a fault of its own.
    signal.throwIfAborted();
    throw fault;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
}

const MOST_BYTES = 64 * 1024;

/** The same whole, for what is one line; what goes beyond that is left. */
export async function readStandardInput(signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of standardInput(signal)) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > MOST_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
