/** What is too long to be a row, wherever the text was cut. */
import { describe, expect, test } from 'vitest';

import { JsonRowSplitter } from '#sources/rows/json-rows.js';

const MEBI = 1_048_576;

function rowOf(length: number): string {
  return `{"a":"${'x'.repeat(length - 8)}"}`;
}

describe('a row', () => {
  test.each([
    ['of 1 MiB is one', MEBI, [1, 2], []],
    ['of a character more is left out', MEBI + 1, [2], [1]],
    ['of twice as much is left out', 2 * MEBI, [2], [1]],
  ])('%s, in one piece or in many', (_why, length, lines, leftOut) => {
    const text = `${rowOf(length)}\n{"b":1}\n`;
    for (const pieceLength of [text.length, MEBI + 1, 65_536, 4_097]) {
      const splitter = new JsonRowSplitter();
      const rows = [];
      for (let at = 0; at < text.length; at += pieceLength)
        rows.push(...splitter.push(text.slice(at, at + pieceLength)));
      expect([pieceLength, rows.map(({ line }) => line), splitter.leftOut]).toEqual([
        ...[pieceLength, lines, leftOut],
      ]);
    }
  });
});
