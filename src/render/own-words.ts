/** The first sentence of a screen as a sentence of its own, for readers that have one line and say the level themselves. */
import { PLAIN_STYLE } from './plain-style.js';
import type { Sheet } from './sheet.js';
import { screenSheet } from './sheet.js';

/** What a view writes on when no person looks: no width, no colour. */
export function bareSheet(now: Date): Sheet {
  return screenSheet({ widthColumns: Infinity, style: PLAIN_STYLE, now, timeZone: 'UTC' });
}

/** One line, without the word of the level that it begins with. */
export function ownSentence(text: string): string {
  return text
    .replaceAll('\n', ' ')
    .replace(/^(?:OK|WARNING|CRITICAL|UNKNOWN|REFUSED)(?=[:,])(?:, [^:]*)?: /u, '');
}
