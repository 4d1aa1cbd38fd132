/** What every human format of a drill says first, so that a rehearsal is never taken for the real thing. */
import { safeText } from './safe-text.js';
import type { Head } from './writer.js';

/** Ends with a line feed; empty when this is no drill. */
export function drillLine(head: Head): string {
  return head.drill === null ? '' : `DRILL ${safeText(head.drill)}: simulated tenant\n`;
}
