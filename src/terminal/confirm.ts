interface Asked {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Asks a person; anything but y or yes is no, and so is the end of the input. */
export async function confirm(question: string, { input, output, signal }: Asked): Promise<boolean> {
  const { createInterface } = await import('node:readline');
  if (signal.aborted) return false;
  return new Promise((resolve) => {
    const lines = createInterface({ input, output });
    const end = (answer: boolean): void => {
      resolve(answer);
      lines.close();
    };
    lines.once('close', () => resolve(false));
    signal.addEventListener('abort', () => end(false), { once: true });
    lines.question(`${question} [y/N] `, (answer) => end(/^y(?:es)?$/i.test(answer.trim())));
  });
}
