/** Whoever is to write to a pipe may never do it; the user can stop the waiting, and that is told as such. */
export async function* standardInput(signal: AbortSignal): AsyncGenerator<Uint8Array | string> {
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

/** Standard input whole, for what is one line; nobody is waited for at a terminal that nobody types at. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const input: AsyncIterable<Buffer> = process.stdin;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > MOST_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
