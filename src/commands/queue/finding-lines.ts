import type { Finding } from '#mailflow/finding.js';
import type { Sheet } from '#render/sheet.js';
import { FINDING_TONES } from '#render/tones.js';

/** What is wrong with a queue, a paragraph each: the level, what it is, and what was seen. */
export function findingLines(findings: readonly Finding[], sheet: Sheet): string {
  return findings
    .map(({ level, title, evidence }) => {
      const word = sheet.mark(FINDING_TONES[level], level.toUpperCase());
      return sheet.prose(`${word} ${sheet.remote(title)}. ${evidence.map(sheet.remote).join(' ')}`);
    })
    .join('\n');
}
