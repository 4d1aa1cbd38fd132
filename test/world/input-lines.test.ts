import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { splitLines } from '../../src/world/input-lines.js';

async function linesOf(blocks: readonly Uint8Array[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of splitLines(stream(blocks))) lines.push(line);
  return lines;
}

async function* stream(blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* blocks;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('lines', () => {
  test.each<[string, string[], string]>([
    ['', [], 'nothing'],
    ['a\nb\n', ['a', 'b'], 'each ends with a line feed'],
    ['a\nb', ['a', 'b'], 'the last may end with nothing'],
    ['a\r\n\r\nb\r\n', ['a', '', 'b'], 'or with a carriage return and one'],
    ['a\rb\n', ['a\rb'], 'a carriage return alone ends none'],
    ['"a\u2028b"\n', ['"a\u2028b"'], 'what JSON lets stand in a text ends none'],
    ['\ufeffa\n', ['a'], 'a byte-order mark is no part of the first'],
  ])('%j: %j: %s', async (text, expected) => {
    expect(await linesOf([utf8(text)])).toEqual(expected);
  });

  test('wherever the blocks are cut', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '\n', '\r\n'), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (whole, size) => {
        const bytes = utf8(whole);
        const blocks = Array.from({ length: Math.ceil(bytes.length / size) }, (_none, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(await linesOf(blocks)).toEqual(await linesOf([bytes]));
      }),
    );
  });

  test('of a line without end the beginning is kept, and the next line is whole', async () => {
    const block = utf8('x'.repeat(65_536));
    const lines = await linesOf([...Array.from({ length: 100 }, () => block), utf8('\nnext\n')]);
    expect(lines.map((line) => line.length)).toEqual([1_048_577, 4]);
  });
});
