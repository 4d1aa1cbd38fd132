/** For sentences of the screen that monitors are told. */
import { PLAIN_STYLE } from './plain-style.js';
import type { Sheet } from './sheet.js';
import { screenSheet } from './sheet.js';

/** What a view writes on when no person looks: no width, no colour. */
export function bareSheet(now: Date): Sheet {
  return screenSheet({ widthColumns: Infinity, style: PLAIN_STYLE, now, timeZone: 'UTC' });
}
