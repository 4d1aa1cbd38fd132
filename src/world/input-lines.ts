/** Standard input as lines. A line has no end that can be trusted, so only its beginning is kept. */
import { standardInput } from './standard-input.js';

/** As many characters as a line may have, and one more, so that a cut is seen. */
const MOST_CHARS = 1_048_577;

export function readLines(signal: AbortSignal): AsyncIterable<string> {
  return splitLines(standardInput(signal));
}

/** Lines end with a line feed, or with a carriage return and one. The last may end with nothing. */
export async function* splitLines(blocks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const block of blocks) {
    const text = typeof block === 'string' ? block : decoder.decode(block, { stream: true });
    const lines = text.split('\n');
    const open = lines.pop() ?? '';
    for (const line of lines) {
      yield withoutReturn(held + line);
      held = '';
    }
    // Beyond what is kept the rest of the line is only read.
    if (held.length < MOST_CHARS) held += open;
  }
  held += decoder.decode();
  if (held !== '') yield withoutReturn(held);
}

function withoutReturn(line: string): string {
  return (line.endsWith('\r') ? line.slice(0, -1) : line).slice(0, MOST_CHARS);
}
