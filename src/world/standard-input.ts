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
