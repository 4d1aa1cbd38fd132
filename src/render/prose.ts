import { wrap } from './layout.js';
import type { Page } from './writer.js';

/** Sentences wider than this are hard to read, however wide the screen is. */
const WIDEST_PROSE = 80;

/** Our own sentences, wrapped for the page. Remote parts must be safe already. */
export function prose(text: string, page: Page, indent = ''): string {
  return wrap(text, Math.min(page.widthColumns, WIDEST_PROSE), indent).join('\n');
}
