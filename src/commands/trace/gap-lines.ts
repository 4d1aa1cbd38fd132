import type { Sheet } from '#render/sheet.js';
import type { Tail } from '#render/writer.js';

/** What is missing from the answer, a paragraph each. */
export function gapLines(tail: Tail<unknown>, sheet: Sheet): readonly string[] {
  return tail.incomplete.map((gap) =>
    sheet.prose(
      `Not seen: ${sheet.remote(gap.what.replace(/\.$/u, ''))} (${gap.reason}). ${sheet.remote(gap.remedy)}`,
    ),
  );
}
